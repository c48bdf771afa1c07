"""Every read and write of orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pushcart import tables
from pushcart.orders.models import (
    ALL,
    RETURN_PREFIX,
    RETURNS,
    ContactItem,
    FulfillmentItem,
    NumberItem,
    OrderItem,
    ReturnItem,
    status_shard,
)
from pushcart.states import OrderStatus, ReturnStatus
from utils.errors import Conflict, Overtaken, Problem
from utils.models import Key
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend

_BY_CUSTOMER: Final = tables.orders["by_customer"]
_BY_STATUS: Final = tables.orders["by_status"]
_ALL: Final = tables.orders["all"]
_RETURNS: Final = tables.orders["returns"]
_RETURNS_BY_STATUS: Final = tables.orders["returns_by_status"]


def order_key(order_id: str) -> Key:
    return OrderItem.key_of(order_id)


def contact_key(order_id: str) -> Key:
    return ContactItem.key_of(order_id)


def fulfillment_key(order_id: str, fulfillment_id: str) -> Key:
    return FulfillmentItem.key_of(order_id, fulfillment_id)


def return_key(order_id: str, return_id: str) -> Key:
    return ReturnItem.key_of(order_id, return_id)


def number_key(number: str) -> Key:
    return NumberItem.key_of(number)


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
    changes: Mapping[str, Any],
) -> None:
    """Append the update of an order that was read, on condition that neither its state nor its version changed.

    ``changes`` are further attributes by name, ``None`` to remove one.
    """
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
        **changes,
    )


def change_contact(tx: Transaction, contact: ContactItem, changes: Mapping[str, Any]) -> None:
    """Append what changes of a contact that was read, and show it there; whoever calls holds the order's version."""
    actions = []
    for name, value in changes.items():
        attribute = getattr(ContactItem, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
        setattr(contact, name, value)
    tx.adjust(contact.key, *actions, when=ContactItem.pk.exists(), refused=Overtaken())


def of_customer(customer_id: str, *, limit: int, descending: bool, start: dict[str, Any] | None) -> Page[OrderItem]:
    """Return a page of a customer's orders by the time they were placed."""
    return query(OrderItem, customer_id, index=_BY_CUSTOMER, descending=descending, limit=limit, start=start)


def of_status(status: str, *, limit: int, descending: bool, start: dict[str, Any] | None) -> Page[OrderItem]:
    """Return a page of the orders in one state."""
    return query(OrderItem, status_shard(status), index=_BY_STATUS, descending=descending, limit=limit, start=start)


def everyone(*, limit: int, descending: bool, start: dict[str, Any] | None) -> Page[OrderItem]:
    """Return a page of all orders."""
    return query(OrderItem, ALL, index=_ALL, descending=descending, limit=limit, start=start)


def add_child(tx: Transaction, child: FulfillmentItem | ReturnItem) -> None:
    """Append a new parcel or return. Its number was free when the order was read; the order's version holds it so."""
    tx.create(child, taken=Overtaken())


def return_shard(status: ReturnStatus) -> str:
    """Return the partition of the ``returns_by_status`` index that returns of ``status`` are in."""
    return f"{status}#0"


def move_return(tx: Transaction, item: ReturnItem, status: ReturnStatus, *, refused: Problem, **changes: Any) -> None:
    """Append the next state of a return that was read, on condition that neither its state nor its version changed."""
    amend(
        tx,
        item,
        when=ReturnItem.status == item.status,
        refused=refused,
        status=str(status),
        returns_status=return_shard(status),
        **changes,
    )


def mark_refunded(tx: Transaction, order_id: str, return_id: str) -> None:
    """Append: the money of a return is back. Blind, for who has read the order and not the return."""
    tx.adjust(
        return_key(order_id, return_id),
        ReturnItem.status.set(str(ReturnStatus.REFUNDED)),
        ReturnItem.returns_status.set(return_shard(ReturnStatus.REFUNDED)),
        ReturnItem.version.set(ReturnItem.version + 1),
        ReturnItem.updated_at.set(tx.moment),
        when=ReturnItem.status == str(ReturnStatus.RECEIVED),
        refused=Overtaken(),
    )


def all_returns(*, limit: int, descending: bool, start: dict[str, Any] | None) -> Page[ReturnItem]:
    """Return a page of all returns."""
    return query(ReturnItem, RETURNS, index=_RETURNS, descending=descending, limit=limit, start=start)


def returns_of_status(
    status: ReturnStatus, *, limit: int, descending: bool, start: dict[str, Any] | None
) -> Page[ReturnItem]:
    """Return a page of the returns in one state: what somebody has to look at."""
    index = _RETURNS_BY_STATUS
    return query(ReturnItem, return_shard(status), index=index, descending=descending, limit=limit, start=start)


def returns_of_order(order_id: str, *, limit: int, descending: bool, start: dict[str, Any] | None) -> Page[ReturnItem]:
    """Return a page of an order's returns, in the order in which they were asked for."""
    pk = order_key(order_id).pk
    return query(ReturnItem, pk, prefix=RETURN_PREFIX, descending=descending, limit=limit, start=start)
