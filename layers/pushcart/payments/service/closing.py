"""Ending an order that is not paid: first at the provider, and only then here (data.md, expiry).

Stock goes back when it is certain that no money comes: the attempt was never sent, or the provider says that it
failed or is void. Where it says that it was too late, the order is paid. Where it says nothing, nothing happens; the
sweeper asks again a minute later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pushcart.inventory import service as inventory
from pushcart.payments.models import Told
from pushcart.payments.ports import NoAnswer
from pushcart.payments.service import settling
from pushcart.payments.service.case import Case
from pushcart.states import UNPAID, PaymentStatus
from utils.log import logger

REQUESTED: Final = "requested"
WITHOUT_MONEY: Final = UNPAID | {PaymentStatus.REFUNDED}


def expire(case: Case) -> None:
    """End an order whose reservation has ended. One that is paid, or still held, is left alone."""
    if case.moves.awaits_payment and not case.moves.is_held:
        _close(case, case.moves.expire)


def cancel(case: Case) -> None:
    """End an order that the buyer does not want any more, if it is not paid by now."""
    if case.moves.awaits_payment:
        _close(case, lambda: case.moves.cancel(REQUESTED))


def _close(case: Case, end: Callable[[], None]) -> None:
    if PaymentStatus(case.payment.status) not in WITHOUT_MONEY:
        told = _stopped(case)
        if told is None:
            return
        settling.stage(case, told)
    end()
    inventory.release(case.tx, case.reservation)
    case.moves.write(case.tx)
    case.tx.commit()


def _stopped(case: Case) -> Told | None:
    """Stop the attempt and return what is certain of it now; ``None`` when the order must not end by it."""
    if not case.payment.sent_at:
        return Told(PaymentStatus.VOIDED)
    try:
        charge = case.ask("void")
    except NoAnswer as silence:
        logger.warning("provider silent", extra={"payment_id": case.payment.id, "reason": str(silence)})
        return None
    if charge.status in WITHOUT_MONEY:
        return Told.by(charge)
    if settling.is_paid(case, charge):
        settling.apply(case, charge)
    return None
