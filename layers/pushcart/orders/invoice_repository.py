"""Every read and write of invoices and their counters."""

from __future__ import annotations

from typing import Any

from pushcart.orders.invoice_models import InvoiceCounterItem, InvoiceItem, invoice_id, number_of
from utils.errors import Overtaken
from utils.models import Key
from utils.transaction import Transaction
from utils.versions import amend


def invoice_key(order_id: str) -> Key:
    return InvoiceItem.key_of(order_id)


def counter_key(year: str) -> Key:
    return InvoiceCounterItem.key_of(year)


def add(
    tx: Transaction, order_id: str, *, year: str, counter: InvoiceCounterItem | None, sheet: dict[str, Any]
) -> InvoiceItem:
    """Append an order's invoice under the number after the last, each on condition that nobody was faster.

    Number and invoice are one transaction, so that no number is given twice, and none is lost.
    """
    last = int(counter.last) if counter else 0
    is_last = InvoiceCounterItem.last == last if counter else InvoiceCounterItem.pk.does_not_exist()
    tx.adjust(counter_key(year), InvoiceCounterItem.last.set(last + 1), when=is_last, refused=Overtaken())
    key = invoice_key(order_id)
    invoice = InvoiceItem(
        key.pk,
        key.sk,
        id=invoice_id(order_id),
        order_id=order_id,
        number=number_of(year, last + 1),
        issued_at=tx.moment,
        sheet=sheet,
        created_at=tx.moment,
        updated_at=tx.moment,
    )
    tx.create(invoice, taken=Overtaken())
    return invoice


def mark_made(tx: Transaction, invoice: InvoiceItem) -> None:
    """Append that the document is where it belongs; what it was drawn from is kept in it alone from now on."""
    amend(tx, invoice, refused=Overtaken(), made_at=tx.moment, sheet=None)
