"""Every read and write of orders."""

from __future__ import annotations

from typing import Any, Final

from pushcart import tables
from pushcart.orders.models import ALL, ContactItem, NumberItem, OrderItem, status_shard
from pushcart.states import OrderStatus
from utils.errors import Conflict, Overtaken
from utils.models import Key
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend

_BY_CUSTOMER: Final = tables.orders["by_customer"]
_BY_STATUS: Final = tables.orders["by_status"]
_ALL: Final = tables.orders["all"]


def order_key(order_id: str) -> Key:
    return OrderItem.key_of(order_id)


def contact_key(order_id: str) -> Key:
    return ContactItem.key_of(order_id)


def add(tx: Transaction, order: OrderItem, contact: ContactItem) -> None:
    """Append a new order, its contact and the claim on its number.

    A number that is taken is one chance in 35 million million; the next try draws another.
    """
    taken = Conflict("Please try again with a fresh Idempotency-Key.")
    tx.create(order, taken=taken)
    tx.create(contact, taken=taken)
    number = NumberItem.key_of(order.number)
    tx.create(NumberItem(number.pk, number.sk, order_id=order.id), taken=taken)


def move(
    tx: Transaction,
    order: OrderItem,
    *,
    status: OrderStatus,
    payment: dict[str, Any],
    attempt: int,
    sequence: int,
    cancel_requested: bool,
    cancel_reason: str | None,
) -> None:
    """Append the update of an order that was read, on condition that neither its state nor its version changed."""
    amend(
        tx,
        order,
        when=OrderItem.status == order.status,
        refused=Overtaken(),
        status=str(status),
        status_shard=status_shard(status),
        payment=payment,
        payment_status=payment["status"],
        attempt=attempt,
        sequence=sequence,
        cancel_requested=cancel_requested,
        cancel_reason=cancel_reason,
    )


def of_customer(customer_id: str, *, limit: int, descending: bool, start: dict[str, Any] | None) -> Page[OrderItem]:
    """Return a page of a customer's orders by the time they were placed."""
    return query(OrderItem, customer_id, index=_BY_CUSTOMER, descending=descending, limit=limit, start=start)


def of_status(status: str, *, limit: int, descending: bool, start: dict[str, Any] | None) -> Page[OrderItem]:
    """Return a page of the orders in one state."""
    return query(OrderItem, status_shard(status), index=_BY_STATUS, descending=descending, limit=limit, start=start)


def everyone(*, limit: int, descending: bool, start: dict[str, Any] | None) -> Page[OrderItem]:
    """Return a page of all orders."""
    return query(OrderItem, ALL, index=_ALL, descending=descending, limit=limit, start=start)
