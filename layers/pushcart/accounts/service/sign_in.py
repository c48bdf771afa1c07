"""Logging in."""

from __future__ import annotations

from pushcart.accounts import access_tokens, passwords, refresh_tokens, repository, throttle
from pushcart.accounts.refresh_tokens import Place
from pushcart.accounts.schemas import Login, Tokens
from pushcart.accounts.sessions import ACCOUNT_SCOPE, IDLE, LONGEST, Client
from utils.errors import Unauthenticated
from utils.ids import new_id
from utils.transaction import Transaction


def log_in(tx: Transaction, given: Login, client: Client) -> Tokens:
    """Open a session for whoever knows the password.

    An address without an account, a wrong password and a disabled account are one refusal, at the same work: as many
    reads, and one password verified.

    Raises
    ------
    Unauthenticated
        For all three.
    TooManyAttempts
        After 10 failures in 15 minutes for this account from this address, or 100 from this address.
    """
    per_address = throttle.by_address(client.address)
    per_account = throttle.by_account_and_address(given.email, client.address)
    owner, (counted,) = repository.owner_of(tx, given.email, per_address.key)
    per_address.refuse_reached(counted)
    per_account.take()
    account = repository.account(tx, owner)
    right = passwords.verify_password(account.password.hash if account.password else None, given.password)
    if not right or account.profile is None or account.profile.disabled:
        per_address.take()
        raise Unauthenticated("The email address or the password is wrong.")
    repository.uncount_attempt(tx, per_account.key)
    return open_session(tx, account.profile.id, account.profile.roles, client)


def open_session(tx: Transaction, user_id: str, roles: set[str], client: Client) -> Tokens:
    """Append a new session, and return its first tokens."""
    first = Place(user_id, new_id("ses"), 1)
    refresh_token = refresh_tokens.issue(first)
    repository.add_session(
        tx,
        user_id,
        first.session_id,
        scope=ACCOUNT_SCOPE,
        token_hash=refresh_tokens.hashed(refresh_token),
        client=client.code,
        idle=IDLE,
        life=LONGEST,
    )
    return tokens(first, refresh_token, roles, ACCOUNT_SCOPE)


def tokens(place: Place, refresh_token: str, roles: set[str], scope: str) -> Tokens:
    """Return a fresh access token beside ``refresh_token``."""
    access_token = access_tokens.issue(user_id=place.user_id, session_id=place.session_id, scope=scope, roles=roles)
    return Tokens(
        access_token=access_token,
        expires_in=int(access_tokens.LIFE.total_seconds()),
        refresh_token=refresh_token,
        scope=scope,
    )
