"""Issuing invoices: when an order is confirmed, once each, under numbers without a gap.

    number, invoice and event: one transaction  →  the document  →  the note that it is made

Whoever comes after a crash goes on from there: an invoice that has no document yet is drawn from what was kept when it
was issued, so that it is the same to the byte however often, and whatever was changed or erased meanwhile.
"""

from __future__ import annotations

import os
from typing import Any, Final

from pushcart import queues
from pushcart.orders import invoice_drawing, invoice_repository, repository
from pushcart.orders.invoice_models import InvoiceItem, document_name
from pushcart.orders.invoice_sheet import sheet_of
from pushcart.orders.models import ContactItem, OrderItem
from pushcart.orders.service.invoices import MEDIA_TYPE
from pushcart.orders.service.moves import OrderMoves
from pushcart.states import OrderStatus
from utils import objects
from utils.log import logger
from utils.messages import EventMessage
from utils.rerun import until_settled
from utils.transaction import Transaction

UNCONFIRMED: Final = frozenset({OrderStatus.PENDING_PAYMENT, OrderStatus.EXPIRED})


def issue(message: EventMessage) -> None:
    """Issue the invoice of a confirmed order; a second delivery finds it there, or finishes it."""
    until_settled(lambda: _issue(message.aggregate))


def _issue(order_id: str) -> None:
    tx = Transaction()
    year = tx.moment[:4]
    order, contact, invoice, counter = tx.read(
        repository.order_key(order_id),
        repository.contact_key(order_id),
        invoice_repository.invoice_key(order_id),
        invoice_repository.counter_key(year),
    )
    if order is None or order.status in UNCONFIRMED:
        logger.warning("nothing to invoice", extra={"order_id": order_id})
        return
    if invoice is None:
        invoice = _number(tx, order, contact, year, counter)
    if not invoice.made_at:
        _make(order, invoice)


def _number(tx: Transaction, order: OrderItem, contact: ContactItem | None, year: str, counter: Any) -> InvoiceItem:
    sheet = sheet_of(contact, seller=seller())
    invoice = invoice_repository.add(tx, order.id, year=year, counter=counter, sheet=sheet)
    moves = OrderMoves(order)
    moves.invoiced(invoice.id, invoice.number, invoice={"id": invoice.id, "number": invoice.number})
    moves.write(tx)
    tx.commit()
    return invoice


def _make(order: OrderItem, invoice: InvoiceItem) -> None:
    content = invoice_drawing.draw(order, invoice)
    objects.write(queues.documents, document_name(invoice.number), content, content_type=MEDIA_TYPE)
    tx = Transaction()
    invoice_repository.mark_made(tx, invoice)
    tx.commit()


def seller() -> dict[str, str]:
    """Return who sells, from ``SHOP_NAME``, ``SHOP_ADDRESS`` (lines parted by semicolons) and ``SHOP_TAX_ID``."""
    return {name.lower(): os.environ.get(f"SHOP_{name}", "") for name in ("NAME", "ADDRESS", "TAX_ID")}
