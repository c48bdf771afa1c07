"""The reconciler: asks after what is open, and after nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from infra.local.clients import client
from infra.local.recorder import granted, record
from pushcart import queues
from pushcart.payments.service import reconciliation
from pushcart.payments.service.commands import Command
from Test_py.conftest import Shop
from Test_py.support import shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopkeeping import session
from utils.declarations import Function, Loaded
from utils.messages import EventMessage


def asked_for(reconciler: Any) -> list[str]:
    """Run the reconciler and return the payments that it asked the queue to look at."""
    client("sqs").purge_queue(QueueUrl=queues.payments.url)
    reconciler.handler({}, None)
    found = client("sqs").receive_message(QueueUrl=queues.payments.url, MaxNumberOfMessages=10).get("Messages", [])
    messages = [EventMessage.model_validate_json(message["Body"]) for message in found]
    assert {message.type for message in messages} <= {"payment.sync"}
    return sorted(message.data["payment_id"] for message in messages)


def test_it_asks_after_what_is_open(api: Api, cloud: Shop, clock: Clock, functions: list[Loaded]) -> None:
    reconciler = next(loaded for loaded in functions if loaded.declaration.name == "reconcile_payments")
    shopping.shelve("MUG-1", units=9)
    late = shopping.buy(api, "MUG-1", payment_token="tok_late")
    action = shopping.buy(api, "MUG-1", payment_token="tok_requires_action")
    for token in ("tok_success", "tok_declined"):
        shopping.buy(api, "MUG-1", payment_token=token)
    cloud.pumps.drain()
    assert asked_for(reconciler) == [], "they are given two minutes"
    clock.shift(timedelta(minutes=3))
    assert asked_for(reconciler) == sorted(order.data["payment"]["id"] for order in (late, action))


def test_one_that_was_never_sent_is_charged(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    for stream in cloud.pumps.streams:
        while stream.poll():
            pass
    client("sqs").purge_queue(QueueUrl=queues.payments.url)
    clock.shift(timedelta(minutes=6))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"


def test_it_asks_after_refunds_too(api: Api, cloud: Shop, clock: Clock, functions: list[Loaded]) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", payment_token="tok_refund_late")
    cloud.pumps.drain()
    path = f"/api/v1/payments/{order.data['payment']['id']}/refunds"
    asked = api.post(path, json={}, token=session("manager"), key="k-1")
    cloud.pumps.drain()
    clock.shift(timedelta(minutes=3))
    client("sqs").purge_queue(QueueUrl=queues.payments.url)
    next(loaded for loaded in functions if loaded.declaration.name == "reconcile_payments").handler({}, None)
    [message] = client("sqs").receive_message(QueueUrl=queues.payments.url)["Messages"]
    told = EventMessage.model_validate_json(message["Body"])
    assert (told.type, told.aggregate, told.data["refund_id"]) == ("refund.sync", order.id, asked.data["id"])


def test_a_long_list_is_gone_on_with_by_the_next_run(
    api: Api, cloud: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that stay open for long are asked after first each time, and none after them would ever be."""
    monkeypatch.setattr(reconciliation, "PAGE", 2)
    monkeypatch.setattr(reconciliation, "MOST_IN_A_RUN", 2)
    seen: list[list[Command]] = []
    monkeypatch.setattr(reconciliation, "enqueue_all", seen.append)
    shopping.shelve("MUG-1", units=9)
    orders = [shopping.buy(api, "MUG-1", payment_token="tok_late") for _ in range(5)]
    cloud.pumps.drain()
    clock.shift(timedelta(minutes=3))
    assert [reconciliation.reconcile() for _ in range(4)] == [2, 2, 1, 2]
    asked = [command.data["payment_id"] for run in seen[:3] for command in run]
    assert sorted(asked) == sorted(order.data["payment"]["id"] for order in orders)
    assert seen[3] == seen[0], "and then from the beginning"


def test_its_policy_is_exact(
    api: Api, cloud: Shop, clock: Clock, functions: list[Loaded], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "PAGE", 1)
    reconciler = next(loaded for loaded in functions if loaded.declaration.name == "reconcile_payments")
    assert isinstance(reconciler.declaration, Function)
    shopping.shelve("MUG-1")
    for _ in range(2):
        shopping.buy(api, "MUG-1", payment_token="tok_late")
    clock.shift(timedelta(minutes=3))
    with record() as calls:
        reconciler.handler({}, None)
    assert [call.operation for call in calls] == [
        "GetItem",
        *["Query", "SendMessageBatch", "PutItem"] * 2,
    ]
    assert calls.touches == granted(reconciler.declaration)
