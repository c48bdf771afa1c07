"""Reading and writing profiles, passwords and addresses."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from pynamodb.expressions.update import Action

from pushcart.accounts.models.people import EmailItem, PasswordItem, ProfileItem
from utils import sealing
from utils.commits import Refusal
from utils.errors import Overtaken, Unavailable
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
    """Return where an account's profile stands."""
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
    """Return a profile as it is stored, of whatever standing."""
    found: ProfileItem | None = tx.read_one(profile_key(user_id))
    return found


def account(tx: Transaction, user_id: str | None) -> Account:
    """Return an account; for nobody's id as many items are asked for, so that time tells nothing."""
    return account_beside(tx, user_id)[0]


def account_beside(tx: Transaction, user_id: str | None, *beside: Key) -> tuple[Account, list[Any]]:
    """Return an account, and the items at ``beside``, read along at no extra call."""
    asked = user_id or NOBODY
    profile, password, *others = tx.read(profile_key(asked), PasswordItem.key_of(asked), *beside)
    return Account(profile, password), others


def require_unchanged(tx: Transaction, found: ProfileItem) -> None:
    """Append that nothing about the account was changed since it was read: its password, its roles, that it is open.

    All of these are changed together with the profile.
    """
    tx.require(found.key, ProfileItem.version == found.version, refused=Overtaken())


def renew_hash(tx: Transaction, found: PasswordItem, password_hash: str) -> None:
    """Append another hash of the same password."""
    tx.change(found, PasswordItem.hash.set(password_hash), refused=Overtaken())


def add_account(
    tx: Transaction, user_id: str, *, email: str, name: str, locale: str, roles: set[str], password_hash: str | None,
    phone: str | None = None, email_verified: bool = False, events: int = 1, taken: Refusal | None = None,
) -> ProfileItem:  # fmt: skip
    """Append a new account: its address and profile, and its password where it has one.

    ``events`` are announced along with it; ``taken`` says what it means that somebody took the address meanwhile: that
    another try finds it so, by default.
    """
    moment, code = tx.moment, sealing.mac(EMAIL, email)
    owned, key, password = EmailItem.key_of(code), profile_key(user_id), PasswordItem.key_of(user_id)
    made = ProfileItem(
        key.pk,
        key.sk,
        id=user_id,
        email=email,
        email_code=code,
        name=name,
        phone=phone,
        locale=locale,
        roles=roles,
        email_verified=email_verified,
        sequence=events,
        created_at=moment,
        updated_at=moment,
    )
    tx.create(EmailItem(owned.pk, owned.sk, user_id=user_id, created_at=moment), taken=taken or Unavailable())
    tx.create(made, taken=Unavailable())
    if password_hash is not None:
        hashed = PasswordItem(password.pk, password.sk, hash=password_hash, created_at=moment, updated_at=moment)
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


def count_event(tx: Transaction, found: ProfileItem, *, refused: Refusal) -> None:
    """Append that an event of the account is announced, where nothing else of the profile changes."""
    tx.change(found, ProfileItem.sequence.set(int(found.sequence) + 1), refused=refused)
