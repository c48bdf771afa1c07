"""Where somebody's things are sent: their addresses, and the book that holds these together."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from pushcart.accounts.models.keys import of_user
from utils.models import Item, Key

PREFIX = "ADDR#"


class AddressItem(Item):
    """One address of an account."""

    table = tables.accounts
    id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    name = UnicodeAttribute()
    line1 = UnicodeAttribute()
    line2 = UnicodeAttribute(null=True)
    city = UnicodeAttribute()
    region = UnicodeAttribute(null=True)
    postal_code = UnicodeAttribute()
    country = UnicodeAttribute()
    phone = UnicodeAttribute(null=True)
    is_default = BooleanAttribute(default=False)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, user_id: str, address_id: str) -> Key:
        return Key(cls, of_user(user_id), f"{PREFIX}{address_id}")


class AddressBookItem(Item):
    """Which addresses an account has, the oldest first, and which of them is the default.

    Whatever adds an address, takes one away or changes the default is conditional on this item's version: so there are
    never too many, and exactly one is the default.
    """

    table = tables.accounts
    ids: ListAttribute[str] = ListAttribute()
    default_id = UnicodeAttribute()
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, user_id: str) -> Key:
        return Key(cls, of_user(user_id), "ADDRESSES")
