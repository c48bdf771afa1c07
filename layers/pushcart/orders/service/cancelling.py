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
    """Ask for an order's end; the answer shows the request. The provider is asked first.

    One that waits for its payment ends once it is certain that no money comes, a paid one once all of it is back.

    Raises
    ------
    Forbidden
        For staff whose role does not reach as far as this order.
    InvalidState
        When the order is over, or something of it has left the house: that comes back by a return.
    """
    read, contact = tx.read(repository.order_key(order_id), repository.contact_key(order_id))
    order = theirs(read, principal, permission=CANCEL)
    _refuse_beyond_bounds(principal, order)
    moves = OrderMoves(order)
    if not (moves.awaits_payment or moves.can_be_called_off):
        state = str(moves.status if moves.is_over else order.fulfillment_status)
        raise InvalidState("Only an order of which nothing was shipped can be cancelled.", detail=state)
    moves.ask_to_cancel()
    moves.write(tx)
    return order_of(order, contact)


def _refuse_beyond_bounds(principal: Principal, order: OrderItem) -> None:
    if principal.kind == "guest" or order.customer_id == principal.id:
        return
    amount = int(order.totals["total"])
    if not within_bounds(principal, CANCEL, amount=amount, state=order.status):
        raise Forbidden("Your role may not cancel an order of this amount or in this state. Ask a manager.")
