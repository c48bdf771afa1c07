"""The items of the ``reports`` table: sums, each under the generation that it was made in.

Every attribute that counts is only ever added to (``ADD``), so that events may come in any order.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key

FIRST: Final = "1"
"""The generation of a shop whose reports were never rebuilt."""

Additions = dict[Key, Counter[str]]
"""Attribute → what to add to it, by item."""


class SalesItem(Item):
    """What was sold and paid on a day in a currency; amounts in its minor units."""

    table = tables.reports
    orders = NumberAttribute(null=True)
    units = NumberAttribute(null=True)
    subtotal = NumberAttribute(null=True)
    discount = NumberAttribute(null=True)
    shipping = NumberAttribute(null=True)
    tax = NumberAttribute(null=True)
    total = NumberAttribute(null=True)
    cancelled_orders = NumberAttribute(null=True)
    cancelled_total = NumberAttribute(null=True)
    captured = NumberAttribute(null=True)
    refunded = NumberAttribute(null=True)

    @classmethod
    def key_of(cls, generation: str, day: str, currency: str) -> Key:
        return Key(cls, sales_of(generation, day[:4]), f"{day}#{currency}")


class GoodsItem(Item):
    """What was sold of a SKU in a month in a currency."""

    table = tables.reports
    orders = NumberAttribute(null=True)
    units = NumberAttribute(null=True)
    total = NumberAttribute(null=True)
    discount = NumberAttribute(null=True)
    tax = NumberAttribute(null=True)
    cancelled_units = NumberAttribute(null=True)
    cancelled_total = NumberAttribute(null=True)

    @classmethod
    def key_of(cls, generation: str, month: str, currency: str, sku: str) -> Key:
        return Key(cls, goods_of(generation, month, currency), sku)


class StockReportItem(Item):
    """What there is of a SKU at a location by its movements, and how many came in and left."""

    table = tables.reports
    on_hand = NumberAttribute(null=True)
    available = NumberAttribute(null=True)
    reserved = NumberAttribute(null=True)
    came_in = NumberAttribute(null=True)
    went_out = NumberAttribute(null=True)

    @classmethod
    def key_of(cls, generation: str, sku: str, location_id: str) -> Key:
        return Key(cls, stock_of(generation), f"{sku}#{location_id}")


class CustomerItem(Item):
    """What a customer bought in a currency. Ids and sums only: there is nothing in it to erase."""

    table = tables.reports
    orders = NumberAttribute(null=True)
    units = NumberAttribute(null=True)
    total = NumberAttribute(null=True)
    cancelled_orders = NumberAttribute(null=True)
    cancelled_total = NumberAttribute(null=True)

    @classmethod
    def key_of(cls, generation: str, customer_id: str, currency: str) -> Key:
        return Key(cls, customer_of(generation, customer_id), currency)


class SeenItem(Item):
    """Says that an event is in a generation's sums."""

    table = tables.reports
    ttl = NumberAttribute()

    @classmethod
    def key_of(cls, generation: str, event_id: str) -> Key:
        return Key(cls, f"{generation}#SEEN#{event_id}", "META")


class GenerationsItem(Item):
    """Which generation is shown and, while one is being made, which comes next."""

    table = tables.reports
    current = UnicodeAttribute(default=FIRST)
    next = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)

    @classmethod
    def only_key(cls) -> Key:
        return Key(cls, "GENERATIONS", "META")


def sales_of(generation: str, year: str) -> str:
    return f"{generation}#SALES#{year}"


def goods_of(generation: str, month: str, currency: str) -> str:
    return f"{generation}#GOODS#{month}#{currency}"


def stock_of(generation: str) -> str:
    return f"{generation}#STOCK#0"


def customer_of(generation: str, customer_id: str) -> str:
    return f"{generation}#CUSTOMER#{customer_id}"
