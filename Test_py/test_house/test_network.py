"""No test leaves this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from Test_py.support.network import NetworkReached, is_local, is_local_host

AWAY = ("192.0.2.1", 9)  # RFC 5737: an address for documentation


def connect() -> None:
    with socket.socket() as one:
        one.settimeout(0.2)
        one.connect(AWAY)


def connect_by_code() -> None:
    with socket.socket() as one:
        one.settimeout(0.2)
        one.connect_ex(AWAY)


def create_connection() -> None:
    socket.create_connection(AWAY, timeout=0.2)


def send_datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"", AWAY)


def look_up() -> None:
    socket.getaddrinfo("shop.example", 443)


@pytest.mark.parametrize("reach", [connect, connect_by_code, create_connection, send_datagram, look_up])
def test_reaching_out_is_an_error(reach: Callable[[], None]) -> None:
    with pytest.raises(NetworkReached):
        reach()


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as one:
        assert one.getpeername() == server.getsockname()


@pytest.mark.parametrize(
    "host", ["localhost", "api.localhost", "127.0.0.1", "127.8.9.1", "::1", "0.0.0.0", "", None, b"localhost"]
)
def test_local_hosts(host: object) -> None:
    assert is_local_host(host)


@pytest.mark.parametrize("host", ["shop.example", "10.0.0.1", "169.254.169.254", "2001:db8::1", "localhost.example"])
def test_hosts_elsewhere(host: object) -> None:
    assert not is_local_host(host)


def test_a_unix_socket_is_local() -> None:
    assert is_local("/run/some.sock")
