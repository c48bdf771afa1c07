"""Reading and writing profiles, passwords and addresses."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from pynamodb.expressions.update import Action

from pushcart.accounts.models.people import EmailItem, PasswordItem, ProfileItem
from utils import sealing
from utils.commits import Refusal
from utils.errors import Unavailable
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
