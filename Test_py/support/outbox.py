"""What the tests of events need: announce one, read queues without a worker, see what is pending."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from infra.local.clients import client
from infra.local.moto_tables import stored_items
from infra.local.pumps import Pumps
from pushcart.outbox.service import Target, announce
from utils.declarations import Loaded
from utils.resources import Queue
from utils.transaction import Transaction


def happen(
    kind: str,
    aggregate: str = "ord_1",
    sequence: int = 1,
    *,
    targets: Sequence[Target] = (),
    on_topic: bool = True,
    data: dict[str, Any] | None = None,
) -> None:
    """Write one event as a use case would."""
    tx = Transaction()
    announce(tx, aggregate=aggregate, sequence=sequence, type=kind, data=data or {}, targets=targets, on_topic=on_topic)
    tx.commit()


def only(functions: Iterable[Loaded], *names: str) -> list[Loaded]:
    """Return the functions of these names, so that no other worker runs."""
    found = [loaded for loaded in functions if loaded.declaration.name in names]
    assert len(found) == len(names)
    return found


def relayed(functions: Iterable[Loaded]) -> None:
    """Let the relay alone work off the stream."""
    pumps = Pumps(only(functions, "relay_events"))
    while any(source.poll() for source in pumps.streams):
        pass


def messages(queue: Queue, *, dead: bool = False) -> list[dict[str, Any]]:
    """Take what is visible in a queue, or in its dead-letter queue: bodies as values, with their attributes."""
    url = queue.url
    if dead:
        answer = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
        name = json.loads(answer["Attributes"]["RedrivePolicy"])["deadLetterTargetArn"].rsplit(":", 1)[-1]
        url = client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    answer = client("sqs").receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"]
    )
    return [{**message, "Body": json.loads(message["Body"])} for message in answer.get("Messages", [])]


def pending() -> list[str]:
    """Return the ids of the events that nobody has published."""
    from pushcart import tables

    return [item["id"]["S"] for item in stored_items(tables.events) if "pending_shard" in item]
