"""What can be asked of an order, and whether it may be, told a second time and apart from the code that decides it.

Each rule is read from what is stored of an order, its latest payment and its returns, and says what data.md does. A
walk (:mod:`Test_py.reliability.walks`) asks for what may be and for what may not, and holds each answer to this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

from Test_py.support import parcels, shopping
from Test_py.support.client import Api, Reply
from Test_py.support.people import Person
from Test_py.support.shopping import Placed
from utils.clock import now, parse

PAYS = ("tok_success", "tok_declined", "tok_requires_action", "tok_timeout", "tok_late")
REFUNDS = ("tok_refund_declined", "tok_refund_late", "tok_refund_timeout", "tok_insufficient_funds")
TOKENS = (*PAYS, *REFUNDS)
SOLD = {"confirmed", "processing", "completed"}
OPEN = {"processing", "requires_action", "review"}
NO_MONEY = {"failed", "voided"}
TAKEN = {"captured", "partially_refunded"}
PROMISED = {"authorized", "partially_captured"}
NEXT = {"requested": {"approved", "rejected"}, "approved": {"received", "rejected"}, "received": {"refunded"}}
DECISIONS: dict[str, dict[str, Any]] = {
    "approved": {},
    "rejected": {"reason": "It was worn."},
    "received": {},
    "refunded": {},
}
MOST_ATTEMPTS = 10
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Move:
    """One thing to ask for. Where it is not allowed, the answer is ``INVALID_STATE``."""

    name: str
    allowed: bool
    ask: Callable[[], Reply]


@dataclass(frozen=True, slots=True)
class Standing:
    """An order as it is stored: its item, its latest payment, its returns by id."""

    placed: Placed
    order: Any
    payment: Any
    returns: dict[str, Any]
    by_staff: bool

    @property
    def refundable(self) -> int:
        return int(self.payment.captured) - int(self.payment.refunded) - int(self.payment.refunding)

    @property
    def is_sold(self) -> bool:
        return self.order.status in SOLD

    @property
    def is_in_the_house(self) -> bool:
        return bool(self.order.fulfillment_status == "unfulfilled")

    @property
    def left(self) -> dict[str, int]:
        sent = self.order.progress["fulfilled"]
        units = {line["sku"]: int(line["quantity"]) - sent.get(line["sku"], 0) for line in self.order.lines}
        return {sku: quantity for sku, quantity in units.items() if quantity}

    @property
    def returnable(self) -> dict[str, int]:
        sent, back = self.order.progress["fulfilled"], self.order.progress["returned"]
        return {line["sku"]: sent.get(line["sku"], 0) - back.get(line["sku"], 0) for line in self.order.lines}


def moves_of(api: Api, staff: Person, at: Standing) -> list[Move]:
    """Return all that can be asked of an order now, allowed or not."""
    return [*_payer(api, at), *_till(api, staff, at), *_house(api, staff, at), *_back(api, staff, at)]


def _payer(api: Api, at: Standing) -> Iterator[Move]:
    order = at.order
    waits = order.status == "pending_payment" and not order.cancel_requested
    held = now() < parse(order.held_until) and int(order.attempt) < MOST_ATTEMPTS
    for token in TOKENS:
        may = waits and held and at.payment.status in NO_MONEY
        yield Move(f"pay again by {token}", may, partial(shopping.pay_again, api, at.placed, token))
    may = order.status == "pending_payment" or (at.is_sold and order.status != "completed" and at.is_in_the_house)
    yield Move("cancel", may, partial(shopping.cancel, api, at.placed))


def _till(api: Api, staff: Person, at: Standing) -> Iterator[Move]:
    order, payment = at.order, at.payment
    kept = not order.cancel_requested

    def post(what: str, **body: int) -> Callable[[], Reply]:
        key = f"{what}-{next(_numbers)}"
        return partial(api.post, f"/api/v1/payments/{payment.id}/{what}", json=body or None, token=staff.token, key=key)

    authorized, price = payment.status == "authorized", int(payment.amount)
    for amount in (price, price // 3, price + 1):
        yield Move(f"capture {amount}", authorized and kept and amount <= price, post("capture", amount=amount))
    stops = order.status == "pending_payment" and payment.status in OPEN
    lets_go = authorized and order.status in {"confirmed", "processing"} and at.is_in_the_house
    yield Move("void", stops or lets_go, post("void"))
    for amount in {max(1, at.refundable), max(1, at.refundable // 2), at.refundable + 1}:
        may = at.is_sold and kept and amount <= at.refundable
        yield Move(f"refund {amount}", may, post("refunds", amount=amount))


def _house(api: Api, staff: Person, at: Standing) -> Iterator[Move]:
    order = at.order
    paid = at.payment.status in (TAKEN | PROMISED if at.by_staff else TAKEN)
    keeps_some = int(at.payment.captured) == 0 or at.refundable > 0
    ready = order.status in {"confirmed", "processing"} and paid and keeps_some and not order.cancel_requested
    yield Move("ship the rest", ready and bool(at.left), partial(parcels.ship, api, staff, at.placed))
    for line in order.lines:
        there = at.left.get(line["sku"], 0)
        for quantity in {1, there + 1}:
            ship = partial(parcels.ship, api, staff, at.placed, lines=[{"sku": line["sku"], "quantity": quantity}])
            yield Move(f"ship {quantity} {line['sku']}", ready and quantity <= there, ship)
    for parcel in order.fulfillments:
        path = f"{at.placed.path}/fulfillments/{parcel['id']}"
        body, any_version = {"status": "delivered"}, {"if-match": "*"}
        deliver = partial(api.patch, path, json=body, token=staff.token, headers=any_version)
        yield Move(f"deliver {parcel['id']}", parcel["status"] == "shipped", deliver)


def _back(api: Api, staff: Person, at: Standing) -> Iterator[Move]:
    for sku, units in at.returnable.items():
        for quantity in {1, units + 1}:
            lines = [{"sku": sku, "quantity": quantity}]
            ask = partial(parcels.ask_back, api, at.placed, lines, by=staff)
            yield Move(f"ask {quantity} {sku} back", quantity <= units, ask)
    for summary in at.order.returns:
        item = at.returns[summary["id"]]
        for status, body in DECISIONS.items():
            may = status in NEXT.get(item.status, set())
            if status == "refunded":
                may = may and not summary["refund_id"] and 0 < int(item.amount) <= at.refundable
            path = f"{parcels.RETURNS}/{item.id}"
            decide = partial(api.patch, path, json={"status": status, **body}, token=staff.token)
            yield Move(f"{item.id} to {status}", may, partial(decide, headers={"if-match": "*"}))
