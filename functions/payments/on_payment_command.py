"""The `payments` queue: one command at a time for each order, and the only writer of payments."""

from pushcart import queues, tables
from pushcart.payments.service import worker
from pushcart.payments.stripe_provider import STRIPE
from utils.ephemeral import ephemeral
from utils.queue import Delivery, queue


@queue(
    queues.payments,
    uses=[
        tables.orders.batch_get,
        tables.orders.get,
        tables.orders.put,
        tables.orders.update,
        tables.pricing.update,
        tables.inventory.batch_get,
        tables.inventory.get,
        tables.inventory.query,
        tables.inventory.update,
        tables.events.put,
        ephemeral.get,
        ephemeral.put,
        ephemeral.update,
        queues.stripe.read,
    ],
    packages=[STRIPE],
    once=False,
)
def handler(delivery: Delivery) -> None:
    """Charge, capture, void, refund or look again, as a command asks, and apply what the provider says."""
    worker.perform(delivery.message)
