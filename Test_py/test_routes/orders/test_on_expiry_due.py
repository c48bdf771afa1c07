"""The expiry queue: an order that nobody paid ends when its reservation does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from infra.local.lambda_context import invoke
from infra.local.recorder import granted, record
from Test_py.conftest import Shop
from Test_py.support import shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from utils.declarations import Function, Loaded


@pytest.mark.parametrize("token", ["tok_declined", "tok_late", "tok_requires_action"])
def test_an_unpaid_order_expires_and_its_stock_is_back(api: Api, cloud: Shop, clock: Clock, token: str) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", payment_token=token, quantity=2)
    cloud.pumps.drain()
    assert shopping.stock("MUG-1") == (5, 3, 2)
    clock.shift(timedelta(seconds=901))
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "expired"
    assert shopping.stock("MUG-1") == (5, 5, 0)
    assert shopping.reservation(order) == "released"
    assert shopping.types(order)[-1] == "order.expired"
    shopping.assert_told_by_events(order)


def test_a_paid_order_stays(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    clock.shift(timedelta(seconds=901))
    assert [delivery.function for delivery in cloud.pumps.drain()] == ["on_expiry_due"]
    assert shopping.look(api, order)["status"] == "confirmed"


def test_it_does_not_come_before_its_time(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    clock.shift(timedelta(seconds=880))
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "pending_payment"


def test_a_message_that_comes_early_is_left_to_the_sweeper(
    api: Api, cloud: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESERVATION_SECONDS", "1800")
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    clock.shift(timedelta(seconds=901))
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "pending_payment"
    clock.shift(timedelta(seconds=901))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "expired"


def test_it_may_do_what_it_does_and_nothing_more(api: Api, cloud: Shop, clock: Clock, functions: list[Loaded]) -> None:
    shopping.shelve("MUG-1")
    shopping.buy(api, "MUG-1", payment_token="tok_late")
    worker = next(loaded for loaded in functions if loaded.declaration.name == "on_expiry_due")
    touched = []

    def deliver(loaded: Loaded, event: dict[str, object]) -> object:
        with record() as calls:
            answer = invoke(loaded, event)
        if loaded is worker:
            touched.append({touch for call in calls for touch in call.touches})
        return answer

    watched = cloud.connect(deliver)
    watched.pumps.drain()
    clock.shift(timedelta(seconds=901))
    watched.pumps.drain()
    declaration = worker.declaration
    assert isinstance(declaration, Function)
    own = {
        touch
        for touch in granted(declaration)
        if touch.action not in {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
    }
    assert touched == [own]
