"""The items of the ``carts`` table."""

from __future__ import annotations

import json
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from pynamodb.attributes import Attribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.constants import STRING

from pushcart import tables
from utils.models import Item, Key

MAIN: Final = "main"
"""Where stock lies unless it was found elsewhere."""
MAX_LINES: Final = 50
MAX_QUANTITY: Final = 999
MAX_CODES: Final = 3
CART_LIFE: Final = timedelta(days=30)
"""A cart goes so long after it was last changed: one that is in use never vanishes, one that was left does."""


class CartStatus(StrEnum):
    """Being filled, turned into an order, or poured into a customer's own cart. The last two are ends."""

    OPEN = "open"
    CONVERTED = "converted"
    MERGED = "merged"


class CartLine(NamedTuple):
    """So many of one SKU. ``unit_price`` is what it cost when the line was last touched, to tell when that changed.

    ``location_id`` and ``bucket`` are a hint of where there was enough of it; checkout looks there first.
    """

    id: str
    product_id: str
    sku: str
    title: str
    quantity: int
    unit_price: int
    location_id: str = MAIN
    bucket: int = 0


class LinesAttribute(Attribute[list[CartLine]]):
    """Cart lines as one JSON string: read and written whole, under the cart's version.

    Only known fields are read: a newer version of the code, running beside this one, may have stored more, and an
    older one less.
    """

    attr_type = STRING

    def serialize(self, value: list[CartLine]) -> str:
        return json.dumps([line._asdict() for line in value], separators=(",", ":"))

    def deserialize(self, value: Any) -> list[CartLine]:
        known = CartLine._fields
        return [CartLine(**{name: line[name] for name in known if name in line}) for line in json.loads(value)]


class CartItem(Item):
    """A cart: lines, codes, addresses and the way of shipping in one item.

    A customer's has an owner; a guest's is held by its token. One that was merged says into which, and what of it
    did not fit there (``left_out``), so that who asks again is told the same.
    """

    table = tables.carts
    id = UnicodeAttribute()
    owner_id = UnicodeAttribute(null=True)
    status = UnicodeAttribute(default=CartStatus.OPEN.value)
    currency = UnicodeAttribute()
    lines = LinesAttribute(default=list)
    codes = JSONAttribute(default=list)
    shipping_method_id = UnicodeAttribute(null=True)
    shipping_address = JSONAttribute(null=True)
    billing_address = JSONAttribute(null=True)
    order_id = UnicodeAttribute(null=True)
    merged_into = UnicodeAttribute(null=True)
    left_out = JSONAttribute(null=True)
    expires_at = UnicodeAttribute()
    ttl = NumberAttribute()
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, cart_id: str) -> Key:
        return Key(cls, f"CART#{cart_id}", "META")
