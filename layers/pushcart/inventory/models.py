"""The items of the ``inventory`` table."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, NamedTuple

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key

MAIN: Final = "main"
LOCATIONS: Final = (MAIN,)
"""Where stock lies. A shop has one place until more can be declared."""
SHARD: Final = "ALL#0"
HELD: Final = "HELD#0"
LOW_STOCK_THRESHOLD: Final = 5
MAX_STOCK: Final = 10**9


class ReservationStatus(StrEnum):
    """Held for a while, committed to a paid order, or given back."""

    HELD = "held"
    COMMITTED = "committed"
    RELEASED = "released"


class ReservedLine(NamedTuple):
    """So many units of one SKU, taken whole from one location."""

    sku: str
    location_id: str
    quantity: int

    def as_data(self) -> dict[str, Any]:
        """Return it as an event or an item holds it."""
        return self._asdict()


class StockItem(Item):
    """What there is of a SKU at a location. Always ``on_hand == available + reserved``, and none is negative.

    ``version`` counts every change, those of checkouts too, which compare nothing.
    """

    table = tables.inventory
    sku = UnicodeAttribute()
    location_id = UnicodeAttribute(default=MAIN)
    on_hand = NumberAttribute(default=0)
    available = NumberAttribute(default=0)
    reserved = NumberAttribute(default=0)
    low_stock_threshold = NumberAttribute(default=LOW_STOCK_THRESHOLD)
    shard = UnicodeAttribute(default=SHARD)
    version = NumberAttribute(default=0)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, sku: str, location_id: str = MAIN) -> Key:
        return Key(cls, f"SKU#{sku}", f"LOC#{location_id}")


class AdjustmentItem(Item):
    """Why stock was changed by hand, and by whom. The note may name people, so no event repeats it."""

    table = tables.inventory
    id = UnicodeAttribute()
    sku = UnicodeAttribute()
    location_id = UnicodeAttribute()
    delta = NumberAttribute()
    reason = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    made_by = UnicodeAttribute()
    created_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, adjustment_id: str) -> Key:
        return Key(cls, f"ADJ#{adjustment_id}", "META")


class ReservationItem(Item):
    """The units that an order holds. While ``held_shard`` is there, they go back when ``held_until`` has passed."""

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
        return tuple(ReservedLine(line["sku"], line["location_id"], int(line["quantity"])) for line in self.lines)


class MovementItem(Item):
    """One line of the ledger: what an event did to a SKU. Written by the consumer of events, once for each line."""

    table = tables.inventory
    sku = UnicodeAttribute()
    location_id = UnicodeAttribute()
    event_id = UnicodeAttribute()
    type = UnicodeAttribute()
    source = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    on_hand = NumberAttribute()
    available = NumberAttribute()
    reserved = NumberAttribute()
    occurred_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, sku: str, event_id: str, line: int) -> Key:
        return Key(cls, movements_of(sku), f"{event_id}#{line:03d}")


def movements_of(sku: str) -> str:
    return f"MOV#{sku}"
