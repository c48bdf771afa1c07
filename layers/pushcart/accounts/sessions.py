"""Sessions: how long they live, and the precondition that one still does."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

from pushcart.accounts.models import SessionItem
from utils import sealing
from utils.access import Principal
from utils.clock import now, rfc3339
from utils.errors import Unauthenticated
from utils.models import Item, Key
from utils.transaction import Precondition

IDLE: Final = timedelta(days=14)
LONGEST: Final = timedelta(days=30)
ACCOUNT_SCOPE: Final = "account"
"""What a person who signed in may do: all that their roles allow. Keys and clients act with less."""


class Client(NamedTuple):
    """Where a sign-in or a refresh comes from: the address, and what the program calls itself."""

    address: str
    agent: str

    @property
    def code(self) -> str:
        """What is stored of it: enough to know it again, and nothing to read."""
        return sealing.mac("client", self.address, self.agent)

    def is_known_as(self, code: str) -> bool:
        return sealing.verify(code, "client", self.address, self.agent)


class LiveSession(NamedTuple):
    """That the session of an access token has not ended since the token was issued."""

    user_id: str
    session_id: str

    @property
    def key(self) -> Key:
        return SessionItem.key_of(self.user_id, self.session_id)

    @property
    def held_by_commit(self) -> bool:
        return False

    def verify(self, item: Item | None) -> None:
        if not is_live(item):
            raise Unauthenticated("Your session has ended. Log in again.")


def live_session(principal: Principal) -> Precondition | None:
    """Make the precondition that the caller's session lives: for routes where ten minutes of a stolen token are too
    many (money, staff, one's own account).

    Returns
    -------
    Precondition or None
        ``None`` for guests, who have no session. Its item joins the route's first read, so the route needs
        ``tables.accounts.batch_get`` in its ``uses``.

    Raises
    ------
    Unauthenticated
        For a user whose token names no session.

    Example
    -------
    ::

        @route("POST", "/api/v1/orders", access=CUSTOMER | GUEST, preconditions=[live_session], …)
    """
    if principal.kind != "user":
        return None
    if not principal.session_id:
        raise Unauthenticated("Log in to do this.")
    return LiveSession(principal.id, principal.session_id)


def is_live(item: Item | None) -> bool:
    """Whether a session, as read, may still be used."""
    if not isinstance(item, SessionItem) or item.revoked_at:
        return False
    return rfc3339(now()) < min(item.idle_until, item.expires_at)
