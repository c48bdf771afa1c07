"""API keys, and how many of one name there are."""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from pushcart import tables
from utils.clock import now, rfc3339
from utils.models import Item, Key

API_KEYS_SHARD: Final = "API_KEYS#0"


class ApiKeyItem(Item):
    """A key that a program shows. ``secret_hash`` is all that is kept of its secret, ``prefix`` what people know it by.

    It is kept, revoked or lapsed, until ``ttl``: a while longer than it could live, so that a list tells what became
    of it.
    """

    table = tables.accounts
    id = UnicodeAttribute()
    name = UnicodeAttribute()
    prefix = UnicodeAttribute()
    secret_hash = UnicodeAttribute()
    scopes = UnicodeSetAttribute()
    created_by = UnicodeAttribute()
    expires_at = UnicodeAttribute()
    revoked_at = UnicodeAttribute(null=True)
    revoked_by = UnicodeAttribute(null=True)
    keys_shard = UnicodeAttribute(default=API_KEYS_SHARD)
    ttl = NumberAttribute()
    sequence = NumberAttribute(default=1)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, key_id: str) -> Key:
        return Key(cls, f"APIKEY#{key_id}", "META")

    @property
    def is_live(self) -> bool:
        """Whether it still opens anything."""
        return not self.revoked_at and rfc3339(now()) < self.expires_at


class KeyNameItem(Item):
    """The keys of one name that were not revoked, each as ``<expires_at> <id>``: what holds their number.

    Whoever makes or revokes a key changes the version, so that of two at once one looks again.
    """

    table = tables.accounts
    holders = UnicodeSetAttribute(null=True)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, name: str) -> Key:
        return Key(cls, f"KEYNAME#{name}", "META")
