"""Counters of failed attempts."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute

from pushcart import tables
from utils.models import Item, Key


class AttemptsItem(Item):
    """How many sign-ins failed, or are being tried, since there were none for a while."""

    table = tables.ephemeral
    used = NumberAttribute()
    ttl = NumberAttribute()

    @classmethod
    def key_of(cls, counted: str) -> Key:
        return Key(cls, f"RATE#sign-in#{counted}", "META")
