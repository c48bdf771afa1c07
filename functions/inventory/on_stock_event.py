"""The ``stock-ledger`` queue."""

from pushcart import queues, tables
from pushcart.inventory import service
from utils.queue import Delivery, queue


@queue(
    queues.stock_ledger,
    uses=[
        tables.inventory.query,
        tables.inventory.put,
        tables.inventory.check,
        tables.catalog.batch_get,
        tables.catalog.query,
        tables.catalog.update,
    ],
)
def handler(delivery: Delivery) -> None:
    """Write what an event did to stock into the ledger, and the words that the public sees."""
    service.enter_movements(delivery.tx, delivery.message)
