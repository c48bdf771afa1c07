"""Counters of failed attempts."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, NumberAttribute

from pushcart import tables
from utils.models import Item, Key


class AttemptsItem(Item):
    """How many sign-ins failed, or are being tried, since there were none for a while.

    ``announced`` is set once it was announced that this count is full.
    """

    table = tables.ephemeral
    used = NumberAttribute()
    announced = BooleanAttribute(null=True)
    ttl = NumberAttribute()

    @classmethod
    def key_of(cls, counted: str) -> Key:
        return Key(cls, f"RATE#sign-in#{counted}", "META")
