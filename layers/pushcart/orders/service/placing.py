"""Making an order of what was sold, as values: for checkout, and for whoever else places one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from pushcart.inventory.service import ReservedLine
from pushcart.orders import repository
from pushcart.orders.models import OrderItem, status_shard
from pushcart.pricing.service import Quote, QuotedLine
from pushcart.states import FulfillmentStatus, OrderStatus
from utils.clock import rfc3339
from utils.ids import random_code
from utils.transaction import Transaction

NUMBER_LENGTH: Final = 9


class Sold(NamedTuple):
    """A line that is sold: at which title and price (minor units), and what one of it weighs."""

    sku: str
    product_id: str
    title: str
    quantity: int
    unit_price: int
    weight_grams: int = 0


def line_of(sold: Sold, quoted: QuotedLine, reserved: ReservedLine) -> dict[str, Any]:
    """Return a line as an order keeps it for ever: what was sold, for how much, and where it is taken from."""
    return {
        **sold._asdict(),
        "total": sold.unit_price * sold.quantity,
        "discount": quoted.discount,
        "tax": quoted.tax,
        "tax_rate": quoted.tax_rate,
        "location_id": reserved.location_id,
        "bucket": reserved.bucket,
    }


def new_order(
    tx: Transaction,
    *,
    order_id: str,
    cart_id: str | None,
    customer_id: str | None,
    currency: str,
    lines: Sequence[dict[str, Any]],
    quote: Quote,
    payment: dict[str, Any],
    held_until: datetime,
    source: Literal["checkout", "draft"] = "checkout",
) -> OrderItem:
    """Return an order that waits for its payment; nothing is appended yet.

    Parameters
    ----------
    lines
        Of :func:`line_of`.
    quote
        What they come to: totals, promotions, delivery and tax are kept as they were quoted.
    payment
        The summary of the first attempt to pay.
    """
    key, moment, shipping = repository.order_key(order_id), tx.moment, quote.shipping
    return OrderItem(
        key.pk,
        key.sk,
        id=order_id,
        number=random_code(NUMBER_LENGTH),
        cart_id=cart_id,
        source=source,
        customer_id=customer_id,
        currency=currency,
        lines=list(lines),
        totals=dict(quote.totals),
        promotions=[promotion.as_data() for promotion in quote.promotions],
        shipping_method={"id": shipping.method_id, "name": shipping.name, "amount": shipping.amount}
        if shipping
        else None,
        tax_included=quote.tax_included,
        status=str(OrderStatus.PENDING_PAYMENT),
        status_shard=status_shard(OrderStatus.PENDING_PAYMENT),
        payment_status=payment["status"],
        fulfillment_status=str(FulfillmentStatus.UNFULFILLED),
        payment=payment,
        held_until=rfc3339(held_until),
        sequence=2,
        placed_at=moment,
        created_at=moment,
        updated_at=moment,
    )
