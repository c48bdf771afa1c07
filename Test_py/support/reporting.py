"""Events of sales as the reports' worker receives them, and what the reports say of them."""

from __future__ import annotations

from itertools import count
from typing import Any

from functions.reports.on_report_event import handler
from Test_py.support import batches
from Test_py.support.client import Api, Reply
from utils.messages import EventMessage

REPORTS = "/api/v1/reports"
DAY = "2026-01-02"
CUSTOMER = "usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"
_numbers = count(1)


def event(kind: str, *, day: str = DAY, aggregate: str = "ord_1", **data: Any) -> EventMessage:
    """Return an event of its own that occurred on ``day``."""
    number = next(_numbers)
    return EventMessage(
        id=f"evt_{number:026d}",
        type=kind,
        aggregate=aggregate,
        sequence=number,
        occurred_at=f"{day}T03:04:05.000Z",
        correlation_id="c",
        data=data,
    )


def sold(
    *lines: tuple[str, int, int], currency: str = "EUR", customer_id: str | None = CUSTOMER, discount: int = 0
) -> dict[str, Any]:
    """Return what the event of an order says of it; a line is SKU, quantity and total."""
    subtotal = sum(total for _, _, total in lines)
    totals = {
        "subtotal": subtotal,
        "discount": discount,
        "shipping": 490,
        "tax": 100,
        "total": subtotal - discount + 490,
    }
    return {
        "customer_id": customer_id,
        "currency": currency,
        "totals": totals,
        "lines": [
            {"sku": sku, "location_id": "main", "bucket": 0, "quantity": quantity}
            | {"total": total, "discount": discount if number == 0 else 0, "tax": 0}
            for number, (sku, quantity, total) in enumerate(lines)
        ],
    }


def confirmed(*lines: tuple[str, int, int], day: str = DAY, **fields: Any) -> EventMessage:
    return event("order.confirmed", day=day, stock="kept", payment_id="pay_1", **sold(*lines, **fields))


def cancelled(*lines: tuple[str, int, int], day: str = DAY, was_sold: bool = True, **fields: Any) -> EventMessage:
    return event("order.cancelled", day=day, stock="given_back", was_sold=was_sold, **sold(*lines, **fields))


def paid(took: int = 0, gave_back: int = 0, *, day: str = DAY, currency: str = "EUR") -> EventMessage:
    return event("payment.captured", day=day, currency=currency, took=took, gave_back=gave_back, payment_id="pay_1")


def deliver(*messages: EventMessage) -> list[dict[str, str]]:
    """Hand messages to the reports' worker; returns what it failed on."""
    return batches.deliver(handler, *messages)


def asked(api: Api, path: str, token: str, **query: Any) -> Any:
    """Return the data of a report."""
    reply = refused_or_shown(api, path, token, **query)
    assert reply.status == 200, reply.body
    return reply.data


def refused_or_shown(api: Api, path: str, token: str | None, **query: Any) -> Reply:
    return api.get(f"{REPORTS}/{path}", token=token, query=query)
