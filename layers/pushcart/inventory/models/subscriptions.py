"""Who wants to be told when a SKU can be had again."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key

ASKED: Final = "ASKED"
ON: Final = "ON"
TOLD: Final = "TOLD"
STAYS: Final = {ASKED: timedelta(hours=48), ON: timedelta(days=180), TOLD: timedelta(days=2)}
"""How long one stays, by its state: until it is confirmed, until it is served, and until the mail is out."""


class SubscriptionItem(Item):
    """An address that asked to be told once. The state is part of the key, so that a page holds confirmed ones alone.

    The only place where the address stands. The key's other half is a code of SKU and address under the pepper, which
    tells nobody without that key who it is, and is another for each SKU.
    """

    table = tables.inventory
    sku = UnicodeAttribute()
    code = UnicodeAttribute()
    email = UnicodeAttribute()
    title = UnicodeAttribute()
    created_at = UnicodeAttribute()
    ttl = NumberAttribute()

    @classmethod
    def key_of(cls, sku: str, state: str, code: str) -> Key:
        return Key(cls, subscriptions_of(sku), f"{state}#{code}")


def subscriptions_of(sku: str) -> str:
    return f"SUB#{sku}"
