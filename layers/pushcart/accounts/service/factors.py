"""Switching a second factor on and off."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from pushcart.accounts import events, factor_secrets, factor_tries, recovery_codes, totp
from pushcart.accounts.models.factors import FactorItem
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.repository import attempts, factors, people, sessions
from pushcart.accounts.schemas.factors import ConfirmTotp, RecoveryCodes, TotpEnrolment
from pushcart.accounts.sessions import is_outdated
from pushcart.outbox.service import announce
from utils.access import Principal
from utils.clock import now
from utils.errors import InvalidState, Problem, Unauthenticated, ValidationFailed
from utils.settings import setting
from utils.transaction import Transaction

IS_ON: Final = (
    "A second factor is on. To change it, or if its recovery codes never reached you, remove it"
    " (DELETE /api/v1/auth/mfa/totp) and begin again: that brings new codes."
)


def enrol(tx: Transaction, principal: Principal) -> TotpEnrolment:
    """Make a secret for an authenticator app. It is asked for nowhere until its first code has confirmed it.

    Called again before that, it makes another, and the one before is good for nothing.

    Raises
    ------
    InvalidState
        When a factor is on already.
    Unauthenticated
        When the account was closed, or all its sessions ended, since the token was issued.
    """
    user_id = principal.id
    profile, factor = _mine(tx, principal)
    if factor is not None and factor.confirmed_at:
        raise InvalidState(IS_ON)
    secret = totp.new_secret()
    sealed = factor_secrets.seal(secret, user_id)
    factors.put_pending(tx, user_id, sealed, refused=InvalidState(IS_ON))
    issuer = urlsplit(setting("STOREFRONT_URL")).hostname or setting("TOKEN_AUDIENCE")
    return TotpEnrolment(
        secret=totp.as_text(secret), otpauth_uri=totp.uri(secret, issuer=issuer, account=profile.email)
    )


def confirm(tx: Transaction, principal: Principal, given: ConfirmTotp) -> RecoveryCodes:
    """Switch a second factor on, by the first code of the app that has its secret, and return its recovery codes.

    Raises
    ------
    InvalidState
        When none waits to be confirmed.
    ValidationFailed
        On ``code``, when it is wrong.
    TooManyAttempts
        After 5 wrong codes in 15 minutes.
    """
    user_id = principal.id
    profile, factor = _mine(tx, principal)
    if factor is None:
        raise InvalidState("Begin with POST /api/v1/auth/mfa/totp.")
    if factor.confirmed_at:
        raise InvalidState(IS_ON)
    tries = factor_tries.of_account(user_id)
    tries.take()
    secret = factor_secrets.unseal(factor.secret, user_id)
    step = totp.matching_step(secret, given.code, moment=now(), after=int(factor.last_step))
    if step is None:
        raise ValidationFailed("This is not the code of now. Check the clock of the device.", field="code")
    codes = recovery_codes.new_codes()
    stored = {recovery_codes.stored(user_id, code) for code in codes}
    unverified = not profile.email_verified
    factors.confirm(tx, factor, step=step, recovery_codes=stored, before_verified=unverified, refused=_begun_anew())
    attempts.uncount_attempt(tx, tries.key)
    _mark(tx, profile, mfa=True, event=events.mfa_enabled(user_id))
    return RecoveryCodes(recovery_codes=codes)


def remove(tx: Transaction, principal: Principal) -> None:
    """Switch the second factor off and forget it, with its recovery codes; where there is none, nothing happens."""
    user_id = principal.id
    profile, factor = _mine(tx, principal)
    if factor is None:
        return
    factors.remove_factor(tx, factor)
    if factor.confirmed_at:
        _mark(tx, profile, mfa=False, event=events.mfa_disabled(user_id))


def _mine(tx: Transaction, principal: Principal) -> tuple[ProfileItem, FactorItem | None]:
    profile, factor, session = tx.read(
        people.profile_key(principal.id),
        factors.factor_key(principal.id),
        sessions.session_key(principal.id, principal.session_id or ""),
    )
    if profile is None or not profile.is_open or session is None or is_outdated(session, profile):
        raise Unauthenticated("Your session has ended. Log in again.")
    return profile, factor


def _mark(tx: Transaction, profile: ProfileItem, *, mfa: bool, event: events.Announcement) -> None:
    factors.mark_profile(tx, profile, mfa=mfa)
    announce(tx, aggregate=profile.id, sequence=int(profile.sequence) + 1, type=event.type, data=event.data)


def _begun_anew() -> Problem:
    return InvalidState("The secret of this code was replaced, or is confirmed already.")
