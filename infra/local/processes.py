"""Processes by their ids, and ports: only what is ours is ever touched."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from typing import Final

LOOPBACK: Final = "127.0.0.1"


def descendants(pid: int) -> list[int]:
    """Return the ids of all processes below ``pid``, nearest first."""
    listing = subprocess.run(
        ["ps", "-ax", "-o", "pid=", "-o", "ppid="], capture_output=True, text=True, check=True
    ).stdout
    children: dict[int, list[int]] = {}
    for line in listing.splitlines():
        child, parent = (int(word) for word in line.split())
        children.setdefault(parent, []).append(child)
    found = list(children.get(pid, []))
    for below in found:
        found.extend(children.get(below, []))
    return found


def command_of(pid: int) -> str:
    """Return the command line of a process, nothing when it has ended."""
    shown = subprocess.run(
        ["ps", "-ww", "-p", str(pid), "-o", "stat=", "-o", "command="], capture_output=True, text=True, check=False
    )
    return "" if shown.stdout.startswith("Z") else shown.stdout


def end(pid: int) -> None:
    """End a process at once; one that is gone already is no error."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def is_free(port: int) -> bool:
    """Whether nobody listens on ``port`` of this machine's own address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
