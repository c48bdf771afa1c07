"""Calling an order off."""

from __future__ import annotations

from typing import Final

from pushcart.access import within_bounds
from pushcart.orders import repository
from pushcart.orders.models import OrderItem
from pushcart.orders.schemas import Order
from pushcart.orders.service.moves import OrderMoves
from pushcart.orders.service.reading import theirs
from pushcart.orders.views import order_of
from utils.access import Principal
from utils.errors import Forbidden, InvalidState
from utils.transaction import Transaction

CANCEL: Final = "orders:cancel"


def request_cancel(tx: Transaction, principal: Principal, order_id: str) -> Order:
    """Ask for an order's end. The provider is asked first whether money is on its way; the answer shows the request.

    Raises
    ------
    Forbidden
        For staff whose role does not reach as far as this order.
    InvalidState
        When the order does not wait for its payment any more.
    """
    read, contact = tx.read(repository.order_key(order_id), repository.contact_key(order_id))
    order = theirs(read, principal, permission=CANCEL)
    _refuse_beyond_bounds(principal, order)
    moves = OrderMoves(order)
    if not moves.awaits_payment:
        raise InvalidState("Only an order that waits for its payment can be cancelled.", detail=str(moves.status))
    moves.ask_to_cancel()
    moves.write(tx)
    return order_of(order, contact)


def _refuse_beyond_bounds(principal: Principal, order: OrderItem) -> None:
    if principal.kind == "guest" or order.customer_id == principal.id:
        return
    amount = int(order.totals["total"])
    if not within_bounds(principal, CANCEL, amount=amount, state=order.status):
        raise Forbidden("Your role may not cancel an order of this amount or in this state. Ask a manager.")
