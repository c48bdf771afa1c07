"""The nightly match: what our books say of each payment against what the provider's say.

Webhooks and the reconciler bring news of what is open. This finds what nobody told: money given back by hand at the
provider, a dispute, a charge that came to life after its end, a fault of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from pushcart.payments import events, provider, repository
from pushcart.payments.models import PaymentItem
from pushcart.payments.ports import Charge, NoAnswer
from pushcart.payments.service.commands import Command, each_minute, enqueue_all
from pushcart.states import OPEN_PAYMENTS, UNPAID
from utils.clock import now, rfc3339
from utils.log import logger
from utils.queries import Page
from utils.sweeps import sweep

DAYS: Final = 35
"""How old a payment may be and still be matched: a month's books are closed by then."""
PAGE: Final = 50
MOST_IN_A_RUN: Final = 500
"""Asked after in one run, a call to the provider each; the next goes on, until the night's match is through."""
MISMATCH: Final = "payment mismatch"
"""The log line that the alarm counts: our books and the provider's differ."""


def match() -> int:
    """Ask the provider about the payments of the last :data:`DAYS` days, once a night, and return about how many.

    Where the books differ, it is logged, and the payments queue is asked to apply what is true. What it cannot apply
    (a refund that was taken back, say) differs the next night again, and is for somebody to settle.
    """
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    until, since = rfc3339(midnight), rfc3339(midnight - timedelta(days=DAYS))

    def page(start: dict[str, Any] | None) -> Page[PaymentItem]:
        found = repository.made_until(until, limit=PAGE, start=start)
        recent = [payment for payment in found.items if payment.created_at >= since]
        return Page(recent, found.last_key if len(recent) == len(found.items) else None)

    return sweep(f"payment-match-{until[:10]}", page, _match, most=MOST_IN_A_RUN, once=True).items


def _match(payments: Sequence[PaymentItem]) -> None:
    enqueue_all([command for payment in payments if (command := _compared(payment)) is not None])


def _compared(payment: PaymentItem) -> Command | None:
    """Return what is to be asked of the queue about a payment, ``None`` where the books agree."""
    if not payment.sent_at or payment.status in OPEN_PAYMENTS or payment.refunding:
        return None
    try:
        charge: Charge | None = provider.call(payment.provider, "find", key=payment.charge_key)
    except (NoAnswer, provider.UnknownProvider) as silence:
        logger.warning("not matched", extra={"payment_id": payment.id, "reason": str(silence)})
        return None
    if _agrees(payment, charge):
        return None
    theirs = charge and {"status": charge.status, "captured": charge.captured, "refunded": charge.refunded}
    ours = {"status": payment.status, "captured": int(payment.captured), "refunded": int(payment.refunded)}
    logger.warning(MISMATCH, extra={"payment_id": payment.id, "ours": ours, "theirs": theirs})
    return Command(events.SYNC, payment.order_id, each_minute(), {"payment_id": payment.id})


def _agrees(payment: PaymentItem, charge: Charge | None) -> bool:
    if charge is None:
        return payment.status in UNPAID
    same_money = (charge.captured, charge.refunded) == (int(payment.captured), int(payment.refunded))
    neither_paid = {charge.status, payment.status} <= UNPAID
    return same_money and (charge.status == payment.status or neither_paid)
