"""The ``stock-ledger`` queue."""

from pushcart import queues, tables
from pushcart.inventory import service
from utils.queue import Delivery, queue


@queue(
    queues.stock_ledger,
    uses=[
        tables.inventory.batch_get,
        tables.inventory.query,
        tables.inventory["by_location"].query,
        tables.inventory.put,
        tables.inventory.update,
        tables.inventory.delete,
        tables.inventory.check,
        tables.catalog.batch_get,
        tables.catalog.query,
        tables.catalog.update,
        tables.events.put,
    ],
)
def handler(delivery: Delivery) -> None:
    """Do what an event asks of stock: the ledger, its places, the words that the public sees, who waits for it."""
    service.heed(delivery.tx, delivery.message)
