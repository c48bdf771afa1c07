"""What is told of money that went back, and of orders that ended without being sent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from pushcart.notifications.mailer import Mail
from pushcart.notifications.service.composition import Composed, NothingToSay, Subject
from pushcart.notifications.templates.letter import Letter
from pushcart.notifications.templates.money import CANCELLED, CANCELLED_AND_REFUNDED, REFUNDED, STOCK_LOST
from pushcart.orders import service as orders
from pushcart.orders.schemas import Order
from pushcart.states import OrderStatus
from utils.messages import EventMessage
from utils.string_formatters import format_money

CANCELLED_EVENT: Final = "order.cancelled"
REFUNDED_EVENT: Final = "refund.succeeded"


def subject_of(message: EventMessage) -> Subject | None:
    """Return what is told about a refund or the end of an order, ``None`` for any other event."""
    if message.type not in {CANCELLED_EVENT, REFUNDED_EVENT}:
        return None
    return Subject(orders.confirmation_keys(message.aggregate), partial(_composed, message))


def _composed(message: EventMessage, found: Sequence[Any]) -> Composed:
    order = orders.confirmation_of(*found)
    if order is None:
        raise NothingToSay(message.aggregate)
    told = _ended(order, message) if message.type == CANCELLED_EVENT else _refunded(order, message)
    if told is None or not order.email:
        return Composed(order.customer_id, None)
    letter, amount = told
    values = {"number": order.number, "amount": format_money(amount, order.currency)}
    return Composed(order.customer_id, Mail(order.email, *letter.render(values, storefront="")))


def _ended(order: Order, message: EventMessage) -> tuple[Letter, int] | None:
    """Of a checkout that nobody paid, nothing is told: it takes no more than somebody's address, as a guest or with an
    account whose address was never confirmed, to place an order and call it off, as often as one likes.
    """
    back = order.payment.refunded
    if message.data["reason"] == "stock_lost":
        return STOCK_LOST, back
    if order.source == "checkout" and not (message.data.get("was_sold") or back):
        return None
    return (CANCELLED_AND_REFUNDED if back else CANCELLED), back


def _refunded(order: Order, message: EventMessage) -> tuple[Letter, int] | None:
    """Of an order that ended by it, the mail of its end tells."""
    if order.status == OrderStatus.CANCELLED:
        return None
    return REFUNDED, int(message.data["amount"])
