"""Setting a password: a forgotten one or the first by a mailed link, or one's own while signed in."""

from __future__ import annotations

from collections.abc import Sequence

from pushcart.accounts import events, passwords, throttle, tickets
from pushcart.accounts.events import Announcement
from pushcart.accounts.models.factors import FactorItem
from pushcart.accounts.models.people import PasswordItem, ProfileItem
from pushcart.accounts.models.tickets import TicketItem
from pushcart.accounts.repository import attempts, factors, people
from pushcart.accounts.repository import passwords as repository
from pushcart.accounts.repository.sessions import session_key
from pushcart.accounts.schemas.passwords import ChangePassword, ResetPassword
from pushcart.accounts.service.contacts import is_usable
from pushcart.accounts.service.session_endings import end_all
from pushcart.accounts.sessions import Client, refuse_stale
from pushcart.outbox.service import announce
from utils.access import Principal
from utils.clock import now, rfc3339
from utils.errors import Unauthenticated, ValidationFailed
from utils.transaction import Transaction


def reset_password(tx: Transaction, wanted: ResetPassword) -> None:
    """Set the password of the account that a mailed token is for, and end all its sessions.

    The token is used up by it, and so are all that were mailed before; a refused password leaves it as it is. An
    invited account's address is verified along with it: whoever has the token reads its mail. Nobody is signed in by
    it: a second factor is still asked for, unless it is from before the address was verified, when anybody may have
    registered it.

    Raises
    ------
    ValidationFailed
        On ``token``: it was used, has lapsed, is none of ours, or its account cannot be used. On ``password``: it is
        too short or too easy to guess.
    """
    ticket = tickets.accept(tx.read_one(tickets.key_of(wanted.token)), "reset", "invite")
    profile, password = people.account(tx, ticket.user_id)
    if not is_usable(profile) or _is_superseded(ticket, profile, password):
        raise tickets.refusal()
    _refuse_weak(wanted.password, profile, field="password")
    password_hash = passwords.hash_password(wanted.password)
    tickets.use(tx, ticket)
    repository.set_hash(tx, profile.id, password, password_hash)
    news = [] if profile.email_verified else [events.email_verified(profile.id)]
    news.append(events.password_changed(profile.id))
    foreign = _possibly_foreign_factor(tx, profile)
    if foreign is not None:
        factors.remove_factor(tx, foreign)
        news.append(events.mfa_disabled(profile.id))
    mfa = profile.mfa and foreign is None
    repository.end_sessions_before(tx, profile, rfc3339(now()), verified=True, mfa=mfa, events=len(news))
    _announce(tx, profile, news)
    tx.commit()
    # Only now can nobody sign in with the old password any more; and however many sessions a thief has opened, ending
    # them is not in the way of the new one. Their refresh tokens have ended with the commit.
    end_all(profile.id, "password_reset")


def change_password(tx: Transaction, principal: Principal, wanted: ChangePassword, client: Client) -> None:
    """Set the caller's own password, keep the session that it is done in, and end all others.

    The session that it is done in is then as good as one of now. Where a second factor is on, a password is too little
    for that, so it has to be so before: nobody steps up by the weaker proof, nor puts another in its place.

    Wrong passwords are counted, so that whoever has only a token cannot guess. Who repeats a change whose answer was
    lost is told that it is done; that costs a second verification, and counts as one.

    Raises
    ------
    ValidationFailed
        On ``current_password`` when it is wrong; on ``new_password`` when it is too short or too easy to guess.
    TooManyAttempts
        After 10 looks at wrong passwords in 15 minutes, wherever they came from.
    Unauthenticated
        When the account was disabled or erased since the token was issued.
    StepUpRequired
        When the account has a second factor, and none was shown in this session for 15 minutes.
    """
    per_address = throttle.by_address(client.address)
    profile, password, session, counted = tx.read(
        people.profile_key(principal.id),
        repository.password_key(principal.id),
        session_key(principal.id, str(principal.session_id)),
        per_address.key,
    )
    if not is_usable(profile):
        raise Unauthenticated("Your account cannot be used any more.")
    if profile.mfa:
        refuse_stale(session)
    _refuse_weak(wanted.new_password, profile, field="new_password")
    per_address.refuse_reached(counted)
    per_account = throttle.by_account(principal.id)
    per_account.take()
    stored = password.hash if password else None
    if not passwords.verify_password(stored, wanted.current_password):
        per_address.take()
        per_account.take()
        if passwords.verify_password(stored, wanted.new_password):
            end_all(principal.id, "password_changed", keep=principal.session_id)
            return
        raise ValidationFailed("This is not your password.", field="current_password", detail="wrong")
    attempts.uncount_attempt(tx, per_account.key)
    password_hash = passwords.hash_password(wanted.new_password)
    repository.set_hash(tx, profile.id, password, password_hash)
    moment = rfc3339(now())
    repository.keep_session(tx, profile.id, str(principal.session_id), moment)
    repository.end_sessions_before(tx, profile, moment, verified=profile.email_verified, mfa=profile.mfa, events=1)
    _announce(tx, profile, [events.password_changed(profile.id)])
    tx.commit()
    # Only now, as after a reset.
    end_all(principal.id, "password_changed", keep=principal.session_id)


def _is_superseded(ticket: TicketItem, profile: ProfileItem, password: PasswordItem | None) -> bool:
    """Whether a password was set since the link was mailed, or all sessions were ended: other mails lie around, too."""
    if ticket.purpose == "invite":
        return password is not None
    return bool(ticket.created_at < (profile.sessions_from or ""))


def _possibly_foreign_factor(tx: Transaction, profile: ProfileItem) -> FactorItem | None:
    """Return the account's second factor, if it may be that of a stranger who registered with its owner's address."""
    factor: FactorItem | None = tx.read_one(factors.factor_key(profile.id)) if profile.mfa else None
    return factor if factor is not None and factor.before_verified else None


def _refuse_weak(password: str, profile: ProfileItem, *, field: str) -> None:
    passwords.refuse_weak(password, email=profile.email, name=profile.name, second_factor=profile.mfa, field=field)


def _announce(tx: Transaction, profile: ProfileItem, news: Sequence[Announcement]) -> None:
    for step, event in enumerate(news, start=1):
        sequence = int(profile.sequence) + step
        announce(tx, aggregate=profile.id, sequence=sequence, type=event.type, data=event.data)
