"""Where a shop keeps its stock, and how each SKU's is kept."""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from pushcart.inventory.models.stock import LOW_STOCK_THRESHOLD, places_of
from utils.models import Item, Key

LOCATIONS: Final = "LOCATIONS#0"


class LocationItem(Item):
    """A place where stock lies: a warehouse, a shop. From one that is not ``active`` nothing is sold.

    ``version`` numbers its events too: each write announces one.
    """

    table = tables.inventory
    id = UnicodeAttribute()
    name = UnicodeAttribute()
    address = JSONAttribute(null=True)
    active = BooleanAttribute(default=True)
    locations_shard = UnicodeAttribute(default=LOCATIONS)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, location_id: str) -> Key:
        return Key(cls, f"LOCATION#{location_id}", "META")


class StockSettingsItem(Item):
    """How a SKU's stock is kept wherever it lies; where this is missing, as the defaults say.

    ``hot`` is the number of buckets that its stock at each location is split over.
    """

    table = tables.inventory
    sku = UnicodeAttribute()
    low_stock_threshold = NumberAttribute(default=LOW_STOCK_THRESHOLD)
    hot = NumberAttribute(default=1)
    version = NumberAttribute(default=0)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, sku: str) -> Key:
        return Key(cls, places_of(sku), "SETTINGS")
