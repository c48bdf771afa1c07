"""Every minute: reservations that should have ended."""

from pushcart import queues, tables
from pushcart.orders.service import expiry
from utils.ephemeral import ephemeral
from utils.schedule import schedule


@schedule(
    every_minutes=1, uses=[tables.inventory["held_until"].query, ephemeral.get, ephemeral.put, queues.payments.send]
)
def handler() -> None:
    """Ask the payments queue for the end of each order whose reservation has ended."""
    expiry.sweep()
