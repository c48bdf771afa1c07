"""What is told about orders."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from pushcart.notifications.mailer import Mail
from pushcart.notifications.service.composition import Composed, NothingToSay, Subject
from pushcart.notifications.templates.order_confirmed import ORDER_CONFIRMED
from pushcart.notifications.templates.rows import Values
from pushcart.orders import service as orders
from pushcart.orders.schemas import Order
from utils.messages import EventMessage
from utils.string_formatters import format_money

ORDER_CONFIRMED_EVENT: Final = "order.confirmed"


def subject_of(message: EventMessage) -> Subject | None:
    """Return what is told about an event of an order, ``None`` for any other event."""
    if message.type != ORDER_CONFIRMED_EVENT:
        return None
    return Subject(orders.confirmation_keys(message.aggregate), partial(_confirmation, message.aggregate))


def _confirmation(order_id: str, found: Sequence[Any]) -> Composed:
    order = orders.confirmation_of(*found)
    if order is None:
        raise NothingToSay(order_id)
    return Composed(order.customer_id, _mail(order) if order.email else None)


def _mail(order: Order) -> Mail:
    totals = order.totals.model_dump()
    values = {name: format_money(money["amount"], money["currency"]) for name, money in totals.items()}
    rows: list[Values] = [
        {
            "sku": line.sku,
            "title": line.title,
            "quantity": str(line.quantity),
            "unit_price": format_money(line.unit_price.amount, line.unit_price.currency),
            "total": format_money(line.total.amount, line.total.currency),
        }
        for line in order.lines
    ]
    subject, text, html = ORDER_CONFIRMED.render({"number": order.number, **values}, rows)
    return Mail(order.email, subject, text, html)
