"""Reading an answer from outside with an end to how much and how long."""

from __future__ import annotations

import time
from typing import Final, Protocol

CHUNK_BYTES: Final = 16 * 1024


class OutOfBounds(Exception):
    """The answer is larger than it may be, or takes longer."""


class Readable(Protocol):
    """An answer that is read as it comes (:class:`urllib3.BaseHTTPResponse`)."""

    def read1(self, amt: int | None = None) -> bytes: ...


def read_bounded(answer: Readable, *, most_bytes: int, until: float) -> bytes:
    """Read an answer to its end.

    Parameters
    ----------
    until
        When it must have ended, by :func:`time.monotonic`: a time-out between two bytes does not end an answer that
        comes byte by byte.

    Raises
    ------
    OutOfBounds
        When it does not.
    """
    content = bytearray()
    while chunk := answer.read1(CHUNK_BYTES):
        content += chunk
        if len(content) > most_bytes:
            raise OutOfBounds("the answer is too large")
        if time.monotonic() > until:
            raise OutOfBounds("the answer takes too long")
    return bytes(content)
