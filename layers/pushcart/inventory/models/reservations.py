"""What orders hold of stock."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key


class ReservationStatus(StrEnum):
    """Held for a while, committed to a paid order, given back, or sent off to the last unit."""

    HELD = "held"
    COMMITTED = "committed"
    RELEASED = "released"
    SHIPPED = "shipped"


class ReservedLine(NamedTuple):
    """So many units of one SKU, taken whole from one location; of a hot SKU, from one of its buckets there."""

    sku: str
    location_id: str
    quantity: int
    bucket: int = 0

    def as_data(self) -> dict[str, Any]:
        """Return it as an event or an item holds it."""
        return self._asdict()


class ReservationItem(Item):
    """The units that an order holds. While ``held_shard`` is there, they go back when ``held_until`` has passed.

    ``lines`` shrink as units leave the house: what is in them is reserved still.
    """

    table = tables.inventory
    lines = JSONAttribute()
    status = UnicodeAttribute()
    held_until = UnicodeAttribute()
    held_shard = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, order_id: str) -> Key:
        return Key(cls, f"RES#{order_id}", "META")

    @property
    def order_id(self) -> str:
        return str(self.pk).removeprefix("RES#")

    @property
    def reserved_lines(self) -> tuple[ReservedLine, ...]:
        """The lines as values."""
        return tuple(
            ReservedLine(line["sku"], line["location_id"], int(line["quantity"]), int(line.get("bucket", 0)))
            for line in self.lines
        )
