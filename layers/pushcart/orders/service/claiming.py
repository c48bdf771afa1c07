"""A guest's order that becomes a customer's own: whoever has its token, and whose address it was ordered with."""

from __future__ import annotations

from typing import Any, Final

from pushcart.accounts import service as accounts
from pushcart.orders import repository
from pushcart.orders.schemas import Order
from pushcart.orders.service.checkout import ORDER_TOKEN
from pushcart.orders.service.moves import OrderMoves
from pushcart.orders.views import order_of
from utils import sealing
from utils.access import Principal
from utils.errors import InvalidState, NotFound
from utils.transaction import Transaction

HEADER: Final = "x-order-token"


def claim_order(tx: Transaction, principal: Principal, order_id: str, token: str | None) -> Order:
    """Make a guest's order the caller's. Doing it again changes nothing, and is answered alike.

    Parameters
    ----------
    token
        The order's, from the mail or from whoever placed it.

    Raises
    ------
    NotFound
        When there is no such order, it is somebody's already, or the token is not its own: the same words.
    InvalidState
        When the account's address is not the one that it was ordered with, or was never confirmed.
    """
    order, contact, profile = tx.read(
        repository.order_key(order_id), repository.contact_key(order_id), accounts.profile_key(principal.id)
    )
    if order is None:
        raise NotFound("order")
    if order.customer_id == principal.id:
        return order_of(order, contact)
    if order.customer_id or contact is None or not token or not sealing.verify(token, ORDER_TOKEN, order.id):
        raise NotFound("order")
    _refuse_other_address(contact, profile)
    moves = OrderMoves(order)
    moves.claimed(principal.id)
    moves.write(tx)
    return order_of(order, contact)


def _refuse_other_address(contact: Any, profile: Any) -> None:
    if profile is None or not profile.email_verified:
        raise InvalidState("Confirm your address first.", detail="email_unverified")
    if profile.email != contact.email:
        raise InvalidState("It was ordered with another address than your account's.", detail="other_email")
