"""What orders announce: names and figures. Ids only; nothing personal, and no token (data.md, events)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from pushcart import queues
from pushcart.states import OrderStatus, RefundStatus, ReturnStatus
from utils.resources import Queue

MAX_DELAY_SECONDS: Final = 900
"""The longest that SQS holds a message back; the sweeper looks after whatever is due later."""


class Happening(NamedTuple):
    """An event before it has its place in the order's sequence: what happened, and whom to tell besides the topic."""

    type: str
    data: dict[str, Any]
    queue: Queue | None = None
    delay_seconds: int = 0

    @property
    def is_command(self) -> bool:
        """Whether it asks for something to be done, which is nobody's concern but the queue's."""
        return self.queue is queues.payments


def placed(
    *,
    customer_id: str | None,
    currency: str,
    total: int,
    lines: Sequence[dict[str, Any]],
    reservation_seconds: int,
) -> Happening:
    """An order was placed, and waits for its payment. The expiry queue hears of it when the reservation ends."""
    return Happening(
        "order.placed",
        {"customer_id": customer_id, "currency": currency, "total": total, "lines": stock_of(lines)},
        queue=queues.expiry,
        delay_seconds=min(MAX_DELAY_SECONDS, reservation_seconds),
    )


def drafted(payment_id: str) -> Happening:
    """Staff placed it in somebody's name, who is now to be asked to pay; no attempt to was made yet."""
    return Happening("order.drafted", {"payment_id": payment_id})


def link_requested(order_id: str) -> Happening:
    """Somebody who knows an order's number and address is to be mailed the link to it."""
    return Happening("order.link_requested", {"order_id": order_id})


def link_unanswered() -> Happening:
    """Somebody asked for a link to an order, and gets none: no such order, another address, or asked too often."""
    return Happening("order.link_unanswered", {})


def moved(status: OrderStatus, **data: Any) -> Happening:
    """An order moved: ``order.confirmed``, ``order.expired``, ``order.cancelled``.

    ``stock`` says what became of its units (``taken``, ``given_back``, ``kept``), for the ledger of movements.
    """
    return Happening(f"order.{status}", data)


def command(type: str, **data: Any) -> Happening:  # noqa: A002 - the field's name in every event
    """Something is to be done about an order's payment, such as ``payment.due``; for the payments queue alone."""
    return Happening(type, data, queue=queues.payments)


def due(order_id: str, payment_id: str, attempt: int) -> Happening:
    """An attempt to pay was made, and is to be charged."""
    return command("payment.due", order_id=order_id, payment_id=payment_id, attempt=attempt)


def payment_moved(payment: dict[str, Any], *, took: int, gave_back: int) -> Happening:
    """An attempt to pay moved: ``payment.captured``, ``payment.failed``, …, named for where it stands now.

    ``captured`` and ``refunded`` are what it has come to, ``took`` and ``gave_back`` what this very move did.
    """
    kept = ("status", "amount", "currency", "captured", "refunded", "failure_code")
    data = {"payment_id": payment["id"], **{name: payment[name] for name in kept}}
    return Happening(f"payment.{payment['status']}", {**data, "took": took, "gave_back": gave_back})


def parcel(what: Literal["shipped", "updated", "delivered"], fulfillment_id: str, **data: Any) -> Happening:
    """A parcel left the house, got another tracking number, or arrived: ``fulfillment.shipped``, …"""
    return Happening(f"fulfillment.{what}", {"fulfillment_id": fulfillment_id, **data})


def returned(status: ReturnStatus, return_id: str, **data: Any) -> Happening:
    """Goods are to come back, or did: ``return.requested``, ``return.received``, …"""
    return Happening(f"return.{status}", {"return_id": return_id, **data})


def refunded(status: RefundStatus, refund: Mapping[str, Any]) -> Happening:
    """Money went back, or could not: ``refund.succeeded``, ``refund.failed``."""
    return Happening(f"refund.{status}", dict(refund))


def stock_of(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return SKU, location, bucket and quantity of each line: what the stock's ledger needs of an order."""
    return [
        {**{name: line[name] for name in ("sku", "location_id", "quantity")}, "bucket": int(line.get("bucket", 0))}
        for line in lines
    ]


def sold_of(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what :func:`stock_of` does and what each line came to, in minor units: what the sums of sales need."""
    return [
        {**stock, **{name: int(line.get(name, 0)) for name in ("total", "discount", "tax")}}
        for stock, line in zip(stock_of(lines), lines, strict=True)
    ]
