"""Ending an order: first at the provider, and only then here (data.md, expiry).

Stock goes back when it is certain that no money comes, or that all of it is back: the attempt was never sent, the
provider says that it failed or is void, or every refund succeeded. Where the provider says that it was too late, the
order is paid. Where it says nothing, nothing happens; it is asked again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pushcart.payments.models import Told
from pushcart.payments.ports import Charge, NoAnswer
from pushcart.payments.service import refunding, settling
from pushcart.payments.service.case import Case
from pushcart.payments.service.endings import REQUESTED, call_off, give_up
from pushcart.states import OPEN_PAYMENTS, UNPAID, PaymentStatus
from utils.log import logger

WITHOUT_MONEY: Final = UNPAID | {PaymentStatus.REFUNDED}


def expire(case: Case) -> None:
    """End an order whose reservation has ended. One that is paid, or still held, is left alone."""
    if case.moves.awaits_payment and not case.moves.is_held:
        _close(case, case.moves.expire)


def cancel(case: Case) -> None:
    """End an order that is not wanted any more: one that waits for money at once, a paid one once the money is back.

    Raises
    ------
    NoAnswer
        When the provider is silent about what it holds.
    """
    if case.moves.awaits_payment:
        _close(case, lambda: case.moves.cancel(REQUESTED))
    elif case.moves.cancel_requested and case.is_latest:
        _unwind(case)


def void(case: Case) -> None:
    """Stop an attempt that may still succeed; the order waits for another one, as long as its stock is held."""
    payment = case.payment
    if payment.asked_for == "void" and case.is_latest and payment.status in OPEN_PAYMENTS:
        told = _stopped(case)
        if told is not None and settling.stage(case, told):
            case.moves.write(case.tx)
            case.tx.commit()


def _close(case: Case, end: Callable[[], None]) -> None:
    if PaymentStatus(case.payment.status) not in WITHOUT_MONEY:
        told = _stopped(case)
        if told is None:
            return
        settling.stage(case, told)
    end()
    give_up(case)
    case.moves.write(case.tx)
    case.tx.commit()


def _stopped(case: Case) -> Told | None:
    """Stop the attempt and return what is certain of it now; ``None`` when the order must not end by it.

    Raises
    ------
    NoAnswer
        When part of the price was taken, and is not back yet.
    """
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
    if charge.captured > charge.refunded:
        return Told.by(settling.returned(case, charge))
    return None


def _unwind(case: Case) -> None:
    """End an order that is paid, and of which nothing has left the house: void what is authorised, refund the rest.

    It ends with the refund's success (:mod:`refunding`), in one transaction with it.
    """
    if case.moves.has_shipped:
        case.moves.keep("shipped")
    elif case.payment.status == PaymentStatus.AUTHORIZED:
        charge = case.ask("void")
        if charge.status not in UNPAID:
            _unwind_captured(case, charge)
            return
        settling.stage(case, Told.by(charge)._replace(status=PaymentStatus.VOIDED))
        call_off(case)
    elif case.payment.holds_nothing:
        call_off(case)
    elif case.payment.refunding:
        return
    elif refunding.are_too_many(case.moves):
        logger.warning(refunding.REFUND_FAILED, extra={"order_id": case.moves.id, "failure_code": "too_many"})
        case.moves.keep("refund_failed")
    else:
        refunding.request(
            case.tx,
            case.moves,
            case.payment,
            amount=case.payment.refundable,
            reason=refunding.ORDER_CANCELLED,
            requested_by="system",
        )
    case.moves.write(case.tx)
    case.tx.commit()


def _unwind_captured(case: Case, charge: Charge) -> None:
    """The void came too late: what was taken is noted, and goes back."""
    if charge.status is PaymentStatus.AUTHORIZED:
        raise NoAnswer(f"{charge.key}: not void, though asked to be")
    settling.apply(case, charge)
    _unwind(case.reload())
