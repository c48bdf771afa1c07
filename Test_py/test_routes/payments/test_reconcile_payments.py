"""The reconciler: asks after what is open, and after nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from infra.local.clients import client
from infra.local.recorder import granted, record
from pushcart import queues
from Test_py.conftest import Shop
from Test_py.support import shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
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


def test_its_policy_is_exact(api: Api, cloud: Shop, clock: Clock, functions: list[Loaded]) -> None:
    reconciler = next(loaded for loaded in functions if loaded.declaration.name == "reconcile_payments")
    assert isinstance(reconciler.declaration, Function)
    shopping.shelve("MUG-1")
    shopping.buy(api, "MUG-1", payment_token="tok_late")
    clock.shift(timedelta(minutes=3))
    with record() as calls:
        reconciler.handler({}, None)
    assert [call.operation for call in calls] == ["Query", "SendMessage"]
    assert calls.touches == granted(reconciler.declaration)
