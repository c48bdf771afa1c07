"""The items of the ``carts`` table."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any, Final, NamedTuple

from pynamodb.attributes import Attribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.constants import STRING

from pushcart import tables
from utils.models import Item, Key

MAX_LINES: Final = 50
MAX_QUANTITY: Final = 999


class CartStatus(StrEnum):
    """Being filled, or turned into an order."""

    OPEN = "open"
    CONVERTED = "converted"


class CartLine(NamedTuple):
    """So many of one SKU. ``unit_price`` is what it cost when the line was last touched, to tell when that changed."""

    id: str
    product_id: str
    sku: str
    title: str
    quantity: int
    unit_price: int


class LinesAttribute(Attribute[list[CartLine]]):
    """Cart lines as one JSON string: read and written whole, under the cart's version.

    Only known fields are read: a newer version of the code, running beside this one, may have stored more.
    """

    attr_type = STRING

    def serialize(self, value: list[CartLine]) -> str:
        return json.dumps([line._asdict() for line in value], separators=(",", ":"))

    def deserialize(self, value: Any) -> list[CartLine]:
        return [CartLine(**{name: line[name] for name in CartLine._fields}) for line in json.loads(value)]


class CartItem(Item):
    """A cart: lines and addresses in one item. A customer's has an owner; a guest's is held by its token."""

    table = tables.carts
    id = UnicodeAttribute()
    owner_id = UnicodeAttribute(null=True)
    status = UnicodeAttribute(default=CartStatus.OPEN.value)
    currency = UnicodeAttribute()
    lines = LinesAttribute(default=list)
    shipping_address = JSONAttribute(null=True)
    billing_address = JSONAttribute(null=True)
    order_id = UnicodeAttribute(null=True)
    expires_at = UnicodeAttribute()
    ttl = NumberAttribute()
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, cart_id: str) -> Key:
        return Key(cls, f"CART#{cart_id}", "META")
