"""A token that a client asks about, or gives back: whose it is, and where what it stands on is kept.

Refresh tokens and access tokens alike; of anything else nothing is known.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pushcart.accounts import refresh_tokens, verification
from pushcart.accounts.repository.people import profile_key
from pushcart.accounts.repository.sessions import session_key
from utils.models import Key

MAX_TOKEN = verification.MAX_TOKEN_CHARACTERS


class ShownToken(NamedTuple):
    """A token of ours, or of nobody: then without a ``subject``.

    ``claims`` are those of an access token, as :func:`pushcart.accounts.verification.verified` tells them.
    """

    text: str
    subject: str | None = None
    session_id: str = ""
    claims: dict[str, Any] | None = None

    @property
    def is_of_a_program(self) -> bool:
        """Whether a client got it for itself, so that there is no session behind it."""
        return self.subject is not None and self.subject == self.session_id

    @property
    def keys(self) -> list[Key]:
        """Where its session and whose that is are kept, if there is one."""
        if self.subject is None or self.is_of_a_program:
            return []
        return [session_key(self.subject, self.session_id), profile_key(self.subject)]


def read(text: str) -> ShownToken:
    """Return what a token says, once it is certain that we made it; an access token that has ended says nothing.

    Example
    -------
    >>> read("abc").subject is None  # doctest: +SKIP
    True
    """
    if len(text) > MAX_TOKEN:
        return ShownToken("")
    place = refresh_tokens.read(text)
    if place:
        return ShownToken(text, place.user_id, place.session_id)
    claims = verification.verified(text)
    if "sub" not in claims:
        return ShownToken(text)
    return ShownToken(text, claims["sub"], claims["sid"], claims)
