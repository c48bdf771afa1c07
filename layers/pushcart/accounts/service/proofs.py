"""Proving who one is: the second half of a log-in, and the step-up that dangerous acts ask for.

Every refusal of a proof is in the same words: wrong, used already, too old, or for an account that has no such thing.
"""

from __future__ import annotations

from typing import Final

from pushcart.accounts import factor_secrets, factor_tries, mfa_tokens, passwords, recovery_codes, throttle, totp
from pushcart.accounts.models.factors import FactorItem
from pushcart.accounts.models.people import PasswordItem, ProfileItem
from pushcart.accounts.repository import attempts, factors, people, sessions
from pushcart.accounts.schemas.factors import Proof, SteppedUp
from pushcart.accounts.schemas.sign_in import Tokens
from pushcart.accounts.service import devices, sign_in
from pushcart.accounts.sessions import FRESH, Client, is_outdated
from utils.access import Principal
from utils.clock import now, rfc3339
from utils.errors import Problem, Unauthenticated
from utils.transaction import Transaction

ON: Final = "code or recovery_code"
OFF: Final = "password"


def complete_log_in(tx: Transaction, mfa_token: str, given: Proof, client: Client) -> Tokens:
    """Open a session for whoever showed the password, and now the second factor.

    One proof opens one session: a time step, and a recovery code, is used up in the transaction that opens it.

    Raises
    ------
    Unauthenticated
        When the token is none of ours or over 5 minutes old, or the proof is wrong or was used.
    TooManyAttempts
        After 5 wrong codes in 15 minutes for this account.
    """
    user_id = mfa_tokens.read(mfa_token)
    if user_id is None:
        raise _refused()
    remembered = devices.keys_of(user_id, client)
    profile, factor, *found = tx.read(people.profile_key(user_id), factors.factor_key(user_id), *remembered)
    if not _is_open(profile) or not _is_on(factor) or mfa_tokens.issued_before(mfa_token, profile.sessions_from):
        raise _refused()
    _use(tx, factor, given)
    return sign_in.complete(tx, profile, client, memory=devices.memory_of(found))


def step_up(tx: Transaction, principal: Principal, given: Proof, client: Client) -> SteppedUp:
    """Note that the owner of a session has just proved who they are: by their second factor if they have one, or else
    by their password.

    Raises
    ------
    Unauthenticated
        Without a session that lives; or when the proof is wrong, was used, or is of a kind that this account does not
        take (``detail`` names those that it does).
    TooManyAttempts
        After 5 wrong codes in 15 minutes for this account; after as many wrong passwords as at the log-in.
    """
    if principal.kind != "user" or not principal.session_id:
        raise Unauthenticated("Log in first, or send the mfa_token of a log-in.")
    profile, factor, password, session, counted = tx.read(
        people.profile_key(principal.id),
        factors.factor_key(principal.id),
        PasswordItem.key_of(principal.id),
        sessions.session_key(principal.id, principal.session_id),
        throttle.by_address(client.address).key,
    )
    if not _is_open(profile) or session is None or is_outdated(session, profile):
        raise _ended()
    if _is_on(factor):
        if given.password is not None:
            raise _refused(ON)
        _use(tx, factor, given, detail=ON)
    else:
        throttle.by_address(client.address).refuse_reached(counted)
        _show_password(tx, profile, password, given, client)
    people.require_unchanged(tx, profile)
    sessions.mark_proved(tx, session, ended=_ended())
    return SteppedUp(stepped_up_until=rfc3339(now() + FRESH))


def _use(tx: Transaction, factor: FactorItem, given: Proof, *, detail: str | None = None) -> None:
    """Append that the second factor was shown, or raise: the try is counted before it is looked at."""
    tries = factor_tries.of_account(factor.user_id)
    tries.take()
    if given.code is not None:
        secret = factor_secrets.unseal(factor.secret, factor.user_id)
        step = totp.matching_step(secret, given.code, moment=now(), after=int(factor.last_step))
        if step is None:
            raise _refused(detail)
        factors.use_step(tx, factor, step, used=_refused(detail))
    else:
        known = recovery_codes.found(factor.user_id, given.recovery_code or "", factor.recovery_codes or set())
        if known is None:
            raise _refused(detail)
        factors.use_recovery_code(tx, factor, known, used=_refused(detail))
    attempts.uncount_attempt(tx, tries.key)


def _show_password(
    tx: Transaction, profile: ProfileItem, stored: PasswordItem | None, given: Proof, client: Client
) -> None:
    """Append that the password was shown, or raise: counted and verified as at the log-in."""
    if given.password is None:
        raise _refused(OFF)
    per_account = throttle.by_account(profile.id)
    per_account.take()
    if not passwords.verify_password(stored.hash if stored else None, given.password):
        throttle.by_address(client.address).take()
        raise _refused(OFF)
    attempts.uncount_attempt(tx, per_account.key)


def _is_open(profile: ProfileItem | None) -> bool:
    return profile is not None and profile.is_open


def _is_on(factor: FactorItem | None) -> bool:
    return factor is not None and bool(factor.confirmed_at)


def _refused(detail: str | None = None) -> Problem:
    return Unauthenticated("This proof is wrong, was used, or comes too late.", detail=detail)


def _ended() -> Problem:
    return Unauthenticated("Your session has ended. Log in again.")
