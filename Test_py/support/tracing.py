"""A trace daemon of the tests' own: it keeps every datagram that the functions send."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

import pytest

HEADER = "Root=1-67f0a1b2-000102030405060708090a0b;Parent=0102030405060708;Sampled=1"
_END = b"end"


@dataclass(slots=True)
class Datagrams:
    """What the daemon was told."""

    told: list[bytes] = field(default_factory=list)

    @property
    def text(self) -> str:
        return b"\n".join(self.told).decode()


@contextmanager
def sampled(monkeypatch: pytest.MonkeyPatch) -> Iterator[Datagrams]:
    """Trace everything in this block."""
    kept = Datagrams()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        address = daemon.getsockname()

        def listen() -> None:
            while (datagram := daemon.recv(65_536)) != _END:
                kept.told.append(datagram)

        listening = Thread(target=listen, daemon=True)
        listening.start()
        monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", f"{address[0]}:{address[1]}")
        monkeypatch.setenv("_X_AMZN_TRACE_ID", HEADER)
        try:
            yield kept
        finally:
            monkeypatch.delenv("_X_AMZN_TRACE_ID")
            daemon.sendto(_END, address)
            listening.join(timeout=10)
