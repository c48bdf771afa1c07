"""A message that nobody can work off: it alone ends among the dead letters, after exactly five receives."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest

from infra.local.clients import client
from infra.local.lambda_context import invoke
from pushcart import queues, tables
from Test_py.conftest import Shop
from Test_py.reliability.flows import PAST_VISIBILITY
from Test_py.reliability.invariants import check
from Test_py.support import shopping
from Test_py.support.accounts import items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.outbox import messages
from utils.clock import now, rfc3339
from utils.declarations import Loaded, QueueWorker
from utils.ids import new_id
from utils.messages import EventMessage

POISON = "no message of ours"


@dataclass(slots=True)
class Counted:
    """Counts how often each body is handed to a worker."""

    handed: Counter[str] = field(default_factory=Counter)

    def __call__(self, loaded: Loaded, event: dict[str, Any]) -> Any:
        if isinstance(loaded.declaration, QueueWorker):
            self.handed.update(record["body"] for record in event["Records"])
        return invoke(loaded, event)


def adjusted(sku: str) -> str:
    """Return the message of one unit that came."""
    line = {"sku": sku, "location_id": "main", "quantity": 1}
    return EventMessage(
        id=new_id("evt"),
        type="inventory.adjusted",
        aggregate=sku,
        sequence=1,
        occurred_at=rfc3339(now()),
        correlation_id="tests",
        data={"reason": "received", "lines": [line]},
    ).model_dump_json()


def send(bodies: list[str]) -> None:
    for body in bodies:
        client("sqs").send_message(QueueUrl=queues.stock_ledger.url, MessageBody=body)


def wait_for_dead_letters(shop: Shop, clock: Clock) -> None:
    for _ in range(queues.stock_ledger.max_receives + 1):
        shop.pumps.drain()
        clock.shift(PAST_VISIBILITY)


def movements() -> list[dict[str, Any]]:
    return items(tables.inventory, "MOV#")


def dead_letters(queue: Any) -> list[str]:
    """Return the bodies of dead letters, as they are."""
    url = queue.url
    answer = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    name = json.loads(answer["Attributes"]["RedrivePolicy"])["deadLetterTargetArn"].rsplit(":", 1)[-1]
    dead = client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    answer = client("sqs").receive_message(QueueUrl=dead, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [message["Body"] for message in answer.get("Messages", [])]


def test_nine_of_ten_are_done_once_and_the_bad_one_is_put_aside(cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1")
    counted = Counted()
    shop = cloud.connect(counted)
    good = [adjusted("MUG-1") for _ in range(9)]
    send([*good[:4], POISON, *good[4:]])
    wait_for_dead_letters(shop, clock)
    # What the good ones set off is handed over too, and is not what this is about.
    assert {sent: counted.handed[sent] for sent in (POISON, *good)} == {POISON: 5} | dict.fromkeys(good, 1)
    assert len(movements()) == 9
    assert dead_letters(queues.stock_ledger) == [POISON]
    assert messages(queues.stock_ledger) == []


def test_in_a_fifo_queue_only_its_own_group_waits(
    api: Api, cloud: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Five receives take a quarter of an hour, after which an order that nobody paid expires.
    monkeypatch.setenv("RESERVATION_SECONDS", "3600")
    shopping.shelve("MUG-1")
    counted = Counted()
    shop = cloud.connect(counted)
    waits, goes_on = shopping.buy(api, "MUG-1"), shopping.buy(api, "MUG-1")
    client("sqs").send_message(
        QueueUrl=queues.payments.url, MessageBody=POISON, MessageGroupId=waits.id, MessageDeduplicationId="poison"
    )
    shop.pumps.drain()
    assert shopping.look(api, goes_on)["status"] == "confirmed"
    assert shopping.look(api, waits)["status"] == "pending_payment"
    for _ in range(queues.payments.max_receives):
        clock.shift(PAST_VISIBILITY)
        shop.pumps.drain()
    assert counted.handed[POISON] == queues.payments.max_receives
    assert dead_letters(queues.payments) == [POISON]
    assert shopping.look(api, waits)["status"] == "confirmed"
    check()


def redrive(shop: Shop, count: int) -> None:
    """Work off so many messages, hand them all out again as a redrive does, and hold both ends alike."""
    shopping.shelve("MUG-1")
    bodies = [adjusted("MUG-1") for _ in range(count)]
    ends = []
    for _ in range(2):
        send(bodies)
        shop.pumps.drain(max_rounds=count)
        ends.append(movements())
    assert len(ends[0]) == count
    assert ends[0] == ends[1]


def test_a_redrive_doubles_nothing(cloud: Shop) -> None:
    redrive(cloud, 100)


@pytest.mark.torture
def test_a_redrive_of_1000_doubles_nothing(cloud: Shop) -> None:
    redrive(cloud, 1000)
