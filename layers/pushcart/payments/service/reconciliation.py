"""The reconciler: asks after every payment and refund whose outcome is to come, so that no lost message loses money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from pushcart.payments import events, repository
from pushcart.payments.models import PaymentItem
from pushcart.payments.service.commands import Command, each_minute, enqueue_all
from utils.clock import now, rfc3339
from utils.sweeps import sweep

PENDING_AFTER: Final = timedelta(minutes=2)
"""Longer than a charge takes in good times."""
PAGE: Final = 100
MOST_IN_A_RUN: Final = 2_000
"""Asked after in one run, every five minutes; a longer list is gone on with by the next."""


def reconcile() -> int:
    """Ask the payments queue to look at each open payment and refund again, and return how many there were."""
    until, minute = rfc3339(now() - PENDING_AFTER), each_minute()

    def ask(found: Sequence[PaymentItem]) -> None:
        enqueue_all([_question(open_one, minute) for open_one in found])

    asked = sweep(
        "open-payments",
        lambda start: repository.open_until(until, limit=PAGE, start=start),
        ask,
        most=MOST_IN_A_RUN,
    )
    return asked.items


def _question(open_one: PaymentItem, minute: str) -> Command:
    refund_id = open_one.refund_id_of_key
    if refund_id:
        return Command(events.REFUND_SYNC, open_one.order_of_key, minute, {"refund_id": refund_id})
    return Command(events.SYNC, open_one.order_of_key, minute, {"payment_id": open_one.id_of_key})
