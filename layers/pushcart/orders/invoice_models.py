"""The items of an invoice: itself, beside its order, and the counter of its year."""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key

DIGITS: Final = 6


class InvoiceItem(Item):
    """An order's invoice. ``number`` has no gap before it within its year.

    ``sheet`` is what stands on it besides the order's own figures: seller and buyer as they were when it was issued,
    so that whoever draws it draws the same. It is there until the document is (``made_at``), and then in that alone.
    """

    table = tables.orders
    id = UnicodeAttribute()
    order_id = UnicodeAttribute()
    number = UnicodeAttribute()
    issued_at = UnicodeAttribute()
    sheet = JSONAttribute(null=True)
    made_at = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    version = NumberAttribute(default=1)

    @classmethod
    def key_of(cls, order_id: str) -> Key:
        return Key(cls, f"ORDER#{order_id}", "INVOICE")


class InvoiceCounterItem(Item):
    """The last number that was given in a year."""

    table = tables.orders
    last = NumberAttribute()

    @classmethod
    def key_of(cls, year: str) -> Key:
        return Key(cls, f"INVOICES#{year}", "META")


def invoice_id(order_id: str) -> str:
    """Return the id of an order's one invoice.

    Example
    -------
    >>> invoice_id("ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T")
    'inv_01JZ8Q3V5W2K3M4N5P6Q7R8S9T'
    """
    return f"inv_{order_id.partition('_')[2]}"


def number_of(year: str, count: int) -> str:
    """Return an invoice's number.

    Example
    -------
    >>> number_of("2026", 17)
    '2026-000017'
    """
    return f"{year}-{count:0{DIGITS}d}"


def document_name(number: str) -> str:
    """Return the name of an invoice's object in the bucket ``documents``."""
    return f"invoices/{number}.pdf"
