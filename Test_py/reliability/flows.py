"""The shop's flows as their users live them: each retried as a client, a provider and a queue would, to its end.

A flow is set up in calm, then acted out under a fault. Whoever gets no answer tries again with the same key; queues
hand out again what failed; schedules run; at most three redeliveries bring it to rest.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from infra.local.gateway import Gateway
from infra.local.pumps import Pumps
from pushcart.orders.models import OrderItem
from pushcart.payments import sandbox
from pushcart.states import OrderStatus
from Test_py.reliability.seam import call
from Test_py.support import environment, parcels, shopkeeping, shopping
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.people import Person
from Test_py.support.priced_carts import capped
from Test_py.support.shopping import Placed
from utils import sealing
from utils.declarations import Loaded
from utils.resources import Queue

SKU = "MUG-1"
UNITS = 5
CODE = "TENPERCENT"
REDELIVERIES = 3
CRASHES = 2
TRIES = 6
PAST_VISIBILITY = timedelta(seconds=Queue("any").visibility_seconds + 1)
PAST_RESERVATION = timedelta(minutes=16)


@dataclass(slots=True)
class Stage:
    """A fresh shop with one product, and the clock that moves it. ``paid`` is an order that was paid in calm."""

    api: Api
    pumps: Pumps
    clock: Clock
    paid: Placed | None = None

    @classmethod
    def fresh(cls, functions: list[Loaded], clock: Clock, deliver: Callable[..., Any] = call) -> Stage:
        environment.restore()
        sealing.forget()
        stage = cls(Api(Gateway(functions, call=call)), Pumps(functions, deliver=deliver), clock)
        shopping.shelve(SKU, units=UNITS)
        return stage

    def cart(self) -> shopping.Basket:
        """Return a guest's cart with one of the product in it, and the code of a promotion whose uses are counted."""
        capped(CODE, UNITS)
        basket = shopping.fill_cart(self.api, SKU)
        path = f"/api/v1/carts/{basket.id}/promotions"
        assert self.api.post(path, json={"code": CODE}, **basket.credentials).status == 201
        return basket

    def rest(self) -> None:
        """Let queues, redeliveries and schedules run until nothing is left that a redelivery would mend."""
        for _ in range(REDELIVERIES + 1):
            self.pumps.drain()
            self.clock.shift(PAST_VISIBILITY)
            self.pumps.run_schedules()
        self.pumps.drain()

    def redeliver(self) -> None:
        """Let what failed be handed out again, well within the time that a reservation holds."""
        for _ in range(CRASHES):
            self.pumps.drain()
            self.clock.shift(PAST_VISIBILITY)
        self.pumps.run_schedules()
        self.pumps.drain()

    def expire(self) -> None:
        self.clock.shift(PAST_RESERVATION)
        self.rest()

    def staff(self) -> Person:
        """Return a manager who has just signed in."""
        return Person("", "", shopkeeping.session("manager"), "")

    def order(self, token: str, *, basket: shopping.Basket) -> Placed:
        reply = persistently(lambda: shopping.place(self.api, basket, token, key="checkout"))
        assert reply.status == 201, reply.body
        return Placed(reply.data["id"], reply.data, {"order_token": reply.data["order_token"]})


def persistently(request: Callable[[], Reply]) -> Reply:
    """Try a request again, as clients do, until its answer is neither 500 nor 503."""
    for _ in range(TRIES):
        reply = request()
        if reply.status < 500:
            return reply
    raise AssertionError(f"still {reply.status} after {TRIES} tries: {reply.body!r}")


@dataclass(frozen=True, slots=True)
class Flow:
    """What happens, and how the order and its stock (on hand, available, reserved) must stand in the end.

    Where it begins with an order that is paid, :meth:`prepare` pays one in calm: paying is what others are about. It is
    paid by ``token``, and only authorised where staff captures.
    """

    name: str
    act: Callable[[Stage, shopping.Basket], Placed]
    status: OrderStatus
    stock: tuple[int, int, int]
    begins_paid: bool = False
    token: str = "tok_success"
    by_staff: bool = False

    def prepare(self, stage: Stage, basket: shopping.Basket) -> None:
        """Do what comes before the flow."""
        if self.begins_paid:
            with shopping.captured_by_staff() if self.by_staff else nullcontext():
                stage.paid = stage.order(self.token, basket=basket)
            stage.pumps.drain()


