"""Every five minutes: payments whose outcome is still to come."""

from pushcart import queues, tables
from pushcart.payments.service import reconciliation
from utils.schedule import schedule


@schedule(every_minutes=5, uses=[tables.orders["open_payments"].query, queues.payments.send])
def handler() -> None:
    """Ask the payments queue to look again at each payment that is open."""
    reconciliation.reconcile()
