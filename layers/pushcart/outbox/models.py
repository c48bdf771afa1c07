"""The items of the ``events`` table."""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key

SEQUENCE_DIGITS: Final = 10


class EventItem(Item):
    """One event of an aggregate. While ``pending_shard`` is there, it has not been published."""

    table = tables.events
    id = UnicodeAttribute()
    type = UnicodeAttribute()
    aggregate = UnicodeAttribute()
    sequence = NumberAttribute()
    schema_version = NumberAttribute(default=1)
    occurred_at = UnicodeAttribute()
    correlation_id = UnicodeAttribute()
    trace = UnicodeAttribute(null=True)
    data = JSONAttribute()
    targets = JSONAttribute()
    on_topic = UnicodeAttribute(default="yes")
    pending_shard = UnicodeAttribute(null=True)
    day_shard = UnicodeAttribute()

    @classmethod
    def key_of(cls, aggregate: str, sequence: int) -> Key:
        return Key(cls, partition_of(aggregate), f"{sequence:0{SEQUENCE_DIGITS}d}")


def partition_of(aggregate: str) -> str:
    return f"AGG#{aggregate}"
