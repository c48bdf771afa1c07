"""Sample messages, stream records and starts by the clock: what a worker is handed."""

from __future__ import annotations

import json
from typing import Any, Final

from pushcart.outbox.models import EventItem
from pushcart.queues import BUCKETS
from utils.declarations import QueueWorker, Scheduled

Event = dict[str, Any]

LINE: Final = {"sku": "${sku}", "location_id": "main", "quantity": 1}
DATA: Final[dict[str, Event]] = {
    "fulfillment.shipped": {
        "fulfillment_id": "${fulfillment_id}",
        "fulfillment_status": "fulfilled",
        "lines": [LINE],
        "stock": "shipped",
    },
    "inventory.adjusted": {"reason": "received", "lines": [LINE]},
    "order.placed": {"customer_id": "${customer_id}", "currency": "EUR", "total": 1999, "lines": [LINE]},
    "order.expired": {"reason": "unpaid", "stock": "given_back", "lines": [LINE]},
    "order.confirmed": {},
    "job.queued": {"kind": "data_export"},
    "product.published": {},
    "payment.due": {"order_id": "${order_id}", "payment_id": "${payment_id}", "attempt": 1},
}
"""The data of each type of event that a sample shows."""

COMMANDS: Final[dict[str, str]] = {
    "expiry": "order.placed",
    "jobs": "job.queued",
    "payments": "payment.due",
    "search": "product.published",
}
"""What comes to a queue that does not subscribe to the topic."""

AGGREGATES: Final[dict[str, str]] = {
    "fulfillment.shipped": "${sent_order_id}",
    "job.queued": "${job_id}",
    "product.published": "${product_id}",
}
"""What an event is about, where that is not the order."""

ARRIVAL: Final[Event] = {
    "Records": [
        {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "eu-central-1",
            "eventTime": "${now}",
            "eventName": "ObjectCreated:Post",
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "media",
                "bucket": {"name": "${uploads_bucket}", "arn": "arn:aws:s3:::${uploads_bucket}"},
                "object": {"key": "${product_id}/${media_id}", "size": 69, "eTag": "d41d8cd98f00b204e9800998ecf8427e"},
            },
        }
    ]
}
"""What S3 tells a queue
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html)."""

EVENT_ID: Final = "evt_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"


class NoSample(LookupError):
    """A worker's queue takes a kind of event that nobody has given an example of."""


def message(kind: str) -> Event:
    """Return an event of the demo shop, as consumers receive it."""
    return {
        "id": EVENT_ID,
        "type": kind,
        "aggregate": AGGREGATES.get(kind, "${order_id}"),
        "sequence": 1,
        "schema_version": 1,
        "occurred_at": "${now}",
        "correlation_id": "sample-0001",
        "data": DATA[kind],
    }


def queue_event(worker: QueueWorker) -> Event:
    """Return a batch of one message.

    Raises
    ------
    NoSample
        When the queue's first type of event has no example in :data:`DATA`.
    """
    queue = worker.queue
    if any(bucket.notifies == queue for bucket in BUCKETS):
        return {"Records": [{"body": ARRIVAL}]}
    kind = queue.subscribes[0] if queue.subscribes else COMMANDS.get(queue.name, "")
    if kind not in DATA:
        raise NoSample(
            f"{worker.name}: add an example of what queue {queue.name} takes to infra/sample_events/records.py"
        )
    record: Event = {"body": message(kind)}
    if queue.fifo:
        record["attributes"] = {"MessageGroupId": "${order_id}", "MessageDeduplicationId": EVENT_ID}
    return {"Records": [record]}


def stream_event() -> Event:
    """Return a batch of one insert: the first event of the demo shop's order."""
    told = message("order.placed")
    key = EventItem.key_of(told["aggregate"], 1)
    image = {
        "pk": {"S": key.pk},
        "sk": {"S": key.sk},
        **{name: {"S": told[name]} for name in ("id", "type", "aggregate", "occurred_at", "correlation_id")},
        "sequence": {"N": "1"},
        "schema_version": {"N": "1"},
        "data": {"S": json.dumps({"total": 1999})},
        "targets": {"S": "[]"},
        "on_topic": {"S": "yes"},
        "pending_shard": {"S": "PENDING#0"},
        "day_shard": {"S": "DAY#2026-01-02#0"},
    }
    change = {"Keys": {name: image[name] for name in ("pk", "sk")}, "NewImage": image, "SequenceNumber": "1"}
    return {"Records": [{"eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change}]}


def schedule_event(scheduled: Scheduled) -> Event:
    """Return what EventBridge sends (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html)."""
    return {
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "${now}",
        "region": "eu-central-1",
        "resources": [f"arn:aws:events:eu-central-1:123456789012:rule/{scheduled.name}"],
        "detail": {},
    }


def authorizer_event() -> Event:
    """Return what an HTTP API asks its authorizer (payload 2.0)."""
    return {
        "version": "2.0",
        "type": "REQUEST",
        "routeKey": "GET /api/v1/users/me",
        "rawPath": "/api/v1/users/me",
        "rawQueryString": "",
        "identitySource": ["Bearer ${customer_token}"],
        "headers": {"authorization": "Bearer ${customer_token}"},
        "requestContext": {"http": {"method": "GET", "path": "/api/v1/users/me", "sourceIp": "127.0.0.1"}},
    }
