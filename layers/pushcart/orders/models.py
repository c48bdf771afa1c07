"""The items of the ``orders`` table that are the order itself. Payments are items of :mod:`pushcart.payments`."""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key

ALL: Final = "ALL#0"
"""The write shard of all orders; more are a setting's matter where traffic asks for them, never a day's."""


class OrderItem(Item):
    """An order: lines, totals and the summary of its latest payment in one item. Nothing personal is in it.

    ``sequence`` counts the order's events without a hole, under the condition on ``version``. ``held_until`` is when
    the reservation ends. ``attempt`` counts the attempts to pay, ``payment`` sums up the latest.
    """

    table = tables.orders
    id = UnicodeAttribute()
    number = UnicodeAttribute()
    cart_id = UnicodeAttribute()
    customer_id = UnicodeAttribute(null=True)
    currency = UnicodeAttribute()
    lines = JSONAttribute()
    totals = JSONAttribute()
    status = UnicodeAttribute()
    payment_status = UnicodeAttribute()
    fulfillment_status = UnicodeAttribute()
    payment = JSONAttribute()
    attempt = NumberAttribute(default=1)
    held_until = UnicodeAttribute()
    cancel_requested = BooleanAttribute(default=False)
    cancel_reason = UnicodeAttribute(null=True)
    sequence = NumberAttribute()
    shard = UnicodeAttribute(default=ALL)
    status_shard = UnicodeAttribute()
    placed_at = UnicodeAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    version = NumberAttribute(default=1)

    @classmethod
    def key_of(cls, order_id: str) -> Key:
        return Key(cls, f"ORDER#{order_id}", "META")


class ContactItem(Item):
    """Everything personal about an order, in one item, so that it can be erased."""

    table = tables.orders
    email = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    locale = UnicodeAttribute(null=True)
    shipping_address = JSONAttribute(null=True)
    billing_address = JSONAttribute(null=True)

    @classmethod
    def key_of(cls, order_id: str) -> Key:
        return Key(cls, f"ORDER#{order_id}", "CONTACT")


class NumberItem(Item):
    """Makes an order number unique."""

    table = tables.orders
    order_id = UnicodeAttribute()

    @classmethod
    def key_of(cls, number: str) -> Key:
        return Key(cls, f"NUMBER#{number}", "META")


def status_shard(status: str) -> str:
    """Return the partition of the ``by_status`` index that orders of ``status`` are in."""
    return f"{status}#0"
