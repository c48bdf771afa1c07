"""Every read and write of the ``accounts`` table, and of the sign-in counters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from pynamodb.expressions.update import Action

from pushcart.accounts.models import AttemptsItem, EmailItem, PasswordItem, ProfileItem, SessionItem
from utils import sealing
from utils.clock import now, rfc3339
from utils.commits import Refusal
from utils.errors import Problem, StaleVersion, Unavailable
from utils.models import Key
from utils.transaction import Transaction

EMAIL: Final = "email"
NOBODY: Final = "usr_00000000000000000000000000"
"""An id that no account has: reading it costs what reading an account costs."""


class Account(NamedTuple):
    """A profile beside its password's hash; both ``None`` when there is no such account."""

    profile: ProfileItem | None
    password: PasswordItem | None


def profile_key(user_id: str) -> Key:
    return ProfileItem.key_of(user_id)


def session_key(user_id: str, session_id: str) -> Key:
    return SessionItem.key_of(user_id, session_id)


def email_keys(email: str) -> list[Key]:
    """Return where the owner of ``email`` may stand: under the current pepper, or one that came before."""
    return [EmailItem.key_of(code) for code in sealing.macs(EMAIL, email)]


def owner_of(tx: Transaction, email: str, *beside: Key) -> tuple[str | None, list[Any]]:
    """Return the id of whose ``email`` is, and the items at ``beside``, read along at no extra call."""
    keys = email_keys(email)
    items = tx.read(*keys, *beside)
    owners = [item.user_id for item in items[: len(keys)] if item]
    return (owners[0] if owners else None), items[len(keys) :]


def profile(tx: Transaction, user_id: str) -> ProfileItem | None:
    found: ProfileItem | None = tx.read_one(profile_key(user_id))
    return found


def account(tx: Transaction, user_id: str | None) -> Account:
    """Return an account; for nobody's id as many items are asked for, so that time tells nothing."""
    asked = user_id or NOBODY
    return Account(*tx.read(profile_key(asked), PasswordItem.key_of(asked)))


def session_and_profile(
    tx: Transaction, user_id: str, session_id: str
) -> tuple[SessionItem | None, ProfileItem | None]:
    session, owner = tx.read(session_key(user_id, session_id), profile_key(user_id))
    return session, owner


def session(tx: Transaction, user_id: str, session_id: str) -> SessionItem | None:
    found: SessionItem | None = tx.read_one(session_key(user_id, session_id))
    return found


def add_account(
    tx: Transaction, user_id: str, *, email: str, name: str, locale: str, roles: set[str], password_hash: str
) -> ProfileItem:
    """Append a new account: its address, profile and password. An address that was taken meanwhile: try again."""
    moment, code = tx.moment, sealing.mac(EMAIL, email)
    owned, key, password = EmailItem.key_of(code), profile_key(user_id), PasswordItem.key_of(user_id)
    made = ProfileItem(
        key.pk,
        key.sk,
        id=user_id,
        email=email,
        email_code=code,
        name=name,
        locale=locale,
        roles=roles,
        sequence=1,
        created_at=moment,
        updated_at=moment,
    )
    hashed = PasswordItem(password.pk, password.sk, hash=password_hash, created_at=moment, updated_at=moment)
    tx.create(EmailItem(owned.pk, owned.sk, user_id=user_id, created_at=moment), taken=Unavailable())
    tx.create(made, taken=Unavailable())
    tx.create(hashed, taken=Unavailable())
    return made


def change_profile(
    tx: Transaction, found: ProfileItem, *, name: str, phone: str | None, locale: str, refused: Refusal | None = None
) -> None:
    """Append new particulars, on condition that nobody changed the profile since it was read."""
    actions: list[Action] = [
        ProfileItem.name.set(name),
        ProfileItem.locale.set(locale),
        ProfileItem.phone.set(phone) if phone else ProfileItem.phone.remove(),
        ProfileItem.sequence.set(found.sequence + 1),
    ]
    tx.change(found, *actions, refused=refused)


def change_roles(tx: Transaction, found: ProfileItem, roles: set[str]) -> None:
    """Append new roles, for an address that whoever grants them vouches for."""
    tx.change(
        found,
        ProfileItem.roles.set(roles),
        ProfileItem.email_verified.set(True),
        ProfileItem.sequence.set(found.sequence + 1),
    )


def add_session(
    tx: Transaction, user_id: str, session_id: str, *, scope: str, token_hash: str, client: str, idle: timedelta,
    life: timedelta,
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


def revoke(tx: Transaction, found: SessionItem, reason: str) -> None:
    """Append the end of a session."""
    tx.change(
        found,
        SessionItem.revoked_at.set(tx.moment),
        SessionItem.revoked_for.set(reason),
        SessionItem.sequence.set(found.sequence + 1),
        refused=StaleVersion(),
    )


def attempts_key(*counted: str) -> Key:
    """Return where sign-ins are counted: under a code, so that no address stands in the table."""
    return AttemptsItem.key_of(sealing.mac("sign-in", *counted))


def count_attempt(key: Key, *, most: int, until: int, refused: Refusal) -> None:
    """Count one up unless ``most`` are counted, and keep the count until then."""
    tx = Transaction()
    running = (AttemptsItem.ttl > _epoch(now())) & (AttemptsItem.used < most)
    tx.adjust(
        key,
        AttemptsItem.used.add(1),
        AttemptsItem.ttl.set(until),
        when=AttemptsItem.pk.does_not_exist() | running,
        refused=refused,
    )
    tx.commit()


def restart_attempts(key: Key, *, until: int, refused: Problem) -> None:
    """Begin at one, where a count has lapsed that TTL has not deleted yet."""
    tx = Transaction()
    lapsed = AttemptsItem.ttl <= _epoch(now())
    tx.adjust(key, AttemptsItem.used.set(1), AttemptsItem.ttl.set(until), when=lapsed, refused=refused)
    tx.commit()


def uncount_attempt(tx: Transaction, key: Key) -> None:
    """Append that a counted sign-in was a good one."""
    tx.adjust(key, AttemptsItem.used.add(-1), when=AttemptsItem.used > 0, refused=Unavailable())


def attempts_of(raw: dict[str, Any]) -> AttemptsItem:
    return AttemptsItem.from_raw_data(raw)


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
