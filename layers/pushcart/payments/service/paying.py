"""What people ask of payments: another attempt, a look. The queue does the rest."""

from __future__ import annotations

from typing import Any, Final

from pushcart.orders.schemas import PayAgain
from pushcart.orders.service.moves import OrderMoves, order_key
from pushcart.orders.service.reading import theirs
from pushcart.payments import models, repository
from pushcart.payments.models import summary_of
from pushcart.payments.service import attempts
from pushcart.shapes import Payment, payment_of
from pushcart.states import UNPAID
from utils.access import Principal
from utils.errors import InvalidState, NotFound
from utils.transaction import Transaction

READ: Final = "payments:read"


def pay_again(tx: Transaction, principal: Principal, order_id: str, data: PayAgain) -> Payment:
    """Make another attempt to pay, while the order's stock is held and it is certain that the last one took nothing.

    Raises
    ------
    InvalidState
        When the order does not wait for money, the last attempt may still succeed, the reservation has ended, or
        there were ten attempts.
    """
    attempts.refuse_unknown(data.payment.provider)
    moves = OrderMoves(theirs(tx.read_one(order_key(order_id)), principal, permission=None))
    _refuse_attempt(moves)
    summary = attempts.begin(
        tx,
        order_id=moves.id,
        attempt=moves.attempt + 1,
        amount=moves.total,
        currency=moves.currency,
        provider_name=data.payment.provider,
        token=data.payment.token,
    )
    moves.attempted(summary)
    moves.write(tx)
    return payment_of(moves.id, summary)


def _refuse_attempt(moves: OrderMoves) -> None:
    if not moves.awaits_payment:
        raise InvalidState("The order does not wait for a payment.", detail=str(moves.status))
    if moves.cancel_requested:
        raise InvalidState("The order is being cancelled.", detail="cancel_requested")
    if moves.payment["status"] not in UNPAID:
        raise InvalidState("The last payment may still succeed. Wait for it.", detail=moves.payment["status"])
    if not moves.is_held:
        raise InvalidState("The order's stock is not held any more. Order again.", detail="expired")
    if moves.attempt >= attempts.MAX_ATTEMPTS:
        raise InvalidState(f"An order takes at most {attempts.MAX_ATTEMPTS} attempts to pay.", detail="attempts")


def show_payment(tx: Transaction, principal: Principal, payment_id: str) -> Payment:
    """Show a payment, in one call."""
    payment, _ = read(tx, principal, payment_id, permission=READ)
    return payment_of(payment.order_id, summary_of(payment))


def read(tx: Transaction, principal: Principal, payment_id: str, *, permission: str) -> tuple[Any, OrderMoves]:
    """Return a payment and the moves of its order, in one call.

    Raises
    ------
    NotFound
        When there is none, or it is not the caller's to see.
    """
    order_id = models.order_id_of(payment_id)
    if order_id is None:
        raise NotFound("payment")
    order, payment = tx.read(order_key(order_id), repository.payment_key(order_id, payment_id))
    order = theirs(order if payment else None, principal, permission=permission, what="payment")
    return payment, OrderMoves(order)
