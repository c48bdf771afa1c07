"""The ``reports`` queue."""

from pushcart import queues, tables
from pushcart.reports.service import projecting
from utils.queue import Delivery, queue


@queue(queues.reports, uses=[tables.reports.get, tables.reports.put, tables.reports.update], once=False)
def handler(delivery: Delivery) -> None:
    """Add what an event did to the sums of sales, stock and customers."""
    projecting.project(delivery.message)
