"""Jobs as a test sees them: asked for over HTTP, waiting in their queue, and handed to their worker."""

from __future__ import annotations

import json
from typing import Any

from infra.local.clients import client
from infra.local.lambda_context import FunctionError
from pushcart import queues, tables
from pushcart.jobs.models import JobItem
from Test_py.reliability.seam import call
from Test_py.support.accounts import items
from Test_py.support.client import Api
from Test_py.support.outbox import relayed
from Test_py.support.people import Person
from Test_py.support.privacy import known_person
from utils.declarations import Loaded

MOST_DELIVERIES = 8


def waiting() -> list[dict[str, Any]]:
    """Return what waits in the queue, as Lambda hands it out, and take it from there."""
    answer = client("sqs").receive_message(
        QueueUrl=queues.jobs.url, MaxNumberOfMessages=10, AttributeNames=["ApproximateReceiveCount"]
    )
    for message in answer.get("Messages", ()):
        client("sqs").delete_message(QueueUrl=queues.jobs.url, ReceiptHandle=message["ReceiptHandle"])
    return [record_of(json.loads(message["Body"]), 1) for message in answer.get("Messages", ())]


def record_of(body: dict[str, Any], receives: int) -> dict[str, Any]:
    return {
        "messageId": body["id"],
        "receiptHandle": "r",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": str(receives)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:jobs",
    }


def deliver(worker: Loaded, found: dict[str, Any], *, receives: int = 1) -> bool:
    """Hand out a message; whether its worker dealt with it."""
    given = {**found, "attributes": {"ApproximateReceiveCount": str(receives)}}
    try:
        answer = call(worker, {"Records": [given]})
    except FunctionError:
        return False
    return not answer["batchItemFailures"]


def until_done(worker: Loaded, found: dict[str, Any]) -> int:
    """Deliver a message until it is dealt with, as SQS does; return how often that took."""
    for number in range(1, MOST_DELIVERIES):
        if deliver(worker, found):
            return number
    raise AssertionError("it is never dealt with")


def asked(api: Api, functions: list[Loaded], method: str, path: str) -> tuple[Person, dict[str, Any]]:
    """Have somebody ask for a job, and return them with the message that it makes."""
    person, _ = known_person(api)
    reply = api.request(method, path, token=person.token)
    assert reply.status == 202, reply.body
    relayed(functions)
    (found,) = waiting()
    return person, found


def jobs() -> list[JobItem]:
    return [JobItem.from_raw_data(raw) for raw in items(tables.work, "JOB#")]
