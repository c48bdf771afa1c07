"""One's own sessions: which there are, and ending one of them."""

from __future__ import annotations

from typing import Any, Final

from pushcart.accounts.models.sessions import SessionItem
from pushcart.accounts.repository import people, sessions
from pushcart.accounts.schemas.sessions import Session
from pushcart.accounts.service.session_endings import end_session
from pushcart.accounts.sessions import is_live, is_outdated
from utils.access import Principal
from utils.errors import NotFound, Overtaken, Unauthenticated
from utils.queries import Page
from utils.transaction import Transaction

READS: Final = 5
"""Of one page: ended sessions, which are left out, lie among the live ones until DynamoDB forgets them."""


def list_sessions(tx: Transaction, principal: Principal, *, limit: int, start: dict[str, Any] | None) -> Page[Session]:
    """Return the caller's live sessions, the newest first; a page may be short though another follows.

    Raises
    ------
    Unauthenticated
        When the account was disabled or erased since the token was issued.
    """
    owner = people.profile(tx, principal.id)
    if owner is None or not owner.is_open:
        raise Unauthenticated("Your account cannot be used any more.")
    live: list[Session] = []
    for _ in range(READS):
        page = sessions.page_of(principal.id, limit=limit - len(live), start=start)
        live += [_shown(one, principal) for one in page.items if is_live(one) and not is_outdated(one, owner)]
        start = page.last_key
        if start is None or len(live) == limit:
            break
    return Page(live, start)


def revoke_session(tx: Transaction, principal: Principal, session_id: str) -> None:
    """End one of the caller's sessions; one that has ended stays so.

    Raises
    ------
    NotFound
        When there is none, or it is somebody else's.
    """
    found = sessions.session(tx, principal.id, session_id)
    if found is None:
        raise NotFound("session")
    if is_live(found):
        end_session(tx, found, "revoked", refused=Overtaken())


def _shown(session: SessionItem, principal: Principal) -> Session:
    return Session(
        id=session.id,
        agent=session.agent,
        client_id=session.client_id,
        current=session.id == principal.session_id,
        created_at=session.created_at,
        last_used_at=session.rotated_at,
        expires_at=session.idle_until,
        updated_at=session.updated_at,
    )
