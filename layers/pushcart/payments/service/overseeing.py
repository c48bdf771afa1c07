"""What staff does with payments: see them all, take what was authorised, let it go, give money back.

All that moves money only leaves a wish here; the payments queue makes it true (202).
"""

from __future__ import annotations

from typing import Any, Final

from pushcart.access import BOUNDS, PERMISSIONS, within_bounds
from pushcart.orders.service.moves import OrderMoves, order_key
from pushcart.orders.service.reading import theirs
from pushcart.payments import repository
from pushcart.payments.models import PaymentItem, summary_of
from pushcart.payments.refunds import order_id_of
from pushcart.payments.refunds import summary_of as refund_summary_of
from pushcart.payments.schemas import CapturePayment, PaymentQuery, Refund, RequestRefund, refund_of
from pushcart.payments.service import refunding
from pushcart.payments.service.paying import READ, read
from pushcart.shapes import Payment, payment_of
from pushcart.states import OPEN_PAYMENTS, OrderStatus, PaymentStatus
from utils.access import Principal
from utils.errors import Forbidden, InvalidState, NotFound
from utils.queries import Page
from utils.transaction import Transaction

WRITE: Final = "payments:write"
REFUND: Final = "payments:refund"
PAID_ORDERS: Final = frozenset({OrderStatus.CONFIRMED, OrderStatus.PROCESSING, OrderStatus.COMPLETED})


def list_payments(query: PaymentQuery, start: dict[str, Any] | None) -> Page[Payment]:
    """List all attempts to pay, or those in one state, in one call a page."""
    descending = query.sort.startswith("-")
    if query.status:
        page = repository.of_status(query.status, limit=query.limit, descending=descending, start=start)
    else:
        page = repository.everything(limit=query.limit, descending=descending, start=start)
    return Page([_shown(payment) for payment in page.items], page.last_key)


def request_capture(tx: Transaction, principal: Principal, payment_id: str, data: CapturePayment) -> Payment:
    """Ask for what was authorised, or part of it; what is not taken is released by that, and cannot be taken later.

    Raises
    ------
    InvalidState
        When the payment is not authorised, its order is being cancelled, or less than that was authorised.
    """
    payment, moves = read(tx, principal, payment_id, permission=WRITE)
    if payment.status != PaymentStatus.AUTHORIZED or moves.payment["id"] != payment.id:
        raise InvalidState("Only an authorised payment can be captured.", detail=payment.status)
    _refuse_while_cancelled(moves)
    if data.amount is not None and data.amount > payment.amount:
        raise InvalidState("Less than that was authorised.", detail=str(int(payment.amount)))
    repository.ask_for(tx, payment, what="capture", amount=data.amount)
    moves.ask_to_capture()
    moves.write(tx)
    return _shown(payment)


def request_void(tx: Transaction, principal: Principal, payment_id: str) -> Payment:
    """Ask for nothing to be paid by an attempt that holds no money yet.

    One that may still succeed is stopped, and its order waits for another while its stock is held. An order that was
    confirmed on an authorisation has nothing else to be paid by: it is cancelled.

    Raises
    ------
    InvalidState
        When money was taken, none can be any more, or something of the order has left the house.
    """
    payment, moves = read(tx, principal, payment_id, permission=WRITE)
    is_latest = moves.payment["id"] == payment.id
    if is_latest and moves.awaits_payment and payment.status in OPEN_PAYMENTS:
        repository.ask_for(tx, payment, what="void")
        moves.ask_to_void()
    elif is_latest and payment.status == PaymentStatus.AUTHORIZED and moves.can_be_called_off:
        moves.ask_to_cancel()
    else:
        raise InvalidState("Only a payment that holds no money yet can be voided. Refund it.", detail=payment.status)
    moves.write(tx)
    return _shown(payment)


def request_refund(tx: Transaction, principal: Principal, payment_id: str, data: RequestRefund) -> Refund:
    """Ask for money to go back: all that is left of a payment, or an amount.

    Raises
    ------
    Forbidden
        When the caller's role does not reach as far as all refunds of this payment together.
    InvalidState
        When its order is not paid by it, is being cancelled, or less than that is left.
    """
    payment, moves = read(tx, principal, payment_id, permission=REFUND)
    if moves.status not in PAID_ORDERS or moves.payment["id"] != payment.id:
        raise InvalidState("Only a payment that its order is paid by can be refunded.", detail=payment.status)
    _refuse_while_cancelled(moves)
    amount = payment.refundable if data.amount is None else data.amount
    refuse_beyond_bounds(principal, payment, amount)
    told = refunding.request(tx, moves, payment, amount=amount, reason=data.reason, requested_by=principal.id)
    moves.write(tx)
    return refund_of(told)


def refuse_beyond_bounds(principal: Principal, payment: PaymentItem, amount: int) -> None:
    """Raise :class:`Forbidden` unless the caller's role reaches as far as giving ``amount`` back.

    What went back of the payment before counts too, or a bound would be a matter of asking often.
    """
    together = amount + int(payment.refunded) + int(payment.refunding)
    if amount and not within_bounds(principal, REFUND, amount=together, state=str(payment.status)):
        who = " or ".join(sorted(PERMISSIONS[REFUND] - set(BOUNDS[REFUND])))
        raise Forbidden(f"Your role may not give back so much of one payment. Ask somebody who is {who}.", detail=who)


def show_refund(tx: Transaction, principal: Principal, refund_id: str) -> Refund:
    """Show a refund, in one call: to staff, and to whose order it is of.

    Raises
    ------
    NotFound
        When there is none, or it is somebody else's.
    """
    order_id = order_id_of(refund_id)
    if order_id is None:
        raise NotFound("refund")
    order, refund = tx.read(order_key(order_id), repository.refund_key(order_id, refund_id))
    theirs(order if refund else None, principal, permission=READ, what="refund")
    return refund_of(refund_summary_of(refund))


def _shown(payment: PaymentItem) -> Payment:
    return payment_of(payment.order_id, summary_of(payment))


def _refuse_while_cancelled(moves: OrderMoves) -> None:
    if moves.cancel_requested:
        raise InvalidState("The order is being cancelled, and all of its money given back.", detail="cancel_requested")
