"""What is told about parcels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from pushcart.notifications.mailer import Mail
from pushcart.notifications.service.composition import Composed, NothingToSay, Subject
from pushcart.notifications.templates.order_shipped import (
    ORDER_SHIPPED,
    ORDER_SHIPPED_LINKED,
    ORDER_SHIPPED_TRACKED,
)
from pushcart.notifications.templates.rows import MailTemplate, Values
from pushcart.orders import service as orders
from pushcart.orders.goods_schemas import FulfillmentSummary, Tracking
from pushcart.orders.schemas import Order
from utils.messages import EventMessage

SHIPPED_EVENT: Final = "fulfillment.shipped"


def subject_of(message: EventMessage) -> Subject | None:
    """Return what is told about a parcel that left the house, ``None`` for any other event."""
    if message.type != SHIPPED_EVENT:
        return None
    return Subject(orders.confirmation_keys(message.aggregate), partial(_composed, message))


def _composed(message: EventMessage, found: Sequence[Any]) -> Composed:
    order = orders.confirmation_of(*found)
    parcel_id = message.data["fulfillment_id"]
    parcel = next((one for one in order.fulfillments if one.id == parcel_id), None) if order else None
    if order is None or parcel is None:
        raise NothingToSay(parcel_id)
    return Composed(order.customer_id, _mail(order, parcel) if order.email else None)


def _mail(order: Order, parcel: FulfillmentSummary) -> Mail:
    titles = {line.sku: line.title for line in order.lines}
    rows: list[Values] = [
        {"sku": line.sku, "title": titles[line.sku], "quantity": str(line.quantity)} for line in parcel.lines
    ]
    template, tracked = _worded(parcel.tracking)
    subject, text, html = template.render({"number": order.number, **tracked}, rows)
    return Mail(order.email, subject, text, html)


def _worded(tracking: Tracking | None) -> tuple[MailTemplate, Values]:
    """Return the words for a parcel by how it can be followed, and what they name of that."""
    if tracking is None:
        return ORDER_SHIPPED, {}
    values = {"carrier": tracking.carrier, "tracking_number": tracking.number}
    if tracking.url is None:
        return ORDER_SHIPPED_TRACKED, values
    return ORDER_SHIPPED_LINKED, values | {"tracking_url": tracking.url}
