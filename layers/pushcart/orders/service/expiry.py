"""When a reservation ends: both ways to notice it only ask the payments queue, since money may be on its way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pushcart.inventory import service as inventory
from pushcart.orders import repository
from pushcart.orders.service.moves import OrderMoves
from pushcart.payments.service.commands import Command, each_minute, enqueue, enqueue_all
from utils.clock import now
from utils.messages import EventMessage
from utils.sweeps import sweep as sweep_on
from utils.transaction import Transaction

PAGE: Final = 100
MOST_IN_A_SWEEP: Final = 2_000
EXPIRE: Final = "payment.expire"


def expire_if_due(tx: Transaction, message: EventMessage) -> None:
    """Ask for an order's end when its reservation has ended and it still waits for money.

    The message was sent when the order was placed, and held back. One that comes early, because a reservation lasts
    longer than SQS can hold a message back, is ignored: the sweeper looks each minute.
    """
    order = tx.read_one(repository.order_key(message.aggregate))
    if order is None:
        return
    moves = OrderMoves(order)
    if moves.awaits_payment and not moves.is_held:
        enqueue(EXPIRE, moves.id, once=each_minute())


def sweep() -> int:
    """Ask for the end of every order whose reservation should have ended, and return how many there were.

    Asks again each minute until it has come about, at most two thousand a time; a longer list is gone on with by the
    next run.
    """
    moment, minute = now(), each_minute()

    def ask(found: Sequence[inventory.ReservationItem]) -> None:
        enqueue_all([Command(EXPIRE, reservation.order_id, minute, {}) for reservation in found])

    asked = sweep_on(
        "held-reservations",
        lambda start: inventory.held_past(moment, limit=PAGE, start=start),
        ask,
        most=MOST_IN_A_SWEEP,
    )
    return asked.items
