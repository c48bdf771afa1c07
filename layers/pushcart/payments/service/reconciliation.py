"""The reconciler: asks after every payment whose outcome is still to come, so that no lost message loses money."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from pushcart.payments import events, repository
from pushcart.payments.service.commands import each_minute, enqueue
from utils.clock import now, rfc3339

PENDING_AFTER: Final = timedelta(minutes=2)
"""Longer than a charge takes in good times."""
PAGE: Final = 100
MOST_IN_A_RUN: Final = 1000


def reconcile() -> int:
    """Ask the payments queue to look at each open payment again, and return how many there were."""
    until, asked, start = rfc3339(now() - PENDING_AFTER), 0, None
    while asked < MOST_IN_A_RUN:
        page = repository.open_until(until, limit=PAGE, start=start)
        for payment in page.items:
            enqueue(events.SYNC, payment.order_of_key, once=each_minute(), payment_id=payment.id_of_key)
        asked, start = asked + len(page.items), page.last_key
        if start is None:
            break
    return asked
