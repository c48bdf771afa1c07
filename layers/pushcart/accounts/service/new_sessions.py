"""Opening a session: the same for every way in (password, second factor, identity provider, OAuth code)."""

from __future__ import annotations

from collections.abc import Iterable

from pushcart.accounts import access_tokens, refresh_tokens
from pushcart.accounts.hashes import hashed
from pushcart.accounts.refresh_tokens import Place
from pushcart.accounts.repository import sessions
from pushcart.accounts.schemas.sign_in import Tokens
from pushcart.accounts.sessions import IDLE, LONGEST, Client
from utils.access import WHOLE_ACCOUNT
from utils.ids import new_id
from utils.transaction import Transaction


def open_session(
    tx: Transaction,
    user_id: str,
    roles: Iterable[str],
    client: Client,
    *,
    scope: str = WHOLE_ACCOUNT,
    client_id: str | None = None,
    session_id: str | None = None,
    authenticated_at: str | None = None,
) -> Tokens:
    """Append a new session, and return its first tokens.

    Parameters
    ----------
    scope
        What whoever holds the tokens may do: all that the roles allow, unless an OAuth client was given less.
    client_id
        The OAuth client that the session is opened for.
    session_id
        The session's id, where the caller has told it to somebody already; a new one by default.
    authenticated_at
        When the person last proved who they are (RFC 3339), where that was before this; now by default.
    """
    first = Place(user_id, session_id or new_id("ses"), 1)
    refresh_token = refresh_tokens.issue(first)
    sessions.add_session(
        tx,
        user_id,
        first.session_id,
        scope=scope,
        token_hash=hashed(refresh_token),
        client=client.code,
        agent=client.agent_shown,
        idle=IDLE,
        life=LONGEST,
        client_id=client_id,
        authenticated_at=authenticated_at,
    )
    return tokens(first, refresh_token, roles, scope, client_id=client_id)


def tokens(
    place: Place, refresh_token: str, roles: Iterable[str], scope: str, *, client_id: str | None = None
) -> Tokens:
    """Return a fresh access token beside ``refresh_token``."""
    access_token = access_tokens.issue(
        user_id=place.user_id, session_id=place.session_id, scope=scope, roles=roles, client_id=client_id
    )
    return Tokens(
        access_token=access_token,
        expires_in=int(access_tokens.LIFE.total_seconds()),
        refresh_token=refresh_token,
        scope=scope,
    )
