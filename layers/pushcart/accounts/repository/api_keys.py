"""Reading and writing API keys."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from pushcart import tables
from pushcart.accounts.models.api_keys import API_KEYS_SHARD, ApiKeyItem, KeyNameItem
from utils.clock import rfc3339
from utils.errors import Overtaken, Unavailable
from utils.models import Key
from utils.queries import Page, query
from utils.transaction import Transaction

REMEMBERED: Final = timedelta(days=90)
"""How long a key that has lapsed is still listed."""


def api_key_key(key_id: str) -> Key:
    """Return where an API key stands."""
    return ApiKeyItem.key_of(key_id)


def api_key(tx: Transaction, key_id: str) -> ApiKeyItem | None:
    """Return an API key as it is stored, live or not."""
    found: ApiKeyItem | None = tx.read_one(api_key_key(key_id))
    return found


def keys_named(tx: Transaction, name: str) -> KeyNameItem | None:
    """Return who holds a name."""
    found: KeyNameItem | None = tx.read_one(KeyNameItem.key_of(name))
    return found


def api_keys(*, limit: int, start: dict[str, Any] | None) -> Page[ApiKeyItem]:
    """Return a page of the keys, the youngest first."""
    index = tables.accounts["keys_by_created"]
    return query(ApiKeyItem, API_KEYS_SHARD, index=index, descending=True, limit=limit, start=start)


def add_api_key(
    tx: Transaction,
    key_id: str,
    *,
    name: str,
    prefix: str,
    secret_hash: str,
    scopes: Iterable[str],
    created_by: str,
    expires: datetime,
) -> ApiKeyItem:
    """Append a new key."""
    key, moment = api_key_key(key_id), tx.moment
    made = ApiKeyItem(
        key.pk,
        key.sk,
        id=key_id,
        name=name,
        prefix=prefix,
        secret_hash=secret_hash,
        scopes=set(scopes),
        created_by=created_by,
        expires_at=rfc3339(expires),
        ttl=int((expires + REMEMBERED).timestamp()),
        created_at=moment,
        updated_at=moment,
    )
    tx.create(made, taken=Unavailable())
    return made


def hold_name(tx: Transaction, name: str, found: KeyNameItem | None, holders: set[str]) -> None:
    """Append who holds a name from now on, unless that changed since it was read."""
    if found is not None:
        tx.change(found, KeyNameItem.holders.set(holders), refused=Overtaken())
        return
    key, moment = KeyNameItem.key_of(name), tx.moment
    made = KeyNameItem(key.pk, key.sk, holders=holders, created_at=moment, updated_at=moment)
    tx.create(made, taken=Overtaken())


def revoke_api_key(tx: Transaction, found: ApiKeyItem, by: str) -> None:
    """Append that a key is revoked, and that its name has room for another."""
    tx.change(
        found,
        ApiKeyItem.revoked_at.set(tx.moment),
        ApiKeyItem.revoked_by.set(by),
        ApiKeyItem.sequence.set(found.sequence + 1),
        refused=Overtaken(),
    )
    tx.adjust(
        KeyNameItem.key_of(found.name),
        KeyNameItem.holders.delete({holder(found.expires_at, found.id)}),
        KeyNameItem.version.add(1),
        when=KeyNameItem.pk.exists(),
        refused=Unavailable(),
    )


def holder(expires_at: str, key_id: str) -> str:
    """Return how a key stands in the item of its name."""
    return f"{expires_at} {key_id}"
