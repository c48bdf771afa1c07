"""Logging in."""

from __future__ import annotations

from typing import NamedTuple

from pushcart.accounts import mfa_tokens, passwords, throttle
from pushcart.accounts.models.factors import FactorItem
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.repository import attempts, factors, people
from pushcart.accounts.repository.people import NOBODY, Account
from pushcart.accounts.schemas.factors import FactorMethod, MfaChallenge
from pushcart.accounts.schemas.sign_in import Login, Tokens
from pushcart.accounts.service import anomalies, devices
from pushcart.accounts.service.devices import Memory
from pushcart.accounts.service.new_sessions import open_session
from pushcart.accounts.sessions import Client
from pushcart.accounts.throttle import Limits, TooManyAttempts
from utils.clock import now
from utils.errors import Unauthenticated
from utils.ids import new_id
from utils.models import Item, Key
from utils.transaction import Transaction


def log_in(tx: Transaction, given: Login, client: Client) -> Tokens | MfaChallenge:
    """Open a session for whoever knows the password; where the account has a second factor, ask for that instead.

    An address without an account, a wrong password and an account that is closed are one refusal, at the same work:
    as many calls, and one password verified.

    Raises
    ------
    Unauthenticated
        For all three.
    TooManyAttempts
        After 10 failures in 15 minutes for this account from this device, or from all unknown ones together; after
        100 from this network; and, for unknown devices, when too many fail over all accounts.
    """
    user_id, _ = people.owner_of(tx, given.email)
    asked = _look_up(tx, user_id, given.email, client)
    asked.limits.refuse_reached(asked.counted)
    _take_a_try(asked, user_id)
    profile, password = asked.account
    right = passwords.verify_password(password.hash if password else None, given.password)
    if not right or profile is None or not profile.is_open:
        _note_failure(asked, user_id)
        raise Unauthenticated("The email address or the password is wrong.")
    _look_again(tx, asked)
    attempts.uncount_attempt(tx, asked.limits.own.key)
    if password and passwords.is_outdated(password.hash):
        people.renew_hash(tx, password, passwords.hash_password(given.password))
    if profile.mfa:
        return MfaChallenge(mfa_token=mfa_tokens.issue(profile.id), methods=methods_of(asked.factor))
    return complete(tx, profile, client, memory=asked.memory)


def complete(tx: Transaction, profile: ProfileItem, client: Client, *, memory: Memory | None = None) -> Tokens:
    """Append what a finished sign-in leaves behind, and return its tokens: the last step of each way in.

    A session is opened, its device remembered, and what is unusual announced. All of it holds only if the account is
    still what ``profile`` says: no session is opened by a password that is being changed, or beside an account's end.

    Parameters
    ----------
    memory
        What the account remembers, where the caller has read it along (:func:`.devices.keys_of`,
        :func:`.devices.memory_of`); one more read without it.
    """
    if memory is None:
        memory = devices.memory_of(tx.read(*devices.keys_of(profile.id, client)))
    session_id = new_id("ses")
    tokens = open_session(tx, profile.id, profile.roles, client, session_id=session_id)
    people.require_unchanged(tx, profile)
    devices.remember(tx, profile.id, client, memory)
    if signals := anomalies.signals_of(memory, client, now()):
        anomalies.announce_unusual(tx, profile.id, session_id, signals)
    return tokens


class _Asked(NamedTuple):
    """All that is read for one log-in, and what it is held against."""

    account: Account
    factor: FactorItem | None
    memory: Memory
    limits: Limits
    counted: dict[Key, Item | None]


def _look_up(tx: Transaction, user_id: str | None, email: str, client: Client) -> _Asked:
    stranger, known = throttle.of_stranger(email, client), throttle.of_known_device(email, client)
    remembered = devices.keys_of(user_id or NOBODY, client)
    counters = [*stranger.keys, *known.keys]
    factor_key = factors.factor_key(user_id or NOBODY)
    account, (factor, *found) = people.account_beside(tx, user_id, factor_key, *remembered, *counters)
    memory = devices.memory_of(found[: len(remembered)])
    counted = dict(zip(counters, found[len(remembered) :], strict=True))
    return _Asked(account, factor, memory, known if memory.known else stranger, counted)


def _take_a_try(asked: _Asked, user_id: str | None) -> None:
    """Count the attempt. Whoever finds a stranger's count full, and that nobody has told so, tells it."""
    try:
        asked.limits.own.take()
    except TooManyAttempts as refused:
        if not asked.memory.known and not refused.announced:
            anomalies.announce_blocked(asked.limits.own, user_id)
        raise


def _look_again(tx: Transaction, asked: _Asked) -> None:
    """Let a stranger who guessed right wait like those who guessed wrong, where others filled a shared count meanwhile.

    So a hundred who guess at once learn no more than one after the other would.
    """
    if asked.memory.known:
        return
    keys = [limit.key for limit in asked.limits.shared]
    asked.limits.refuse_reached(dict(zip(keys, tx.read(*keys), strict=True)))


def _note_failure(asked: _Asked, user_id: str | None) -> None:
    asked.limits.count_failure()
    own = asked.limits.own
    if not asked.memory.known and own.used(asked.counted[own.key]) + 1 >= own.most:
        anomalies.announce_blocked(own, user_id)


def methods_of(factor: FactorItem | None) -> list[FactorMethod]:
    """Return what the account can prove itself by: once its recovery codes are used up, the app alone."""
    return ["totp", "recovery_code"] if factor is not None and factor.recovery_codes else ["totp"]
