"""The HTTP front: 127.0.0.1, HTTP/1.1 with keep-alive, one thread a connection, nothing but the standard library."""

from __future__ import annotations

import errno
import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, Protocol
from urllib.parse import urlsplit

HOST = "127.0.0.1"
BODY_LIMIT = 10 * 1024 * 1024
BODILESS = (204, 304)
LINGER_SECONDS, LINGER_READS = 1, 1024


class Response(Protocol):
    """What the application answers."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> dict[str, str]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def cookies(self) -> tuple[str, ...]: ...


App = Callable[[str, str, str, list[tuple[str, str]], bytes, str], Response]
"""Called with method, path, query, header pairs, body and the caller's address."""


class PortOccupied(RuntimeError):
    """Somebody else listens there."""


class _Refused(Exception):
    """A request that is answered before the application sees it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class Server(ThreadingHTTPServer):
    """Serves one application. Bound at once, so that an occupied port is told early; listening after :meth:`start`.

    Raises
    ------
    PortOccupied
        When the port is in use.
    """

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, app: App, port: int) -> None:
        super().__init__((HOST, port), _Handler, bind_and_activate=False)
        self.app = app
        self._active, self._quiet = 0, threading.Condition()
        try:
            self.server_bind()
        except OSError as error:
            raise self._cannot(error, port) from error
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name="http")

    def server_bind(self) -> None:
        """Bind without asking the name service who we are, as the standard library would."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def _cannot(self, error: OSError, port: int) -> Exception:
        self.server_close()
        return PortOccupied(str(port)) if error.errno in (errno.EADDRINUSE, errno.EACCES) else error

    @property
    def url(self) -> str:
        """Where it answers; port 0 was replaced by a free one."""
        return f"http://{HOST}:{self.server_address[1]}"

    def start(self) -> None:
        """Listen and answer, in threads."""
        try:
            self.server_activate()
        except OSError as error:
            raise self._cannot(error, self.server_port) from error
        self._thread.start()

    def stop(self, timeout_seconds: float = 2.0) -> None:
        """Take no more connections, let running requests end, close."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join(timeout_seconds)
        deadline = time.monotonic() + timeout_seconds
        with self._quiet:
            while self._active and (left := deadline - time.monotonic()) > 0:
                self._quiet.wait(left)
        self.server_close()

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def answer(self, *request: Any) -> Response:
        """Call the application and count the call, so that :meth:`stop` can wait for it."""
        with self._quiet:
            self._active += 1
        try:
            return self.app(*request)
        finally:
            with self._quiet:
                self._active -= 1
                self._quiet.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up is no error of ours."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without a buffer head and body go out as two packets, and the client's delayed acknowledgement costs 40 ms.
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 75
    server: Server

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _serve(self) -> None:
        try:
            body = self._body()
            target = urlsplit(self.path)
            headers = [(name, value) for name, value in self.headers.items()]
            path = target.path or "/"
            answer = self.server.answer(self.command, path, target.query, headers, body, self.client_address[0])
        except _Refused as refusal:
            self.send_error(refusal.status, refusal.message)
            return
        except ValueError:
            self.send_error(400)
            return
        self._send(answer.status, answer.headers, answer.body, answer.cookies)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _serve  # noqa: N815

    def _body(self) -> bytes:
        length, coding = self.headers.get_all("content-length", []), self.headers.get("transfer-encoding")
        if coding is not None:
            # Both at once is how requests are smuggled (RFC 9112, 6.3).
            if length or coding.strip().lower() != "chunked":
                raise _Refused(400, "Bad Request")
            return self._chunks()
        if not length:
            return b""
        if len(set(length)) > 1 or not (length[0].isascii() and length[0].isdigit()):
            raise _Refused(400, "Bad Request")
        return self._read(int(length[0]))

    def _chunks(self) -> bytes:
        parts: list[bytes] = []
        total = 0
        while True:
            size_text = self.rfile.readline(64).split(b";")[0].strip()
            if not size_text or any(digit not in b"0123456789abcdefABCDEF" for digit in size_text):
                raise _Refused(400, "Bad Request")
            size = int(size_text, 16)
            total += size
            if total > BODY_LIMIT:
                raise _Refused(413, "Request Entity Too Large")
            if size == 0:
                while self.rfile.readline(8192).strip():
                    pass
                return b"".join(parts)
            parts.append(self._read(size))
            self.rfile.readline(8)

    def _read(self, size: int) -> bytes:
        if size > BODY_LIMIT:
            raise _Refused(413, "Request Entity Too Large")
        body = self.rfile.read(size)
        if len(body) < size:
            raise ConnectionError("the body ended early")
        return body

    def _send(self, status: int, headers: dict[str, str], body: bytes, cookies: tuple[str, ...] = ()) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        for cookie in cookies:
            self.send_header("set-cookie", cookie)
        if status not in BODILESS:
            self.send_header("content-length", str(len(body)))
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD" and status not in BODILESS:
            self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer in the gateway's own form; what is left of the request cannot be trusted, so the connection ends."""
        self.close_connection = True
        self.command = getattr(self, "command", None) or "GET"
        self.request_version = self.protocol_version
        text = message if message and code < 500 else HTTPStatus(code).phrase
        self._send(code, {"content-type": "application/json"}, json.dumps({"message": text}).encode())
        self._linger()

    def _linger(self) -> None:
        """Read on for a moment: closing with unread bytes resets the connection, and the answer would be lost."""
        with suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(LINGER_SECONDS)
            for _ in range(LINGER_READS):
                if not self.rfile.read1(65_536):
                    return

    def version_string(self) -> str:
        return "pushcart"

    def log_message(self, *_: object) -> None:
        """Say nothing: the application logs its requests."""
