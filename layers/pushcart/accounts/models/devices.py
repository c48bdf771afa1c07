"""What is remembered of where an account was signed in to from."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from pushcart import tables
from pushcart.accounts.models.keys import of_user
from utils.models import Item, Key


class DeviceItem(Item):
    """A network and an agent that the account was signed in to from: known again by a code, and not to be read."""

    table = tables.accounts
    seen_at = UnicodeAttribute()
    ttl = NumberAttribute()

    @classmethod
    def key_of(cls, user_id: str, code: str) -> Key:
        return Key(cls, of_user(user_id), f"DEVICE#{code}")


class TrailItem(Item):
    """When somebody last signed in to the account, and where they were when that was last known: both rounded."""

    table = tables.accounts
    seen_at = UnicodeAttribute()
    latitude = NumberAttribute(null=True)
    longitude = NumberAttribute(null=True)
    located_at = UnicodeAttribute(null=True)

    @classmethod
    def key_of(cls, user_id: str) -> Key:
        return Key(cls, of_user(user_id), "TRAIL")
