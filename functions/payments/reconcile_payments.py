"""Every five minutes: payments and refunds whose outcome is still to come."""

from pushcart import queues, tables
from pushcart.payments.service import reconciliation
from utils.ephemeral import ephemeral
from utils.schedule import schedule


@schedule(
    every_minutes=5, uses=[tables.orders["open_payments"].query, ephemeral.get, ephemeral.put, queues.payments.send]
)
def handler() -> None:
    """Ask the payments queue to look again at each payment and refund that is open."""
    reconciliation.reconcile()
