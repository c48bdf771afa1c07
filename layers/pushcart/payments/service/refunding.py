"""Giving money back: asked for in one transaction, made by the payments queue, at most once for each refund.

A refund promises part of what an attempt holds (``refunding``) before anybody asks the provider, so that two of them
can never come to more than was captured. Where the provider says nothing, the refund stays pending and is asked after;
where it refuses, the promise is taken back.
"""

from __future__ import annotations

from typing import Any, Final

from pushcart.orders.service import returning
from pushcart.orders.service.moves import OrderMoves
from pushcart.payments import repository
from pushcart.payments.models import OPEN, PaymentItem, Told
from pushcart.payments.ports import Charge, GivenBack, NoAnswer
from pushcart.payments.refunds import RefundItem, refund_id_of, summary_of
from pushcart.payments.service import settling
from pushcart.payments.service.case import REVIEW_AFTER, Case, load
from pushcart.payments.service.endings import call_off
from pushcart.states import RefundStatus
from utils.clock import now, parse
from utils.errors import InvalidState
from utils.log import logger
from utils.models import Key
from utils.transaction import Transaction

ORDER_CANCELLED: Final = "order_cancelled"
"""The reason of a refund that ends an order."""
MAX_REFUNDS: Final = 100
"""Refunds of one order. More are no shop's: somebody is playing with the provider's fees."""
REFUND_IN_REVIEW: Final = "refund in review"
"""The log line that the alarm counts: the outcome of a refund is unknown for too long."""
REFUND_FAILED: Final = "refund failed"
"""The log line that the alarm counts: a provider refused to give money back, so that somebody has to."""


def payment_key(order_id: str, payment_id: str) -> Key:
    """Return where the payment is that :func:`request` takes, for whoever reads it with what else they need."""
    return repository.payment_key(order_id, payment_id)


def request(
    tx: Transaction,
    moves: OrderMoves,
    payment: PaymentItem,
    *,
    amount: int,
    reason: str | None,
    return_id: str | None = None,
    requested_by: str,
) -> dict[str, Any]:
    """Append a refund: the promise, the refund itself, and the command that makes it. The caller writes ``moves``.

    Parameters
    ----------
    amount
        Minor units of the payment's currency.
    reason
        Shown to whoever sees the order; nothing personal.
    return_id
        The return that it is for; it is ``refunded`` once this succeeded.
    requested_by
        Id of whoever asks.

    Returns
    -------
    dict
        The refund's summary (:func:`pushcart.payments.refunds.summary_of`).

    Raises
    ------
    InvalidState
        When less is left of what was captured; ``detail`` says how much is.

    Example
    -------
    >>> request(tx, moves, payment, amount=500, reason=None, requested_by="usr_01JZ…")["status"]  # doctest: +SKIP
    'pending'
    """
    left = payment.refundable
    if not 0 < amount <= left:
        raise InvalidState("Less than that is left to give back.", detail=str(left))
    refund_id = moves.next_id("ref")
    if are_too_many(moves):
        raise InvalidState(f"An order takes at most {MAX_REFUNDS} refunds.", detail="refunds")
    repository.promise(tx, payment, refunding=int(payment.refunding) + amount)
    moves.promised(payment.id, int(payment.refunding))
    key = repository.refund_key(moves.id, refund_id)
    refund = RefundItem(
        key.pk,
        key.sk,
        id=refund_id,
        order_id=moves.id,
        payment_id=payment.id,
        return_id=return_id,
        amount=amount,
        currency=payment.currency,
        reason=reason,
        requested_by=requested_by,
        status=str(RefundStatus.PENDING),
        open_shard=OPEN,
        open_since=tx.moment,
        created_at=tx.moment,
        updated_at=tx.moment,
    )
    repository.add_refund(tx, refund)
    moves.ask_for_refund(
        refund_id, payment_id=payment.id, amount=amount, currency=payment.currency, return_id=return_id
    )
    return summary_of(refund)


def are_too_many(moves: OrderMoves) -> bool:
    """Whether an order has as many refunds as it may have, those that failed among them."""
    return int(moves.next_id("ref").rpartition("_")[2]) > MAX_REFUNDS


def settle(case: Case) -> None:
    """Make a refund that is pending, or ask what became of it, and apply that. Silence leaves it pending."""
    refund = case.open_refund
    if not refund.is_pending:
        return
    try:
        charge = _outcome(case)
    except NoAnswer as silence:
        logger.warning("provider silent", extra={"refund_id": refund.id, "reason": str(silence)})
        charge = None
    back = charge.refund_under(case.refund_key) if charge else None
    if charge is None or back is None or back.status is RefundStatus.PENDING:
        _review_if_long(refund)
        return
    _apply(case, charge, back)


def settle_told(case: Case, charge: Charge) -> None:
    """Apply what a charge tells of refunds whose outcome is still unknown here."""
    if not case.payment.refunding:
        return
    for back in charge.refunds:
        refund_id = refund_id_of(back.key, charge.key)
        if refund_id is None or back.status is RefundStatus.PENDING:
            continue
        about = load(case.moves.id, case.payment.id, refund_id)
        if about is not None and about.open_refund.is_pending:
            _apply(about, charge, back)


def _outcome(case: Case) -> Charge | None:
    refund = case.open_refund
    if refund.sent_at:
        known = case.find()
        if known is not None and known.refund_under(case.refund_key) is not None:
            return known
    else:
        repository.mark_sent(refund)
    try:
        return case.ask_to_refund()
    except NoAnswer:
        # It may have been made all the same.
        return case.find()


def _apply(case: Case, charge: Charge, back: GivenBack) -> None:
    """Write the outcome of a refund: on itself, its payment, its order and its return, in one transaction."""
    refund, moves, payment = case.open_refund, case.moves, case.payment
    settling.stage(case, Told.by(charge), refunding=max(0, int(payment.refunding) - int(refund.amount)))
    repository.end_refund(case.tx, refund, back.status, back.failure_code)
    moves.refund_moved(
        refund.id,
        back.status,
        payment_id=payment.id,
        amount=int(refund.amount),
        currency=refund.currency,
        return_id=refund.return_id,
    )
    if back.status is RefundStatus.FAILED:
        logger.warning(REFUND_FAILED, extra={"refund_id": refund.id, "failure_code": back.failure_code})
    elif refund.return_id:
        returning.refunded(case.tx, moves.id, refund.return_id)
    if moves.cancel_requested and case.is_latest:
        _go_on_ending(case, back)
    moves.write(case.tx)
    case.tx.commit()


def _go_on_ending(case: Case, back: GivenBack) -> None:
    """End the order if all of its money is back; otherwise go on, or keep it where its own refund was refused."""
    if case.payment.holds_nothing:
        call_off(case)
    elif back.status is RefundStatus.FAILED and case.open_refund.reason == ORDER_CANCELLED:
        case.moves.keep("refund_failed")
    else:
        case.moves.ask_to_cancel()


def _review_if_long(refund: RefundItem) -> None:
    if parse(refund.created_at) + REVIEW_AFTER < now():
        logger.warning(REFUND_IN_REVIEW, extra={"refund_id": refund.id})
