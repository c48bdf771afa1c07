"""Logging in."""

from __future__ import annotations

from pushcart.accounts import passwords, throttle
from pushcart.accounts.repository import attempts, people
from pushcart.accounts.schemas.sign_in import Login, Tokens
from pushcart.accounts.service.new_sessions import open_session
from pushcart.accounts.sessions import Client
from utils.errors import Unauthenticated
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
    owner, (counted,) = people.owner_of(tx, given.email, per_address.key)
    per_address.refuse_reached(counted)
    per_account.take()
    account = people.account(tx, owner)
    right = passwords.verify_password(account.password.hash if account.password else None, given.password)
    if not right or account.profile is None or account.profile.disabled:
        per_address.take()
        raise Unauthenticated("The email address or the password is wrong.")
    attempts.uncount_attempt(tx, per_account.key)
    return open_session(tx, account.profile.id, account.profile.roles, client)
