"""The ``search`` queue."""

from pushcart import queues, tables
from pushcart.search.service import following
from utils.batches import Batch, batches


@batches(
    queues.search,
    uses=[
        tables.catalog.query,
        tables.catalog.get,
        tables.catalog["by_status"].query,
        queues.search_index.get,
        queues.search_index.list,
        queues.search_index.put,
        queues.search_index.delete,
        queues.search.send,
    ],
    memory_mb=1024,
    timeout_seconds=60,
)
def handler(batch: Batch) -> None:
    """Bring the index of the search into line with the products that events are about."""
    following.heed(batch)
