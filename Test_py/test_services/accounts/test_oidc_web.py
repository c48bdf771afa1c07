"""The way to identity providers, against servers that answer as providers should not."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from infra.local.certificate import write_certificate
from pushcart.accounts.oidc import web
from pushcart.accounts.oidc.web import MAX_ANSWER_BYTES, Pool, Unreachable, WebAnswer, basic_credentials
from Test_py.support.clock import Clock

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Answers every request by one function, and notes what was asked."""

    def __init__(self, answer: Answer, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        noted = self.asked

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                noted.append((f"{self.command} {self.path}", headers, body))
                answer(self)

            do_GET = do_POST = _serve  # noqa: N815 - the library's names

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    self.close_connection = True

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        if context:
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        scheme = "https" if context else "http"
        self.url = f"{scheme}://127.0.0.1:{self.http.server_address[1]}"


@contextmanager
def serving(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(answer, context)
    thread = threading.Thread(target=server.http.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.http.shutdown()
        server.http.server_close()
        thread.join()


def say(status: int = 200, body: bytes = b"{}", **headers: str) -> Answer:
    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(status)
        for name, value in {"content_length": str(len(body)), **headers}.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(body)

    return answer


def in_turn(*answers: Answer) -> Answer:
    left = list(answers)

    def answer(to: BaseHTTPRequestHandler) -> None:
        left.pop(0)(to)

    return answer


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real limits, in less time."""
    monkeypatch.setattr(web, "READ_SECONDS", 0.3)
    monkeypatch.setattr(web, "TOTAL_SECONDS", 0.6)


def test_a_document_is_read_and_the_connection_is_kept() -> None:
    with serving(say(body=b'{"a":1}')) as server:
        pool = Pool()
        assert [pool.get(f"{server.url}/x").json for _ in range(3)] == [{"a": 1}] * 3
        sent = server.asked[0][1]
        assert (sent["accept"], sent["accept-encoding"]) == ("application/json", "identity")
        assert "authorization" not in sent
        assert pool._pools.connection_from_url(server.url).num_connections == 1


def test_a_document_in_chunks_is_read_too() -> None:
    def chunked(to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.send_header("transfer-encoding", "chunked")
        to.end_headers()
        to.wfile.write(b'4\r\n{"a"\r\n3\r\n:1}\r\n0\r\n\r\n')

    with serving(chunked) as server:
        assert Pool().get(server.url).json == {"a": 1}


def test_a_token_and_a_form_are_sent_as_the_standards_say() -> None:
    with serving(say()) as server:
        Pool().get(server.url, bearer="abc")
        Pool().post(f"{server.url}/token", {"code": "a b&c"}, basic=("shop", "a:b c"))
        assert server.asked[0][1]["authorization"] == "Bearer abc"
        asked, headers, body = server.asked[1]
        assert (asked, body) == ("POST /token", b"code=a+b%26c")
        assert headers["content-type"] == "application/x-www-form-urlencoded"
        assert headers["authorization"] == basic_credentials("shop", "a:b c") == "Basic c2hvcDphJTNBYitj"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_nobody_goes_there(status: int) -> None:
    with serving(say()) as trap, serving(say(status, location=trap.url)) as server:
        assert Pool().get(server.url).status == status
        assert Pool().post(server.url, {"code": "x"}, basic=("shop", "secret")).status == status
        assert trap.asked == []


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"])
def test_no_proxy_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with serving(say()) as proxy, serving(say()) as server:
        monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert Pool().get(server.url).status == 200
        assert proxy.asked == []


def test_too_large_an_answer_is_not_read_to_its_end() -> None:
    with serving(say(body=b"x" * MAX_ANSWER_BYTES)) as server:
        assert len(Pool().get(server.url).body) == MAX_ANSWER_BYTES
    with serving(say(body=b"x" * (MAX_ANSWER_BYTES + 1))) as server, pytest.raises(Unreachable, match="too large"):
        Pool().get(server.url)


def test_an_answer_that_unfolds_is_taken_as_it_came() -> None:
    with serving(say(body=b"\x1f\x8b", content_encoding="gzip")) as server:
        assert Pool().get(server.url).body == b"\x1f\x8b"


def test_a_provider_that_says_nothing_is_waited_for_no_longer_than_named(impatient: None) -> None:
    with serving(lambda _: time.sleep(1)) as server:
        started = time.monotonic()
        with pytest.raises(Unreachable):
            Pool().get(server.url)
        assert time.monotonic() - started < 0.9
        assert len(server.asked) == 1, "who is slow is not asked twice"


def test_a_provider_that_says_it_byte_by_byte_is_not_heard_out(impatient: None) -> None:
    def drip(to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.send_header("content-length", "100")
        to.end_headers()
        for _ in range(30):
            to.wfile.write(b"{")
            to.wfile.flush()
            time.sleep(0.1)

    with serving(drip) as server:
        started = time.monotonic()
        with pytest.raises(Unreachable, match="too long"):
            Pool().get(server.url)
        assert time.monotonic() - started < 1.5


def test_an_answer_that_breaks_off_is_none() -> None:
    def broken(to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.send_header("content-length", "100")
        to.end_headers()
        to.wfile.write(b"{}")
        to.close_connection = True

    with serving(broken) as server, pytest.raises(Unreachable):
        Pool().get(server.url)


def test_a_document_is_asked_for_twice_at_most_where_that_may_help() -> None:
    with serving(in_turn(say(503), say())) as server:
        assert Pool().get(server.url).status == 200
    with serving(say(503, retry_after="60")) as server:
        started = time.monotonic()
        assert Pool().get(server.url).status == 503
        assert len(server.asked) == 2
        assert time.monotonic() - started < 5
    with serving(say(500)) as server:
        assert Pool().get(server.url).status == 500
        assert len(server.asked) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_code_is_sent_once(status: int) -> None:
    with serving(say(status)) as server:
        assert Pool().post(server.url, {"code": "x"}, basic=("shop", "secret")).status == status
        assert len(server.asked) == 1


def test_a_provider_that_is_not_there_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(Unreachable):
        Pool().get(url)
    with pytest.raises(Unreachable):
        Pool().post(url, {}, basic=("shop", "secret"))


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    write_certificate(certificate, key, host="127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(say(), context) as server, pytest.raises(Unreachable):
        Pool().get(server.url)


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"1", b'"x"', b"null", b"[" * 100_000, b'{"a":\xff}'])
def test_what_is_no_json_object_is_no_answer(body: bytes) -> None:
    with pytest.raises(Unreachable):
        _ = WebAnswer(200, body).json


def answering(status: int) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("content-length", "0")
        handler.end_headers()

    return answer


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_provider_that_cannot_serve_is_left_alone_for_half_a_minute(status: int, clock: Clock) -> None:
    with serving(answering(status)) as down, serving(answering(200)) as other:
        pool = Pool()
        for _ in range(5):
            assert pool.post(down.url, {}, basic=("shop", "s")).status == status
        for _ in range(3):
            with pytest.raises(Unreachable, match="left alone"):
                pool.get(down.url)
        assert len(down.asked) == 5
        assert pool.get(other.url).status == 200, "one provider's trouble is not another's"
        clock.shift(31)
        assert pool.post(down.url, {}, basic=("shop", "s")).status == status
        with pytest.raises(Unreachable, match="left alone"):
            pool.get(down.url)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_a_provider_that_refuses_us_is_asked_again(status: int) -> None:
    with serving(answering(status)) as server:
        pool = Pool()
        for _ in range(9):
            assert pool.post(server.url, {}, basic=("shop", "s")).status == status
        assert len(server.asked) == 9


def test_a_provider_that_is_not_there_is_soon_not_waited_for() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    pool = Pool()
    for _ in range(5):
        with pytest.raises(Unreachable):
            pool.post(url, {}, basic=("shop", "s"))
    with pytest.raises(Unreachable, match="left alone"):
        pool.post(url, {}, basic=("shop", "s"))
