"""Looking at orders: whose they are, one, many, and what happened to one."""

from __future__ import annotations

from typing import Any

from pushcart.orders import repository
from pushcart.orders.models import ContactItem, OrderItem
from pushcart.orders.schemas import Order, OrderEvent, OrderQuery, OrderSummary
from pushcart.orders.views import order_of, summary_of
from pushcart.outbox import service as outbox
from utils import sealing
from utils.access import Principal
from utils.errors import NotFound, ValidationFailed
from utils.models import Key
from utils.queries import Page
from utils.transaction import Transaction

READ = "orders:read"


def theirs(order: OrderItem | None, principal: Principal, *, permission: str | None = READ, what: str = "order") -> Any:
    """Return an order that was read, if the caller may see it.

    A guest shows the order's token; a customer owns it; staff has the ``permission``.

    Raises
    ------
    NotFound
        When there is none, or it is somebody else's: the same words (security.md, BOLA).
    """
    if order is not None:
        if principal.kind == "guest":
            token = principal.order_token
            if token and sealing.verify(token, "order", order.id):
                return order
        elif order.customer_id == principal.id or (permission and principal.may(permission)):
            return order
    raise NotFound(what)


def show_order(tx: Transaction, principal: Principal, order_id: str) -> Order:
    """Show an order, in one call."""
    order, contact = tx.read(repository.order_key(order_id), repository.contact_key(order_id))
    return order_of(theirs(order, principal), contact, with_note=principal.may(READ))


def list_orders(principal: Principal, query: OrderQuery, start: dict[str, Any] | None) -> Page[OrderSummary]:
    """List a customer's own orders, or everybody's for staff, in one call a page.

    Raises
    ------
    ValidationFailed
        For a filter that no index serves for this caller.
    """
    descending = query.sort.startswith("-")
    page = _page(principal, query, descending=descending, start=start)
    return Page([summary_of(order) for order in page.items], page.last_key)


def _page(
    principal: Principal, query: OrderQuery, *, descending: bool, start: dict[str, Any] | None
) -> Page[OrderItem]:
    if not principal.may(READ):
        for name in ("status", "customer_id"):
            if getattr(query, name) is not None:
                raise ValidationFailed("Your own orders are listed without this filter.", field=name)
        return repository.of_customer(principal.id, limit=query.limit, descending=descending, start=start)
    if query.status and query.customer_id:
        raise ValidationFailed("Filter by status or by customer, not by both.", field="status")
    if query.customer_id:
        return repository.of_customer(query.customer_id, limit=query.limit, descending=descending, start=start)
    if query.status:
        return repository.of_status(query.status, limit=query.limit, descending=descending, start=start)
    return repository.everyone(limit=query.limit, descending=descending, start=start)


def list_events(
    tx: Transaction, principal: Principal, order_id: str, *, limit: int, start: dict[str, Any] | None
) -> Page[OrderEvent]:
    """List what happened to an order, oldest first, in two calls: the order, to see whose it is, and its events."""
    order = theirs(tx.read_one(repository.order_key(order_id)), principal)
    page = outbox.history(order.id, limit=limit, start=start)
    return Page([_event_of(event) for event in page.items], page.last_key)


def _event_of(event: Any) -> OrderEvent:
    return OrderEvent(
        id=event.id,
        type=event.type,
        aggregate=event.aggregate,
        sequence=int(event.sequence),
        schema_version=int(event.schema_version),
        occurred_at=event.occurred_at,
        correlation_id=event.correlation_id,
        data=event.data,
    )


def confirmation_keys(order_id: str) -> tuple[Key, Key]:
    """Return where an order and its contact are, for a mail about it."""
    return repository.order_key(order_id), repository.contact_key(order_id)


def confirmation_of(order: OrderItem | None, contact: ContactItem | None) -> Order | None:
    """Return what a mail tells of an order as it was read; ``email`` is empty where the contact was erased."""
    return order_of(order, contact) if order is not None else None
