"""Prefixed ULIDs: ids that sort by time, say what they name, and cannot be guessed (80 random bits)."""

from __future__ import annotations

import os

from utils.clock import now

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that a person can read it aloud (https://www.crockford.com/base32.html)."""


def crockford(number: int, length: int) -> str:
    """Write ``number`` in base 32 with ``length`` characters, most significant first."""
    return "".join(CROCKFORD[(number >> (5 * place)) & 31] for place in range(length - 1, -1, -1))


def new_id(prefix: str) -> str:
    """Return a fresh id such as ``ord_01J9ZC8Q0V5W2K3M4N5P6Q7R8S`` (https://github.com/ulid/spec)."""
    return f"{prefix}_{ulid()}"


def ulid() -> str:
    """Return a fresh ULID: 48 bits of milliseconds, 80 random bits, 26 characters."""
    milliseconds = int(now().timestamp() * 1000)
    return crockford((milliseconds << 80) | int.from_bytes(os.urandom(10), "big"), 26)


def random_code(length: int) -> str:
    """Return ``length`` random base 32 characters, for numbers that people read (order numbers)."""
    return crockford(int.from_bytes(os.urandom((length * 5 + 7) // 8), "big"), length)
