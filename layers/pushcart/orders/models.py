"""The items of the ``orders`` table that are the order itself. Payments are items of :mod:`pushcart.payments`."""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key

ALL: Final = "ALL#0"
"""The write shard of all orders; more are a setting's matter where traffic asks for them, never a day's."""
RETURNS: Final = "RETURNS#0"
RETURN_PREFIX: Final = "RETURN#"


def nothing_yet() -> dict[str, dict[str, int]]:
    """Return the progress of an order of which nothing has left the house."""
    return {"fulfilled": {}, "returned": {}}


class OrderItem(Item):
    """An order: lines, totals and the summary of its latest payment in one item. Nothing personal is in it.

    ``sequence`` counts the order's events without a hole, under the condition on ``version``. ``held_until`` is when
    the reservation ends. ``attempt`` counts the attempts to pay, ``payment`` sums up the latest. ``progress`` counts
    by SKU what was shipped, and what came back or is asked to; ``fulfillments`` and ``returns`` sum up each parcel
    and each return, so that an order is shown, and its next step decided, by one read (docs/adr/0019). ``refunds``
    counts those that were asked for. ``promotions`` are what took something off, each with whether a use of it is
    counted, so that it can be given back; ``tax_included`` says whether the total holds the tax already. ``source``
    is ``checkout``, or ``draft`` where staff placed it; ``invoice`` names its invoice once there is one.
    """

    table = tables.orders
    id = UnicodeAttribute()
    number = UnicodeAttribute()
    source = UnicodeAttribute(default="checkout")
    cart_id = UnicodeAttribute(null=True)
    customer_id = UnicodeAttribute(null=True)
    currency = UnicodeAttribute()
    lines = JSONAttribute()
    totals = JSONAttribute()
    promotions = JSONAttribute(default=list)
    shipping_method = JSONAttribute(null=True)
    tax_included = BooleanAttribute(default=False)
    status = UnicodeAttribute()
    payment_status = UnicodeAttribute()
    fulfillment_status = UnicodeAttribute()
    payment = JSONAttribute()
    attempt = NumberAttribute(default=1)
    progress = JSONAttribute(default=nothing_yet)
    fulfillments = JSONAttribute(default=list)
    returns = JSONAttribute(default=list)
    refunds = NumberAttribute(default=0)
    invoice = JSONAttribute(null=True)
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


class FulfillmentItem(Item):
    """One parcel of an order: what is in it, whence each line was taken, and how it travels."""

    table = tables.orders
    id = UnicodeAttribute()
    order_id = UnicodeAttribute()
    status = UnicodeAttribute()
    lines = JSONAttribute()
    tracking = JSONAttribute(null=True)
    delivered_at = UnicodeAttribute(null=True)
    made_by = UnicodeAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    version = NumberAttribute(default=1)

    @classmethod
    def key_of(cls, order_id: str, fulfillment_id: str) -> Key:
        return Key(cls, f"ORDER#{order_id}", f"FULFIL#{fulfillment_id}")


class ReturnItem(Item):
    """Goods that come back: which, why, and how much goes back for them (``amount``, minor units).

    ``received`` says of each line, once the goods are there, whether they were put into stock, and where. The sort
    key bears the return's number in three digits, so that an order's returns lie in their order.
    """

    table = tables.orders
    id = UnicodeAttribute()
    order_id = UnicodeAttribute()
    status = UnicodeAttribute()
    reason = UnicodeAttribute()
    lines = JSONAttribute()
    received = JSONAttribute(null=True)
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    refund_id = UnicodeAttribute(null=True)
    rejection_reason = UnicodeAttribute(null=True)
    asked_by = UnicodeAttribute()
    returns_shard = UnicodeAttribute(default=RETURNS)
    returns_status = UnicodeAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    version = NumberAttribute(default=1)

    @classmethod
    def key_of(cls, order_id: str, return_id: str) -> Key:
        head, _, number = return_id.rpartition("_")
        return Key(cls, f"ORDER#{order_id}", f"{RETURN_PREFIX}{head}_{number:0>3}")


class ContactItem(Item):
    """Everything personal about an order, in one item, so that it can be erased.

    ``note`` is staff's, who may write anything about somebody in it.
    """

    table = tables.orders
    email = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    locale = UnicodeAttribute(null=True)
    shipping_address = JSONAttribute(null=True)
    billing_address = JSONAttribute(null=True)
    note = UnicodeAttribute(null=True)

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
