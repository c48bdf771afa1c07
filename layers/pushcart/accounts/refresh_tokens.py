"""Refresh tokens: opaque to whoever holds one, derived rather than stored (security.md).

A token names its session and its place in the session's line, under a code that only we can make. The successor of a
token is therefore always the same one, so that a lost reply can be answered again; and a token that we never issued
is known at sight, so that nobody can end a session by guessing at its id.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from pushcart.accounts.hashes import is_hash_of
from utils import sealing

PREFIX: Final = "rt_"
PURPOSE: Final = "refresh"
USER, SESSION = "usr_", "ses_"
MAX_ROTATION_DIGITS: Final = 9


class Place(NamedTuple):
    """Which token of which session of whose."""

    user_id: str
    session_id: str
    rotation: int

    @property
    def name(self) -> str:
        return f"{self.user_id.removeprefix(USER)}.{self.session_id.removeprefix(SESSION)}.{self.rotation}"

    @property
    def successor(self) -> Place:
        return Place(self.user_id, self.session_id, self.rotation + 1)


def issue(place: Place) -> str:
    """Return the token of ``place``.

    Example
    -------
    >>> issue(Place("usr_01J9…", "ses_01J9…", 1))  # doctest: +SKIP
    'rt_01J9….01J9….1.v1.J3uG…'
    """
    return f"{PREFIX}{place.name}.{sealing.mac(PURPOSE, place.name)}"


def issued_before(place: Place, token_hash: str) -> str | None:
    """Return the token of ``place`` whose hash is stored, under whichever key it was made; ``None`` if under none."""
    tokens = (f"{PREFIX}{place.name}.{code}" for code in sealing.macs(PURPOSE, place.name))
    return next((token for token in tokens if is_hash_of(token_hash, token)), None)


def read(token: str) -> Place | None:
    """Return the place of a token that we issued, ``None`` for anything else."""
    user, session, rotation, code = [*token.removeprefix(PREFIX).split(".", 3), "", "", ""][:4]
    name = f"{user}.{session}.{rotation}"
    whole = token.startswith(PREFIX) and rotation.isdecimal() and len(rotation) <= MAX_ROTATION_DIGITS
    if not (whole and token.isascii() and sealing.verify(code, PURPOSE, name)):
        return None
    return Place(USER + user, SESSION + session, int(rotation))
