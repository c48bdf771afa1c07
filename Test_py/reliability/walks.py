"""Somebody who wanders through the shop's orders by moves that are allowed and moves that are not.

Queues deliver as badly as :mod:`Test_py.reliability.deliveries` makes them, the bank says things twice and late, time
passes. What is refused changes nothing; where a walk ends, all comes to rest and every invariant holds.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pushcart import tables
from pushcart.orders.models import OrderItem, ReturnItem
from pushcart.payments import sandbox
from pushcart.payments.models import PaymentItem
from pushcart.states import PaymentStatus, RefundStatus
from Test_py.reliability.chaos import Chaos
from Test_py.reliability.deliveries import UnreliableDelivery
from Test_py.reliability.flows import Stage
from Test_py.reliability.invariants import check
from Test_py.reliability.order_moves import OPEN, Standing, moves_of
from Test_py.support import shopkeeping, shopping
from Test_py.support.accounts import items
from Test_py.support.client import Reply
from Test_py.support.clock import Clock
from Test_py.support.people import Person
from Test_py.support.priced_carts import capped, lay_elsewhere
from Test_py.support.shopping import Placed
from utils.declarations import Loaded

SKUS = ("MUG-1", "CUP-2", "POT-3")
HERE, THERE = 3, 2
CODE, USES = "TENPERCENT", 2
WATCHED = (tables.orders, tables.inventory, tables.carts, tables.pricing, tables.events, tables.reports)


@dataclass(slots=True)
class Walk:
    """One walk, from an empty shop on. ``made`` counts its moves by whether they were granted."""

    stage: Stage
    chaos: Chaos
    by_staff: bool
    orders: list[Placed] = field(default_factory=list)
    posted: list[Any] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)
    _networks: int = 0

    @classmethod
    def begin(cls, functions: list[Loaded], clock: Clock, *, by_staff: bool) -> Walk:
        """Open a shop with three products in two places and a promotion that two orders may have."""
        os.environ["PAYMENT_CAPTURE"] = "manual" if by_staff else "automatic"
        chaos = Chaos.of(0)
        chaos.deliver.calm = True
        stage = Stage.fresh(functions, clock, deliver=chaos)
        for number, sku in enumerate(SKUS):
            shopping.shelve(sku, units=HERE, price=999 + number)
            lay_elsewhere(sku, f"prd_{sku}", THERE)
        capped(CODE, USES)
        return cls(stage, chaos, by_staff)

    def order(self, quantities: dict[str, int], token: str, *, with_code: bool) -> None:
        """Fill a cart and order it: granted as long as each SKU lies whole in one place and the code is not used up."""
        basket = shopping.fill_cart(self.stage.api)
        path, self._networks = f"/api/v1/carts/{basket.id}", self._networks + 1
        for sku, quantity in quantities.items():
            item = {"sku": sku, "quantity": quantity}
            assert self.stage.api.post(f"{path}/items", json=item, **basket.credentials).status == 201
        if with_code:
            home = f"10.9.{self._networks}.1"
            given = self.stage.api.post(f"{path}/promotions", json={"code": CODE}, source_ip=home, **basket.credentials)
            assert given.status in {201, 409}, given.body
        before = stored()
        reply = shopping.place(self.stage.api, basket, token)
        if reply.status == 201:
            self.orders.append(shopping.placed(reply))
            self.made["ordered"] += 1
            assert shopping.place(self.stage.api, basket, token).codes == ["INVALID_STATE"], "a cart is ordered once"
            return
        self._refused(f"order {quantities}", reply, {"INSUFFICIENT_STOCK"}, before)
        short = [sku for sku, quantity in quantities.items() if quantity > most_in_one_place(sku)]
        assert short, f"refused, though there are enough: {reply.body!r}"

    def move(self, which: int, choice: int, *, granted: bool) -> None:
        """Ask for something that one of the orders is, or is not, in a state for."""
        standing = self._standing(self.orders[which % len(self.orders)])
        staff = Person("", "", shopkeeping.session("manager"), "")
        there = [one for one in moves_of(self.stage.api, staff, standing) if one.allowed is granted]
        if not there:
            return
        move = there[choice % len(there)]
        before = None if granted else stored()
        reply = move.ask()
        told = f"{move.name}, {standing.order.status}/{standing.payment.status}: {reply.status} {reply.body!r}"
        if before is None:
            assert reply.status in {200, 201, 202}, f"not granted: {told}"
            self.made["granted"] += 1
        else:
            self._refused(told, reply, {"INVALID_STATE"}, before)

    def count(self, sku: str, delta: int) -> None:
        """Note that units came or went in the first place: granted while nothing goes that is promised."""
        free, before = shopping.stock(sku)[1], stored()
        body = {"delta": delta, "reason": "received" if delta > 0 else "damaged"}
        token = shopkeeping.session("manager")
        key = f"count-{sum(self.made.values())}"
        reply = self.stage.api.post(f"/api/v1/inventory/{sku}/adjustments", json=body, token=token, key=key)
        if free + delta < 0:
            self._refused(f"count {delta} {sku}", reply, {"INSUFFICIENT_STOCK"}, before)
        else:
            assert reply.status == 201, reply.body
            self.made["granted"] += 1

    def bank(self, which: int, *, pays: bool, copies: int, keep: bool) -> None:
        """Let the bank make up its mind on an open charge, or say again what it is: often, or late."""
        order = self.orders[which % len(self.orders)]
        attempt = int(shopping.stored(OrderItem.key_of(order.id)).attempt)
        if shopping.charge(order, attempt) is None:
            return
        outcome = PaymentStatus.CAPTURED if pays else PaymentStatus.FAILED
        self._post(sandbox.settle(f"{order.id}:{attempt}", outcome), copies, keep=keep)

    def bank_gives_back(self, *, succeeds: bool, copies: int, keep: bool) -> None:
        """Let every refund that the bank thinks about come to its end."""
        outcome = RefundStatus.SUCCEEDED if succeeds else RefundStatus.FAILED
        for charge in shopping.charges():
            for key in charge.book("refunds_pending"):
                self._post(sandbox.settle_refund(charge.charge_key, key, outcome), copies, keep=keep)

    def late_post(self) -> None:
        """Let a webhook come that was kept: it may be too old by now, and is then not believed."""
        webhook = self.posted.pop(0)
        assert shopping.send_webhook(self.stage.api, webhook).status in {204, 401}
        self.made["webhooks"] += 1

    def deliver(self, seed: int) -> None:
        """Let queues and streams work for a while, as badly as ``seed`` has it."""
        self.chaos.deliver = UnreliableDelivery(seed)
        self.stage.pumps.drain()
        self.made["deliveries"] += self.chaos.deliver.handed

    def wait(self, minutes: int) -> None:
        """Let time pass, and the clock's work be done."""
        self.stage.clock.shift(60 * minutes)
        self.stage.pumps.run_schedules()
        self.made["waits"] += 1

    def end(self) -> None:
        """Let all come to rest: the bank decides on what it thinks about, and what else is open ends with its time."""
        self.chaos.deliver.calm = True
        self.stage.pumps.drain()
        for which in range(0, len(self.orders), 2):
            self.bank(which, pays=True, copies=2, keep=True)
        while self.posted:
            self.late_post()
        self.stage.pumps.drain()
        self.bank_gives_back(succeeds=True, copies=1, keep=False)
        self.stage.expire()
        # A refund that an end asked for may be one that the bank thinks about.
        self.bank_gives_back(succeeds=True, copies=1, keep=False)
        self.stage.rest()
        books = check()
        waiting = [order.id for order in books.orders.values() if order.status == "pending_payment"]
        asked = [order.id for order in books.orders.values() if order.cancel_requested]
        unsure = [one.id for all_of in books.payments.values() for one in all_of if one.status in OPEN]
        pending = [one.id for all_of in books.refunds.values() for one in all_of if one.is_pending]
        assert (waiting, asked, unsure, pending) == ([], [], [], [])

    def _post(self, webhook: Any, copies: int, *, keep: bool) -> None:
        for _ in range(copies):
            assert shopping.send_webhook(self.stage.api, webhook).status == 204
            self.made["webhooks"] += 1
        if keep:
            self.posted.append(webhook)

    def _refused(self, what: str, reply: Reply, codes: set[str], before: dict[Any, Any]) -> None:
        assert reply.status == 409, f"not refused: {what}"
        assert set(reply.codes) <= codes, f"refused as {reply.codes}: {what}"
        after = stored()
        assert after == before, f"refused, and yet changed: {what}"
        self.made["refused"] += 1

    def _standing(self, placed: Placed) -> Standing:
        order = shopping.stored(OrderItem.key_of(placed.id))
        payment = shopping.stored(PaymentItem.key_of(placed.id, order.payment["id"]))
        returns = {one["id"]: shopping.stored(ReturnItem.key_of(placed.id, one["id"])) for one in order.returns}
        return Standing(placed, order, payment, returns, self.by_staff)


def stored() -> dict[Any, Any]:
    """Return all that a request may change of the shop; how often somebody asked is counted all the same."""
    return {(table.name, one["pk"]["S"], one["sk"]["S"]): one for table in WATCHED for one in items(table)}


def most_in_one_place(sku: str) -> int:
    """Return the most units of a SKU that can be sold from one place."""
    from pushcart.inventory.repository import stock

    return max(int(one.available) for one in stock.everywhere(sku))
