"""Requirement Q4: no test reaches the network. A connection to anything but this machine is an error."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any


class NetworkReached(RuntimeError):
    """A test tried to leave this machine."""


def is_local(address: object) -> bool:
    """Whether a socket address is this machine's own: loopback, or a Unix socket.

    Example
    -------
    >>> is_local(("127.0.0.1", 80)), is_local(("192.0.2.1", 80))
    (True, False)
    """
    if not isinstance(address, tuple):
        return True
    return is_local_host(address[0])


def is_local_host(host: object) -> bool:
    """Whether a host name or address needs no network: ``localhost``, loopback, or "any" (to listen on)."""
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if name in ("", "localhost") or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def forbid() -> None:
    """Guard this process's sockets and name look-ups from now on; a second call does nothing."""
    if getattr(socket.socket, "guarded", False):
        return

    class Guarded(socket.socket):
        guarded = True

        def connect(self, address: Any, /) -> None:
            _refuse_unless(is_local(address), address)
            super().connect(address)

        def connect_ex(self, address: Any, /) -> int:
            _refuse_unless(is_local(address), address)
            return super().connect_ex(address)

        def sendto(self, *arguments: Any) -> int:
            _refuse_unless(is_local(arguments[-1]), arguments[-1])
            return super().sendto(*arguments)

    socket.socket = Guarded  # type: ignore[misc]
    socket.getaddrinfo = _guard_look_up(socket.getaddrinfo)


def _guard_look_up(look_up: Callable[..., Any]) -> Callable[..., Any]:
    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        _refuse_unless(is_local_host(host), host)
        return look_up(host, *arguments, **options)

    return getaddrinfo


def _refuse_unless(allowed: bool, target: object) -> None:
    if not allowed:
        raise NetworkReached(f"a test tried to reach {target}: mock what is behind it")
