"""Messages handed to a worker as Lambda hands them over."""

from __future__ import annotations

from typing import Any

from utils.messages import EventMessage
from utils.worker import Worker


def batch_of(*bodies: str) -> dict[str, Any]:
    """Return the event by which Lambda hands messages with these bodies to a worker, each for the first time."""
    records = [
        {
            "messageId": f"m-{number}",
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1"},
            "eventSource": "aws:sqs",
        }
        for number, body in enumerate(bodies)
    ]
    return {"Records": records}


def deliver(worker: Worker, *messages: EventMessage) -> list[dict[str, str]]:
    """Hand messages to a worker; returns what it failed on."""
    event = batch_of(*(one.model_dump_json() for one in messages))
    failures: list[dict[str, str]] = worker(event, None)["batchItemFailures"]
    return failures
