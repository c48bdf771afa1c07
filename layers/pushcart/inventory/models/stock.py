"""What there is of a SKU, and where."""

from __future__ import annotations

from typing import Final, NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key

MAIN: Final = "main"
"""The location that a shop has from the start."""
SHARD: Final = "ALL#0"
HELD: Final = "HELD#0"
LOW: Final = "LOW#0"
LOW_STOCK_THRESHOLD: Final = 5
MAX_STOCK: Final = 10**9
MAX_BUCKETS: Final = 10
MAX_PLACES: Final = 80
"""In how many places, buckets counted, a SKU may lie: one transaction checks them all (100 items at most)."""


class Place(NamedTuple):
    """Where units lie: a location, and of a hot SKU one of the buckets that its stock there is split over."""

    location_id: str = MAIN
    bucket: int = 0


class Wanted(NamedTuple):
    """So many units of a SKU that are to be promised, and where they were seen last."""

    sku: str
    quantity: int
    place: Place | None = None


class StockItem(Item):
    """What there is of a SKU in one place. Always ``on_hand == available + reserved``, and none is negative.

    ``version`` counts every change, those of checkouts too, which compare nothing. ``closed`` is there while its
    location is inactive; ``low_shard`` while the location, all buckets together, has no more than the threshold. Both,
    and the number of buckets, follow from events (:mod:`pushcart.inventory.service.arranging`).
    """

    table = tables.inventory
    sku = UnicodeAttribute()
    location_id = UnicodeAttribute(default=MAIN)
    bucket = NumberAttribute(default=0)
    on_hand = NumberAttribute(default=0)
    available = NumberAttribute(default=0)
    reserved = NumberAttribute(default=0)
    low_stock_threshold = NumberAttribute(default=LOW_STOCK_THRESHOLD)
    closed = UnicodeAttribute(null=True)
    low_shard = UnicodeAttribute(null=True)
    place_shard = UnicodeAttribute(null=True)
    shard = UnicodeAttribute(default=SHARD)
    version = NumberAttribute(default=0)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, sku: str, location_id: str = MAIN, bucket: int = 0) -> Key:
        return Key(cls, places_of(sku), f"LOC#{location_id}#{bucket}" if bucket else f"LOC#{location_id}")

    @property
    def place(self) -> Place:
        return Place(self.location_id, int(self.bucket))

    @property
    def free(self) -> int:
        """How many can be sold: none where the location is inactive."""
        return 0 if self.closed else int(self.available)


def places_of(sku: str) -> str:
    """Return the partition in which everything about a SKU's stock lies."""
    return f"SKU#{sku}"


def at_location(location_id: str) -> str:
    """Return the partition, in the index by location, of what lies there."""
    return f"AT#{location_id}"
