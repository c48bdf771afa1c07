"""Refreshing and logging out: the life of a session after the log-in.

Each refresh token is used once. The last one may be shown again for ten seconds by the client that used it, whose
reply may have been lost, and gets the same successor. Any other second use means that two hold the token, and nobody
can tell which of them is the thief, so the whole family ends.
https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from pushcart.accounts import refresh_tokens
from pushcart.accounts.hashes import hashed, is_hash_of
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.models.sessions import SessionItem
from pushcart.accounts.refresh_tokens import Place
from pushcart.accounts.repository import sessions
from pushcart.accounts.schemas.sign_in import Tokens
from pushcart.accounts.service.new_sessions import tokens
from pushcart.accounts.service.session_endings import end_session, end_surely
from pushcart.accounts.sessions import IDLE, Client, is_live, is_outdated
from utils.clock import now, parse
from utils.errors import Problem, StaleVersion, Unauthenticated, Unavailable
from utils.log import logger
from utils.transaction import Transaction

ANSWERED_AGAIN: Final = timedelta(seconds=10)
TRIES: Final = 5


class ScopeTooWide(Problem):
    """More was asked for than the session was given."""

    code = "VALIDATION_ERROR"


def refresh(
    tx: Transaction, token: str, client: Client, *, client_id: str | None = None, scope: str | None = None
) -> Tokens:
    """Exchange a refresh token for its successor and a fresh access token.

    ``client_id`` is the OAuth client that shows the token: it has to be the one that the session was opened for, and
    no other way leads to its successor (RFC 6749, 6). ``scope`` asks for an access token that may do less.

    Commits by itself: whoever loses a race reads again, and is then answered like a client whose reply was lost.

    Raises
    ------
    Unauthenticated
        When the token is none of ours, was used before, or its session has ended or is another client's.
    ScopeTooWide
        When ``scope`` is more than the session has.
    """
    place = refresh_tokens.read(token)
    if place is None:
        raise _refused()
    for _ in range(TRIES):
        session, profile = sessions.session_and_profile(tx, place.user_id, place.session_id)
        if session is None or profile is None or not _goes_on(session, profile):
            raise _refused()
        if session.client_id != client_id:
            raise _refused()
        granted = _narrowed(session.scope, scope)
        try:
            return _exchange(tx, place, token, session, profile, client, granted)
        except StaleVersion:
            continue
    raise Unavailable


def log_out(tx: Transaction, token: str) -> None:
    """End the session of a refresh token, whether or not it is the youngest. What has ended stays so."""
    place = refresh_tokens.read(token)
    if place is None:
        return
    end_surely(tx, sessions.session(tx, place.user_id, place.session_id), "logout")


def _exchange(
    tx: Transaction, place: Place, token: str, session: SessionItem, profile: ProfileItem, client: Client, scope: str
) -> Tokens:
    if is_hash_of(session.token_hash, token):
        return _rotate(tx, place, session, profile, client, scope)
    successor = _lost_reply(place, session, client)
    if successor is None:
        end_session(tx, session, "refresh_reused")
        tx.commit()
        logger.warning("refresh token reused", extra={"session_id": session.id, "user_id": session.user_id})
        raise _refused()
    return tokens(place.successor, successor, profile.roles, scope, client_id=session.client_id)


def _rotate(
    tx: Transaction, place: Place, session: SessionItem, profile: ProfileItem, client: Client, scope: str
) -> Tokens:
    successor = refresh_tokens.issue(place.successor)
    # Signed before the commit: when KMS fails, the token that the client holds is still good.
    answer = tokens(place.successor, successor, profile.roles, scope, client_id=session.client_id)
    sessions.rotate(
        tx,
        session,
        token_hash=hashed(successor),
        client=client.code,
        idle_until=min(now() + IDLE, parse(session.expires_at)),
    )
    tx.commit()
    return answer


def _narrowed(granted: str, asked: str | None) -> str:
    """Return what is asked for of what was granted (RFC 6749, 6)."""
    if asked is None:
        return granted
    wanted = asked.split(" ")
    if not set(wanted) <= set(granted.split(" ")):
        raise ScopeTooWide("This is more than was granted.", field="scope")
    return " ".join(dict.fromkeys(wanted))


def _lost_reply(place: Place, session: SessionItem, client: Client) -> str | None:
    """Return the youngest token once more, if this is its predecessor, shown again at once by who used it."""
    latest = place.rotation == session.rotation - 1 and now() - parse(session.rotated_at) <= ANSWERED_AGAIN
    if not latest or not client.is_known_as(session.client):
        return None
    return refresh_tokens.issued_before(place.successor, session.token_hash)


def _goes_on(session: SessionItem, profile: ProfileItem) -> bool:
    return profile.is_open and is_live(session) and not is_outdated(session, profile)


def _refused() -> Unauthenticated:
    return Unauthenticated("This refresh token cannot be used. Log in again.")
