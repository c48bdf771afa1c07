"""The log of a variant's prices."""

from __future__ import annotations

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key


class PriceChangeItem(Item):
    """One change of a variant's prices: who made it, when, and from what to what (currency → minor units).

    It lies in a partition of its own, so that reading a product does not read its past. ``changed_by`` is an id.
    """

    table = tables.catalog
    sku = UnicodeAttribute()
    product_id = UnicodeAttribute()
    before = JSONAttribute()
    after = JSONAttribute()
    changed_by = UnicodeAttribute()
    created_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, sku: str, version: int) -> Key:
        """Return where the change lies that made this version of the variant: they sort as they happened."""
        return Key(cls, log_of(sku), f"{version:010d}")


def log_of(sku: str) -> str:
    return f"PRICE_LOG#{sku}"
