"""The sweeper: no reservation outlives its time, whatever became of the message that should have ended it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from infra.local.clients import client
from infra.local.recorder import granted, record
from pushcart import queues
from pushcart.orders.service import expiry
from Test_py.conftest import Shop
from Test_py.support import shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from utils.declarations import Function, Loaded


def test_an_order_whose_message_was_lost_expires_all_the_same(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    client("sqs").purge_queue(QueueUrl=queues.expiry.url)
    clock.shift(timedelta(seconds=901))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "expired"
    assert shopping.stock("MUG-1") == (5, 5, 0)


def test_what_is_still_held_is_left_alone(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    clock.shift(timedelta(minutes=14))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "pending_payment"


def test_sweeping_twice_ends_an_order_once(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    clock.shift(timedelta(seconds=901))
    for _ in range(2):
        cloud.pumps.run_schedules(due_only=False)
    cloud.pumps.drain()
    cloud.pumps.run_schedules(due_only=False)
    cloud.pumps.drain()
    assert shopping.types(order).count("order.expired") == 1
    assert shopping.stock("MUG-1") == (5, 5, 0)


def test_a_long_list_is_gone_on_with_by_the_next_run(
    api: Api, cloud: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "PAGE", 2)
    monkeypatch.setattr(expiry, "MOST_IN_A_SWEEP", 2)
    shopping.shelve("MUG-1", units=9)
    for _ in range(3):
        shopping.buy(api, "MUG-1", payment_token="tok_late")
    clock.shift(timedelta(seconds=901))
    assert [expiry.sweep() for _ in range(3)] == [2, 1, 2]


def test_its_policy_is_exact(
    api: Api, cloud: Shop, clock: Clock, functions: list[Loaded], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "PAGE", 1)
    shopping.shelve("MUG-1")
    for _ in range(2):
        shopping.buy(api, "MUG-1", payment_token="tok_late")
    clock.shift(timedelta(seconds=901))
    sweeper = next(loaded for loaded in functions if loaded.declaration.name == "sweep_reservations")
    assert isinstance(sweeper.declaration, Function)
    with record() as calls:
        sweeper.handler({}, None)
    assert [call.operation for call in calls] == [
        "GetItem",
        *["Query", "SendMessageBatch", "PutItem"] * 2,
    ]
    assert calls.touches == granted(sweeper.declaration)
