"""Every day: all that the search knows"""

from pushcart import queues, tables
from pushcart.search.service import refreshing
from utils.schedule import schedule


@schedule(
    every_minutes=24 * 60,
    uses=[
        tables.catalog["by_status"].query,
        queues.search_index.get,
        queues.search_index.list,
        queues.search.send,
    ],
    memory_mb=1024,
    timeout_seconds=300,
)
def handler() -> None:
    """Have every product looked at again by the search, in case that something was missed."""
    refreshing.refresh_all()
