"""Mails that lead to an order. The token in the link is derived here: it is in no event, and in the mail alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from pushcart.notifications.mailer import Mail
from pushcart.notifications.service.composition import Composed, NothingToSay, Subject
from pushcart.notifications.templates.letter import Letter
from pushcart.notifications.templates.order_link import DRAFTED, DRAFTED_FOR_CUSTOMER, LINK_REQUESTED
from pushcart.orders import service as orders
from pushcart.orders.schemas import Order
from pushcart.states import OrderStatus
from utils import sealing
from utils.messages import EventMessage
from utils.settings import setting
from utils.string_formatters import format_money

ASKED: Final = "order.link_requested"
DRAFTED_EVENT: Final = "order.drafted"


def subject_of(message: EventMessage) -> Subject | None:
    """Return what is told about a link to an order, ``None`` for any other event."""
    if message.type == ASKED:
        order_id = message.data["order_id"]
    elif message.type == DRAFTED_EVENT:
        order_id = message.aggregate
    else:
        return None
    return Subject(orders.confirmation_keys(order_id), partial(_composed, message.type, order_id))


def _composed(kind: str, order_id: str, found: Sequence[Any]) -> Composed:
    order = orders.confirmation_of(*found)
    if order is None:
        raise NothingToSay(order_id)
    letter = LINK_REQUESTED if kind == ASKED else _draft_letter(order)
    if letter is None or not order.email:
        return Composed(order.customer_id, None)
    storefront = setting("STOREFRONT_URL").rstrip("/")
    return Composed(order.customer_id, Mail(order.email, *letter.render(_values(order), storefront=storefront)))


def _draft_letter(order: Order) -> Letter | None:
    """Nobody is asked to pay what is paid or over by now."""
    if order.status != OrderStatus.PENDING_PAYMENT:
        return None
    return DRAFTED_FOR_CUSTOMER if order.customer_id else DRAFTED


def _values(order: Order) -> dict[str, str]:
    total, until = order.totals.total, order.held_until
    return {
        "number": order.number,
        "order_id": order.id,
        "amount": format_money(total.amount, total.currency),
        "until": f"{until[:10]} at {until[11:16]} UTC",
        "token": sealing.mac("order", order.id),
    }
