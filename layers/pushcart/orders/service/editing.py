"""What staff changes of an order: its note, and where it is sent while all of it is still in the house."""

from __future__ import annotations

from typing import Any, Final

from pushcart.addresses import PostalAddress
from pushcart.orders import repository
from pushcart.orders.models import ContactItem
from pushcart.orders.schemas import Order
from pushcart.orders.service.moves import OrderMoves
from pushcart.orders.staff_schemas import ChangeOrder
from pushcart.orders.views import order_of
from pushcart.states import OrderStatus
from utils.errors import InvalidState, NotFound, ValidationFailed
from utils.transaction import Transaction
from utils.versions import expect

ENDED: Final = frozenset({OrderStatus.COMPLETED, OrderStatus.EXPIRED, OrderStatus.CANCELLED})
RECKONED_BY: Final = ("country", "region")
"""What delivery and tax depend on. An order's totals are never reckoned anew, so these stay."""


def change_order(tx: Transaction, order_id: str, data: ChangeOrder, *, if_match: int | None) -> Order:
    """Change what is named; what was bought and what it costs stays.

    Raises
    ------
    ValidationFailed
        When nothing is named, or an address is to be taken away.
    InvalidState
        When the buyer was erased; and, for the address, when something has left the house, the order is over, or its
        delivery and tax would have to be reckoned anew.
    """
    fields = sorted(data.model_fields_set)
    if not fields:
        raise ValidationFailed("Name what is to change.", field="note", detail="missing")
    order, contact = tx.read(repository.order_key(order_id), repository.contact_key(order_id))
    if order is None:
        raise NotFound("order")
    expect(order, if_match)
    if contact is None:
        raise InvalidState("The buyer was erased: nothing is kept of them.", detail="erased")
    changes: dict[str, Any] = {"note": data.note} if "note" in fields else {}
    moves = OrderMoves(order)
    if "shipping_address" in fields:
        changes["shipping_address"] = _address(data.shipping_address, contact, moves)
    repository.change_contact(tx, contact, changes)
    moves.updated(fields)
    moves.write(tx)
    return order_of(order, contact, with_note=True)


def _address(address: PostalAddress | None, contact: ContactItem, moves: OrderMoves) -> dict[str, Any]:
    if address is None:
        raise ValidationFailed("An address can be changed, not taken away.", field="shipping_address")
    if moves.has_shipped or moves.status in ENDED:
        state = "shipped" if moves.has_shipped else str(moves.status)
        raise InvalidState("It is too late for another address.", field="shipping_address", detail=state)
    known, before = address.model_dump(), contact.shipping_address
    other = [name for name in RECKONED_BY if before and known.get(name) != before.get(name)]
    if other:
        raise InvalidState(
            "Delivery and tax were reckoned for another country or region. Cancel the order and place it anew.",
            field=f"shipping_address.{other[0]}",
            detail=other[0],
        )
    return known
