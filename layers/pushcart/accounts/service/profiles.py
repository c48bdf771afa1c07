"""One's own profile."""

from __future__ import annotations

from pushcart.accounts import events
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.repository import people
from pushcart.accounts.schemas.people import ChangeMe, User
from pushcart.outbox.service import announce
from utils.errors import StaleVersion, Unauthenticated
from utils.transaction import Transaction


def show_me(tx: Transaction, user_id: str) -> User:
    """Return the caller's profile.

    Raises
    ------
    Unauthenticated
        When the account was disabled or erased since the token was issued.
    """
    return shown(_mine(tx, user_id))


def change_me(tx: Transaction, user_id: str, wanted: ChangeMe, *, if_match: int | None) -> User:
    """Change what is named of the caller's profile; what changes nothing writes nothing.

    Raises
    ------
    StaleVersion
        When ``if_match`` is not the profile's version, or somebody else changes it at this moment.
    """
    found = _mine(tx, user_id)
    if if_match is not None and if_match != found.version:
        raise StaleVersion
    before = {"name": found.name, "phone": found.phone, "locale": found.locale}
    after = before | wanted.model_dump(exclude_unset=True)
    changed = sorted(field for field in before if before[field] != after[field])
    if not changed:
        return shown(found)
    people.change_profile(tx, found, **after)
    event = events.changed(user_id, changed)
    announce(tx, aggregate=user_id, sequence=int(found.sequence) + 1, type=event.type, data=event.data)
    return shown(found).model_copy(update={**after, "version": int(found.version) + 1, "updated_at": tx.moment})


def _mine(tx: Transaction, user_id: str) -> ProfileItem:
    found = people.profile(tx, user_id)
    if found is None or not found.is_open:
        raise Unauthenticated("Your account cannot be used any more.")
    return found


def shown(found: ProfileItem) -> User:
    """Return an account as its owner and staff see it."""
    return User(
        id=found.id,
        email=found.email,
        name=found.name,
        phone=found.phone,
        locale=found.locale,
        roles=sorted(found.roles),
        email_verified=found.email_verified,
        disabled=found.disabled,
        created_at=found.created_at,
        updated_at=found.updated_at,
        version=int(found.version),
    )
