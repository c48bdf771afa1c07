"""Ending sessions: one of them, or all of an account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pushcart.accounts import events
from pushcart.accounts.events import Ending
from pushcart.accounts.models.sessions import SessionItem
from pushcart.accounts.repository import sessions
from pushcart.accounts.sessions import is_live
from pushcart.outbox.service import announce
from utils.commits import Refusal
from utils.errors import StaleVersion, Unavailable
from utils.transaction import Transaction

AT_ONCE: Final = 40
"""In one transaction: each is two pieces of the hundred that it may hold."""
TRIES: Final = 5


def end_session(tx: Transaction, session: SessionItem, reason: Ending, *, refused: Refusal | None = None) -> None:
    """Append the end of a session, and its announcement.

    Parameters
    ----------
    refused
        What it means that the session was changed since it was read; ``StaleVersion`` by default.
    """
    sessions.revoke(tx, session, reason, refused=refused)
    event = events.session_revoked(session.id, session.user_id, reason)
    announce(tx, aggregate=session.id, sequence=int(session.sequence) + 1, type=event.type, data=event.data)


def end_surely(tx: Transaction, session: SessionItem | None, reason: Ending) -> None:
    """End a session, as read, now: also when it is being refreshed at this very moment. What has ended stays so.

    Raises
    ------
    Unavailable
        When it changes under its hands at every try.
    """
    for _ in range(TRIES):
        if session is None or session.revoked_at:
            return
        try:
            end_session(tx, session, reason)
            tx.commit()
        except StaleVersion:
            session = sessions.session(tx, session.user_id, session.id)
        else:
            return
    raise Unavailable


def end_all(user_id: str, reason: Ending, *, keep: str | None = None, proved_before: str | None = None) -> None:
    """End all live sessions of an account but ``keep``, in transactions of its own, at most 40 in each.

    With ``proved_before`` (RFC 3339) only those whose owner has not proved since then who they are: what an earlier try
    left over.

    Callers also set ``ProfileItem.sessions_from`` in the transaction that is the reason, which holds at once for all
    refresh tokens, whatever becomes of this. Called again it ends what is left.

    Raises
    ------
    Unavailable
        When sessions change under its hands at every try; some may have ended.
    """
    for _ in range(TRIES):
        live = _left(user_id, keep, proved_before)
        if not live:
            return
        for start in range(0, len(live), AT_ONCE):
            _end_together(live[start : start + AT_ONCE], reason)
    if _left(user_id, keep, proved_before):
        raise Unavailable


def _left(user_id: str, keep: str | None, proved_before: str | None) -> list[SessionItem]:
    live = [one for one in sessions.all_of(user_id) if is_live(one) and one.id != keep]
    return [one for one in live if proved_before is None or (one.authenticated_at or one.created_at) < proved_before]


def _end_together(live: Sequence[SessionItem], reason: Ending) -> None:
    """End these, or, when one of them is being refreshed at this moment, none: they are read again then."""
    tx = Transaction()
    for session in live:
        end_session(tx, session, reason)
    try:
        tx.commit()
    except StaleVersion:
        return
