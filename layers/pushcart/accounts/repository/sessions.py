"""Reading and writing sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from pushcart.accounts.models.keys import of_user
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.models.sessions import SessionItem
from utils.clock import now, rfc3339
from utils.commits import Refusal
from utils.errors import Problem, StaleVersion, Unavailable
from utils.models import Key
from utils.queries import Page, query
from utils.transaction import Transaction

PAGE: Final = 100


def session_key(user_id: str, session_id: str) -> Key:
    """Return where a session stands."""
    return SessionItem.key_of(user_id, session_id)


def session_and_profile(
    tx: Transaction, user_id: str, session_id: str
) -> tuple[SessionItem | None, ProfileItem | None]:
    """Return a session beside the profile of its owner, read in one call."""
    session, owner = tx.read(session_key(user_id, session_id), ProfileItem.key_of(user_id))
    return session, owner


def page_of(user_id: str, *, limit: int, start: dict[str, Any] | None = None) -> Page[SessionItem]:
    """Return a page of an account's sessions, the newest first, ended ones included."""
    partition, prefix = of_user(user_id), "SESSION#"
    return query(SessionItem, partition, prefix=prefix, descending=True, limit=limit, start=start, consistent=True)


def all_of(user_id: str) -> Iterator[SessionItem]:
    """Yield all sessions of an account that are stored: those of the last 30 days at most."""
    start: dict[str, Any] | None = None
    while True:
        page = page_of(user_id, limit=PAGE, start=start)
        yield from page.items
        start = page.last_key
        if start is None:
            return


def session(tx: Transaction, user_id: str, session_id: str) -> SessionItem | None:
    """Return a session as it is stored, live or not."""
    found: SessionItem | None = tx.read_one(session_key(user_id, session_id))
    return found


def add_session(
    tx: Transaction, user_id: str, session_id: str, *, scope: str, token_hash: str, client: str, agent: str,
    idle: timedelta, life: timedelta, client_id: str | None = None, authenticated_at: str | None = None,
) -> SessionItem:  # fmt: skip
    """Append a new session."""
    moment = now()
    key, ends = session_key(user_id, session_id), moment + life
    made = SessionItem(
        key.pk,
        key.sk,
        id=session_id,
        user_id=user_id,
        scope=scope,
        token_hash=token_hash,
        rotated_at=rfc3339(moment),
        client=client,
        agent=agent,
        client_id=client_id,
        authenticated_at=authenticated_at or rfc3339(moment),
        expires_at=rfc3339(ends),
        created_at=rfc3339(moment),
        updated_at=rfc3339(moment),
        idle_until=rfc3339(min(moment + idle, ends)),
        ttl=_epoch(min(moment + idle, ends)),
    )
    tx.create(made, taken=Unavailable())
    return made


def rotate(tx: Transaction, found: SessionItem, *, token_hash: str, client: str, idle_until: datetime) -> None:
    """Append the step to the next refresh token: of many at once, one is written."""
    tx.change(
        found,
        SessionItem.token_hash.set(token_hash),
        SessionItem.rotation.set(found.rotation + 1),
        SessionItem.rotated_at.set(tx.moment),
        SessionItem.client.set(client),
        SessionItem.idle_until.set(rfc3339(idle_until)),
        SessionItem.ttl.set(_epoch(idle_until)),
        when=SessionItem.revoked_at.does_not_exist() & (SessionItem.token_hash == found.token_hash),
        refused=StaleVersion(),
    )


def revoke(tx: Transaction, found: SessionItem, reason: str, *, refused: Refusal | None = None) -> None:
    """Append the end of a session."""
    tx.change(
        found,
        SessionItem.revoked_at.set(tx.moment),
        SessionItem.revoked_for.set(reason),
        SessionItem.sequence.set(found.sequence + 1),
        refused=refused or StaleVersion(),
    )


def mark_proved(tx: Transaction, found: SessionItem, *, ended: Problem) -> None:
    """Append that the session's owner has just proved who they are; a refresh at this moment is not in its way."""
    tx.adjust(
        found.key,
        SessionItem.authenticated_at.set(tx.moment),
        when=SessionItem.pk.exists() & SessionItem.revoked_at.does_not_exist(),
        refused=ended,
    )


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
