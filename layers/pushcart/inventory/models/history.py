"""How stock came to be as it is."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key


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
