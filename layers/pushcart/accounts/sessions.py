"""Sessions: how long they live, and the precondition that one still does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeGuard

from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.models.sessions import SessionItem
from pushcart.accounts.positions import Position, locate
from pushcart.accounts.programs import LiveProgram
from utils import sealing
from utils.access import Principal
from utils.caller import network_of
from utils.clock import now, parse, rfc3339
from utils.errors import Problem, Unauthenticated
from utils.models import Item, Key
from utils.transaction import Precondition

if TYPE_CHECKING:
    from utils.request import Request

IDLE: Final = timedelta(days=14)
LONGEST: Final = timedelta(days=30)
FRESH: Final = timedelta(minutes=15)
"""How long a proof of who somebody is (a log-in, a step-up) is good for what asks for one (ASVS 5.0, 7.5)."""
MAX_AGENT: Final = 200


class Client(NamedTuple):
    """Where a sign-in or a refresh comes from: the address, what the program calls itself, and the place, if known."""

    address: str
    agent: str
    position: Position | None = None

    @classmethod
    def of(cls, request: Request[Any]) -> Client:
        """Return who sent ``request``."""
        return cls(request.source_ip, request.headers.get("user-agent", ""), locate(request.headers))

    @property
    def network(self) -> str:
        """Whose the address is, as far as can be told: what is counted and known again."""
        return network_of(self.address)

    @property
    def code(self) -> str:
        """What is stored of it: enough to know it again, and nothing to read."""
        return sealing.mac("client", self.address, self.agent)

    @property
    def agent_shown(self) -> str:
        """What the program calls itself, short and printable, for its owner to know it again in a list."""
        return "".join(character for character in self.agent if character.isprintable())[:MAX_AGENT]

    def is_known_as(self, code: str) -> bool:
        """Whether this client is the one that ``code`` was made of."""
        return sealing.verify(code, "client", self.address, self.agent)


class StepUpRequired(Problem):
    """The caller has to prove again who they are."""

    code = "STEP_UP_REQUIRED"


class LiveSession(NamedTuple):
    """That the session of an access token has not ended since the token was issued.

    ``fresh``: and that its owner proved who they are a short while ago.
    """

    user_id: str
    session_id: str
    fresh: bool = False

    @property
    def key(self) -> Key:
        return SessionItem.key_of(self.user_id, self.session_id)

    def needs_reading(self, *, writes: bool) -> bool:  # noqa: ARG002 - a commit does not tell it
        return True

    def verify(self, item: Item | None) -> None:
        if not is_live(item):
            raise Unauthenticated("Your session has ended. Log in again.")
        if self.fresh:
            refuse_stale(item)


def live_session(principal: Principal) -> Precondition | None:
    """Make the precondition that the caller's session, or the key or client of a program, still lives: for routes where
    a minute of what was revoked is too much (money, staff, one's own account).

    Returns
    -------
    Precondition or None
        ``None`` for guests, who have no session. Its item joins the route's first read, so the route needs
        ``tables.accounts.batch_get`` in its ``uses``.

    Raises
    ------
    Unauthenticated
        For a user whose token names no session, and a program that is neither a key nor a client.

    Example
    -------
    ::

        @route("POST", "/api/v1/orders", access=CUSTOMER | GUEST, preconditions=[live_session], …)
    """
    if principal.kind == "client":
        return LiveProgram(principal.id)
    return _session_of(principal) if principal.kind == "user" else None


def fresh_session(principal: Principal) -> Precondition:
    """Make the precondition that the caller signed in, or stepped up, in the last 15 minutes: for dangerous acts.

    It holds what :func:`live_session` does too, so a route names one of the two.

    Raises
    ------
    StepUpRequired
        For a program: it has nobody who could prove anything.
    """
    if principal.kind != "user":
        raise StepUpRequired("Only a person who has just signed in may do this.")
    return _session_of(principal)._replace(fresh=True)


def _session_of(principal: Principal) -> LiveSession:
    if not principal.session_id:
        raise Unauthenticated("Log in to do this.")
    return LiveSession(principal.id, principal.session_id)


def is_live(item: Item | None) -> TypeGuard[SessionItem]:
    """Whether a session, as read, may still be used."""
    if not isinstance(item, SessionItem) or item.revoked_at:
        return False
    return rfc3339(now()) < min(item.idle_until, item.expires_at)


def is_fresh(item: SessionItem) -> bool:
    """Whether the session's owner proved who they are a short while ago."""
    proved = item.authenticated_at or item.created_at
    return now() - parse(proved) <= FRESH


def refuse_stale(item: SessionItem) -> None:
    """Raise when the session's owner has to prove again who they are.

    Raises
    ------
    StepUpRequired
        When they last did so more than 15 minutes ago.
    """
    if not is_fresh(item):
        raise StepUpRequired("Prove again that it is you: POST /api/v1/auth/mfa/verify, then repeat this.")


def is_outdated(session: SessionItem, profile: ProfileItem) -> bool:
    """Whether its owner has ended all sessions since they last proved, in this one, who they are.

    ``ProfileItem.sessions_from`` is set in the transaction that changes a password or takes access away, so it holds
    from that moment, while the sessions themselves are ended one after the other.
    """
    proved = session.authenticated_at or session.created_at
    return bool(proved < (profile.sessions_from or ""))
