"""Handing an invoice out."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from pushcart import queues
from pushcart.orders import invoice_repository, repository
from pushcart.orders.invoice_models import document_name
from pushcart.orders.service.reading import theirs
from utils import objects
from utils.access import Principal
from utils.envelope import Answer
from utils.errors import NotFound
from utils.transaction import Transaction

MEDIA_TYPE: Final = "application/pdf"
MAX_BYTES: Final = 4 * 1024 * 1024
"""A function answers with at most 6 MB, and base64 makes four bytes of three
(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""


def download(tx: Transaction, principal: Principal, order_id: str) -> Answer:
    """Return an order's invoice as a PDF to be saved, in two calls: the order with its invoice, and the document.

    Raises
    ------
    NotFound
        When there is no such order, it is somebody else's, or its invoice is not made yet.
    """
    order, invoice = tx.read(repository.order_key(order_id), invoice_repository.invoice_key(order_id))
    theirs(order, principal)
    content = None
    if invoice is not None and invoice.made_at:
        content = objects.read(queues.documents, document_name(invoice.number), at_most=MAX_BYTES)
    if content is None:
        raise NotFound("invoice")
    headers = {
        "content-type": MEDIA_TYPE,
        "content-disposition": f'attachment; filename="invoice-{invoice.number}.pdf"',
    }
    return Answer(200, b64encode(content).decode(), headers, base64=True)
