"""The `invoices` queue: an order was confirmed."""

from pushcart import queues, tables
from pushcart.orders.invoice_drawing import DOCUMENTS
from pushcart.orders.service import invoicing
from utils.queue import Delivery, queue


@queue(
    queues.invoices,
    uses=[
        tables.orders.batch_get,
        tables.orders.put,
        tables.orders.update,
        tables.events.put,
        queues.documents.put,
    ],
    packages=[DOCUMENTS],
    once=False,
)
def handler(delivery: Delivery) -> None:
    """Issue an order's invoice: take the next number, and draw the document."""
    invoicing.issue(delivery.message)
