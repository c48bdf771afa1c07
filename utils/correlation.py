"""The id that joins everything which one request sets off: its log lines, events, messages and the work after them."""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Final

HEADER: Final = "x-correlation-id"
_ACCEPTED: Final = re.compile(r"[A-Za-z0-9_.:-]{8,100}")

_current: ContextVar[str] = ContextVar("correlation_id", default="-")


def current() -> str:
    """Return the id of the work in hand, ``-`` outside of any."""
    return _current.get()


def begin(offered: str | None, fallback: str) -> str:
    """Take up ``offered`` when it is well-formed, else ``fallback``, and return the one taken."""
    taken = offered if offered and _ACCEPTED.fullmatch(offered) else fallback
    _current.set(taken)
    return taken