SOLD = (UNITS, UNITS - 1, 1)
BACK = (UNITS, UNITS, 0)
GONE = (UNITS - 1, UNITS - 1, 0)


def _pay(token: str) -> Callable[[Stage, shopping.Basket], Placed]:
    def act(stage: Stage, basket: shopping.Basket) -> Placed:
        order = stage.order(token, basket=basket)
        stage.rest()
        return order

    return act


def _pay_later(stage: Stage, basket: shopping.Basket) -> Placed:
    order = stage.order("tok_late", basket=basket)
    stage.redeliver()
    webhook = sandbox.settle(order.charge_key)
    assert persistently(lambda: shopping.send_webhook(stage.api, webhook)).status < 300
    stage.rest()
    return order


def _pay_again(stage: Stage, basket: shopping.Basket) -> Placed:
    order = stage.order("tok_declined", basket=basket)
    stage.redeliver()
    again = persistently(lambda: shopping.pay_again(stage.api, order, "tok_success", key="again"))
    assert again.status == 202, again.body
    stage.rest()
    return order


def _expire(token: str) -> Callable[[Stage, shopping.Basket], Placed]:
    def act(stage: Stage, basket: shopping.Basket) -> Placed:
        order = stage.order(token, basket=basket)
        stage.pumps.drain()
        stage.expire()
        return order

    return act


def _cancel(stage: Stage, basket: shopping.Basket) -> Placed:
    order = stage.order("tok_late", basket=basket)
    stage.pumps.drain()
    assert persistently(lambda: shopping.cancel(stage.api, order, key="cancel")).status < 300
    stage.rest()
    return order


def _send(stage: Stage, basket: shopping.Basket) -> Placed:
    order, manager = stage.paid, stage.staff()
    assert order is not None
    parcel = persistently(lambda: parcels.ship(stage.api, manager, order, key="ship"))
    assert parcel.status == 201, parcel.body
    return order


def _deliver(stage: Stage, basket: shopping.Basket) -> Placed:
    order = _send(stage, basket)
    (parcel,) = shopping.stored(OrderItem.key_of(order.id)).fulfillments
    path, headers, token = f"{order.path}/fulfillments/{parcel['id']}", {"if-match": '"1"'}, stage.staff().token
    delivered = persistently(
        lambda: stage.api.patch(path, json={"status": "delivered"}, token=token, headers=headers, key="deliver")
    )
    assert delivered.status == 200, delivered.body
    stage.rest()
    return order


def _bring_back(stage: Stage, basket: shopping.Basket) -> Placed:
    order = _send(stage, basket)
    manager, wanted = stage.staff(), [{"sku": SKU, "quantity": 1}]
    asked = persistently(lambda: parcels.ask_back(stage.api, order, wanted, by=manager, key="return"))
    assert asked.status == 201, asked.body
    path, headers = f"{parcels.RETURNS}/{asked.data['id']}", {"if-match": "*"}
    for status in ("approved", "received", "refunded"):
        moved = persistently(
            partial(stage.api.patch, path, json={"status": status}, token=manager.token, headers=headers, key=status)
        )
        assert moved.status == 200, moved.body
    stage.rest()
    return order


FLOWS = (
    Flow("paid at once", _pay("tok_success"), OrderStatus.CONFIRMED, SOLD),
    Flow("paid, the answer lost", _pay("tok_timeout"), OrderStatus.CONFIRMED, SOLD),
    Flow("paid by webhook", _pay_later, OrderStatus.CONFIRMED, SOLD),
    Flow("declined, then paid", _pay_again, OrderStatus.CONFIRMED, SOLD),
    Flow("declined, then expired", _expire("tok_declined"), OrderStatus.EXPIRED, BACK),
    Flow("waiting for the buyer, then expired", _expire("tok_requires_action"), OrderStatus.EXPIRED, BACK),
    Flow("cancelled while the provider thinks", _cancel, OrderStatus.CANCELLED, BACK),
    Flow("shipped and delivered", _deliver, OrderStatus.COMPLETED, GONE, begins_paid=True),
    Flow("shipped, returned and refunded", _bring_back, OrderStatus.PROCESSING, BACK, begins_paid=True),
)
