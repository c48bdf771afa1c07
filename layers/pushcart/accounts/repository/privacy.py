"""Reading and writing exports and erasures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from pushcart import tables
from pushcart.accounts.models.addresses import AddressItem
from pushcart.accounts.models.identities import HeldIdentityItem, IdentityItem
from pushcart.accounts.models.keys import of_user
from pushcart.accounts.models.people import EmailItem, ProfileItem
from pushcart.accounts.models.privacy import (
    ERASURES,
    RECORDS,
    ErasureItem,
    ExportedItem,
    ExportItem,
    PartItem,
)
from pushcart.accounts.models.sessions import SessionItem
from utils.clock import rfc3339
from utils.commits import Refusal
from utils.errors import Unavailable
from utils.models import Key
from utils.queries import Page, query
from utils.transaction import Transaction

_BY_OWNER: Final = tables.work["by_owner"]
IDENTITIES: Final = "IDP#"
GONE: Final = "ERASED#0"
"""The place of erased accounts in the index of users, where nobody lists them."""


def erasure_key(user_id: str) -> Key:
    """Return where the wish to be erased stands."""
    return ErasureItem.key_of(user_id)


def export_key(user_id: str) -> Key:
    """Return where somebody's export stands."""
    return ExportItem.key_of(user_id)


def add_erasure(tx: Transaction, user_id: str, job_id: str) -> None:
    """Append that somebody is to be erased; once, whoever else asks."""
    key = erasure_key(user_id)
    made = ErasureItem(key.pk, key.sk, user_id=user_id, job_id=job_id, created_at=tx.moment)
    tx.create(made, taken=Unavailable())


def erasures_since(moment: str, *, start: dict[str, Any] | None) -> Page[ErasureItem]:
    """Return a page of the erasures that were asked for, the latest first, back to ``moment`` (RFC 3339)."""
    page = query(ErasureItem, ERASURES, index=_BY_OWNER, descending=True, start=start)
    wanted = [erasure for erasure in page.items if erasure.created_at >= moment]
    return Page(wanted, page.last_key if len(wanted) == len(page.items) else None)


def sessions_of(user_id: str, start: dict[str, Any] | None) -> Page[SessionItem]:
    """Return a page of an account's sessions."""
    return query(SessionItem, of_user(user_id), prefix="SESSION#", start=start, consistent=True)


def addresses_of(user_id: str, start: dict[str, Any] | None) -> Page[AddressItem]:
    """Return a page of an account's addresses."""
    return query(AddressItem, of_user(user_id), prefix="ADDR#", start=start, consistent=True)


def identities_of(user_id: str, start: dict[str, Any] | None) -> Page[HeldIdentityItem]:
    """Return a page of the ties that an account has to identity providers."""
    return query(HeldIdentityItem, of_user(user_id), prefix=IDENTITIES, start=start, consistent=True)


def parts_of(user_id: str, *, limit: int, start: dict[str, Any] | None) -> Page[PartItem]:
    """Return the keys of a page of all that stands under an account."""
    return query(PartItem, of_user(user_id), limit=limit, start=start, consistent=True)


def put_record(
    tx: Transaction, user_id: str, job_id: str, number: int, *, kind: str, data: dict[str, Any], ttl: int
) -> None:
    """Append one record of an export; a step that is done again puts the same ones again."""
    key = ExportedItem.key_of(user_id, job_id, number)
    tx.put(ExportedItem(key.pk, key.sk, kind=kind, data=data, ttl=ttl))


def publish(tx: Transaction, user_id: str, job_id: str, *, expires: datetime) -> None:
    """Append that an export is complete; it takes the place of an earlier one."""
    key = export_key(user_id)
    tx.put(ExportItem(key.pk, key.sk, job_id=job_id, expires_at=rfc3339(expires), ttl=int(expires.timestamp())))


def records(user_id: str, job_id: str, *, limit: int, start: dict[str, Any] | None) -> Page[ExportedItem]:
    """Return a page of an export."""
    return query(ExportedItem, of_user(user_id), prefix=f"{RECORDS}{job_id}#", limit=limit, start=start)


def close(tx: Transaction, found: ProfileItem, *, refused: Refusal) -> None:
    """Append that nobody can sign in to an account any more, nor go on with what they have open, nor open it again."""
    tx.change(
        found,
        ProfileItem.disabled.set(True),
        ProfileItem.deleted_at.set(tx.moment),
        ProfileItem.users_shard.set(GONE),
        ProfileItem.sessions_from.set(tx.moment),
        ProfileItem.sequence.set(int(found.sequence) + 1),
        refused=refused,
    )


def owner_key(found: ProfileItem) -> Key:
    """Return where it stands whose the address of an account is."""
    return EmailItem.key_of(found.email_code)


def empty(tx: Transaction, found: ProfileItem, address: EmailItem | None) -> None:
    """Append the end of all that is personal in a profile, and of its hold on its address.

    ``address`` is what stands there; by now it may be another account's, whose it stays.
    """
    if address is not None and address.user_id == found.id:
        tx.remove(address.key, when=EmailItem.user_id == found.id, refused=Unavailable())
    tx.change(
        found,
        ProfileItem.email.set(""),
        ProfileItem.email_code.set(""),
        ProfileItem.name.set(""),
        ProfileItem.phone.remove(),
        ProfileItem.email_verified.set(False),
        ProfileItem.mfa.set(False),
        ProfileItem.disabled.set(True),
        ProfileItem.users_shard.set(GONE),
        ProfileItem.erased_at.set(tx.moment),
        refused=Unavailable(),
    )


def remove_parts(tx: Transaction, parts: Sequence[PartItem]) -> None:
    """Append the end of parts of an account, and of what they are tied to elsewhere: an identity has two items."""
    for part in parts:
        tx.remove(part.key)
        if part.sk.startswith(IDENTITIES):
            tx.remove(Key(IdentityItem, part.sk, "META"))
