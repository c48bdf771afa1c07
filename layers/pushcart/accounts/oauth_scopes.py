"""Which scopes an OAuth client may be given, and what people are told of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pushcart.access import CLIENT_SCOPES, CUSTOMER_SCOPES, WHOLE_ACCOUNT
from pushcart.accounts.id_tokens import OPENID

DESCRIPTIONS: Final[dict[str, str]] = {
    OPENID: "Know that it is you",
    **CUSTOMER_SCOPES,
    WHOLE_ACCOUNT: "Do everything in your account that you can do",
}
"""What a client may ask people for, in the words in which they are asked."""

MAX_SCOPE: Final = 1000


def for_people(granted: Iterable[str], *, first_party: bool) -> frozenset[str]:
    """Return which of a client's scopes it may ask people for; the whole account is for the shop's own alone."""
    return frozenset(granted) & (set(DESCRIPTIONS) - (set() if first_party else {WHOLE_ACCOUNT}))


def for_itself(granted: Iterable[str]) -> frozenset[str]:
    """Return which of a client's scopes it may use for itself, by ``client_credentials``."""
    return frozenset(granted) & CLIENT_SCOPES


def asked(scope: str) -> list[str]:
    """Return the scopes of a ``scope`` parameter, each once, in their order (RFC 6749, 3.3).

    Example
    -------
    >>> asked("openid profile:read openid")
    ['openid', 'profile:read']
    """
    return list(dict.fromkeys(one for one in scope.split(" ") if one))
