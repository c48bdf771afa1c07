"""The shop's flows as their users live them: each retried as a client, a provider and a queue would, to its end.

A flow is set up in calm, then acted out under a fault. Whoever gets no answer tries again with the same key; queues
hand out again what failed; schedules run; at most three redeliveries bring it to rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from infra.local.gateway import Gateway
from infra.local.pumps import Pumps
from pushcart.payments import sandbox
from pushcart.states import OrderStatus
from Test_py.reliability.seam import call
from Test_py.support import environment, shopping
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.shopping import Placed
from utils import sealing
from utils.declarations import Loaded
from utils.resources import Queue

SKU = "MUG-1"
UNITS = 5
REDELIVERIES = 3
CRASHES = 2
TRIES = 6
PAST_VISIBILITY = timedelta(seconds=Queue("any").visibility_seconds + 1)
PAST_RESERVATION = timedelta(minutes=16)


@dataclass(slots=True)
class Stage:
    """A fresh shop with one product, and the clock that moves it."""

    api: Api
    pumps: Pumps
    clock: Clock

    @classmethod
    def fresh(cls, functions: list[Loaded], clock: Clock, deliver: Callable[..., Any] = call) -> Stage:
        environment.restore()
        sealing.forget()
        stage = cls(Api(Gateway(functions, call=call)), Pumps(functions, deliver=deliver), clock)
        shopping.shelve(SKU, units=UNITS)
        return stage

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
    """What happens, and how the order and its stock (on hand, available, reserved) must stand in the end."""

    name: str
    act: Callable[[Stage, shopping.Basket], Placed]
    status: OrderStatus
    stock: tuple[int, int, int]


SOLD = (UNITS, UNITS - 1, 1)
BACK = (UNITS, UNITS, 0)


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


FLOWS = (
    Flow("paid at once", _pay("tok_success"), OrderStatus.CONFIRMED, SOLD),
    Flow("paid, the answer lost", _pay("tok_timeout"), OrderStatus.CONFIRMED, SOLD),
    Flow("paid by webhook", _pay_later, OrderStatus.CONFIRMED, SOLD),
    Flow("declined, then paid", _pay_again, OrderStatus.CONFIRMED, SOLD),
    Flow("declined, then expired", _expire("tok_declined"), OrderStatus.EXPIRED, BACK),
    Flow("waiting for the buyer, then expired", _expire("tok_requires_action"), OrderStatus.EXPIRED, BACK),
    Flow("cancelled while the provider thinks", _cancel, OrderStatus.CANCELLED, BACK),
)
