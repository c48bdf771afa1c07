"""The HTTP front, over real sockets."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.payload import HttpResponse
from infra.local.server import HOST, PortOccupied, Server


class Recorder:
    """An application that remembers its requests and answers what it was told to."""

    def __init__(self) -> None:
        self.requests: list[tuple[Any, ...]] = []
        self.answer = HttpResponse(200, {"content-type": "text/plain"}, b"fine", ("a=1", "b=2"))
        self.hold = threading.Event()
        self.hold.set()

    def __call__(self, *request: Any) -> HttpResponse:
        self.requests.append(request)
        assert self.hold.wait(5)
        return self.answer


@pytest.fixture
def app() -> Recorder:
    return Recorder()


@pytest.fixture
def server(app: Recorder) -> Iterator[Server]:
    with Server(app, 0) as running:
        yield running


@pytest.fixture
def connection(server: Server) -> Iterator[http.client.HTTPConnection]:
    made = http.client.HTTPConnection(HOST, server.server_port, timeout=5)
    yield made
    made.close()


def raw(server: Server, request: bytes) -> bytes:
    """Send bytes as they are and return all that comes until the server hangs up."""
    with socket.create_connection((HOST, server.server_port), timeout=5) as client:
        client.sendall(request)
        parts = []
        while part := client.recv(65_536):
            parts.append(part)
        return b"".join(parts)


def test_a_request_reaches_the_application_as_it_came(app: Recorder, connection: http.client.HTTPConnection) -> None:
    connection.request("POST", "/a%20b?x=1&x=2", b'{"a": 1}', {"Content-Type": "application/json", "X-A": "b"})
    response = connection.getresponse()
    method, path, query, headers, body, ip = app.requests[0]
    assert (method, path, query, body, ip) == ("POST", "/a%20b", "x=1&x=2", b'{"a": 1}', "127.0.0.1")
    assert ("X-A", "b") in headers
    assert (response.status, response.read()) == (200, b"fine")
    assert response.headers.get_all("set-cookie") == ["a=1", "b=2"]
    assert response.headers["content-length"] == "4"


def test_a_connection_is_kept(app: Recorder, connection: http.client.HTTPConnection) -> None:
    for _ in range(3):
        connection.request("GET", "/")
        connection.getresponse().read()
        first = connection.sock.getsockname()
    assert connection.sock.getsockname() == first
    assert len(app.requests) == 3


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_some_answers_have_no_body(
    app: Recorder, connection: http.client.HTTPConnection, method: str, status: int
) -> None:
    app.answer = HttpResponse(status, {}, b"never sent")
    for _ in range(2):
        connection.request(method, "/")
        response = connection.getresponse()
        assert (response.status, response.read()) == (status, b"")


def test_a_chunked_body_is_put_together(app: Recorder, connection: http.client.HTTPConnection) -> None:
    connection.request(
        "POST", "/", iter([b"one ", b"two"]), encode_chunked=True, headers={"Transfer-Encoding": "chunked"}
    )
    assert connection.getresponse().read() == b"fine"
    assert app.requests[0][4] == b"one two"
    connection.request("GET", "/again")
    assert connection.getresponse().read() == b"fine"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10485761\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nA00001\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -4\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: four\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET http://[broken/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
    ],
)
def test_what_is_no_proper_request_is_refused_as_json_and_hung_up_on(
    app: Recorder, server: Server, request_bytes: bytes, status: int
) -> None:
    head, _, body = raw(server, request_bytes).partition(b"\r\n\r\n")
    assert app.requests == []
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Content-Type: application/json".lower() in head.lower()
    assert b"connection: close" in head.lower()
    assert body.startswith(b'{"message": ')


def test_the_refusal_of_a_large_upload_arrives(server: Server, connection: http.client.HTTPConnection) -> None:
    connection.request("POST", "/", b"x" * (11 * 1024 * 1024))
    response = connection.getresponse()
    assert (response.status, response.read()) == (413, b'{"message": "Request Entity Too Large"}')


def test_a_client_that_hangs_up_halfway_disturbs_nobody(
    app: Recorder, server: Server, connection: http.client.HTTPConnection, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection((HOST, server.server_port)) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    assert [request[0] for request in app.requests] == ["GET"]
    assert capfd.readouterr().err == ""


def test_many_at_once(app: Recorder, server: Server) -> None:
    statuses: list[int] = []

    def ask() -> None:
        one = http.client.HTTPConnection(HOST, server.server_port, timeout=5)
        for _ in range(5):
            one.request("GET", "/")
            response = one.getresponse()
            response.read()
            statuses.append(response.status)
        one.close()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 100


def test_an_occupied_port_is_told_at_once(server: Server, app: Recorder) -> None:
    with pytest.raises(PortOccupied, match=str(server.server_port)):
        Server(app, server.server_port)


def test_nobody_is_let_in_before_the_start(app: Recorder) -> None:
    waiting = Server(app, 0)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, waiting.server_port), timeout=1)
    waiting.stop()


def test_stop_lets_a_running_request_end(app: Recorder) -> None:
    server = Server(app, 0)
    server.start()
    app.hold.clear()
    answers: list[bytes] = []
    asking = threading.Thread(target=lambda: answers.append(raw(server, b"GET / HTTP/1.0\r\n\r\n")))
    asking.start()
    while not app.requests:
        time.sleep(0.01)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    app.hold.set()
    stopping.join(5)
    asking.join(5)
    assert answers[0].endswith(b"fine")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, server.server_port), timeout=1)
