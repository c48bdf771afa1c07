"""The `expiry` queue: an order's reservation has ended."""

from pushcart import queues, tables
from pushcart.orders.service import expiry
from utils.queue import Delivery, queue


@queue(queues.expiry, uses=[tables.orders.get, queues.payments.send], once=False)
def handler(delivery: Delivery) -> None:
    """Ask the payments queue for the end of an order that was not paid in time."""
    expiry.expire_if_due(delivery.tx, delivery.message)
