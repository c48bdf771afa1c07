"""Reads an SQS queue for its worker, as Lambda's event source mapping does.

What succeeded is deleted; what failed stays hidden until its visibility ends, and goes to the dead-letter queue after
``max_receives``. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

import base64
from typing import Any

from infra.local import moto_backend
from infra.local.clients import client
from infra.local.sources import Deliver, Delivery, call
from utils.declarations import Loaded, QueueWorker

SQS_BATCH = 10
"""Messages that one ReceiveMessage or DeleteMessageBatch takes at most."""


class QueueSource:
    """One worker's queue."""

    def __init__(self, loaded: Loaded, worker: QueueWorker, deliver: Deliver) -> None:
        self._loaded, self._queue, self._deliver = loaded, worker.queue, deliver
        self.name = f"queue {worker.queue.name}"

    def poll(self) -> Delivery | None:
        """Hand over what is visible, a batch at most."""
        url = self._queue.url
        messages = self._receive(url) if moto_backend.holds_messages(url) else []
        if not messages:
            return None
        records = {message["MessageId"]: _record(message, url) for message in messages}
        delivery = call(self._deliver, self._loaded, records, self._queue.name)
        done = [message for message in messages if message["MessageId"] not in delivery.failed]
        for start in range(0, len(done), SQS_BATCH):
            _delete(url, done[start : start + SQS_BATCH])
        return delivery

    def _receive(self, url: str) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        while len(messages) < self._queue.batch_size:
            answer = client("sqs").receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=min(SQS_BATCH, self._queue.batch_size - len(messages)),
                # A long poll would sleep inside the lock that every AWS call of the process needs.
                WaitTimeSeconds=0,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            received = answer.get("Messages", [])
            messages += received
            if len(received) < SQS_BATCH:
                break
        return messages


def _delete(url: str, messages: list[dict[str, Any]]) -> None:
    entries = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(messages)]
    client("sqs").delete_message_batch(QueueUrl=url, Entries=entries)


def _record(message: dict[str, Any], url: str) -> dict[str, Any]:
    account, name = url.split("/")[-2:]
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            key: _attribute(value) for key, value in (message.get("MessageAttributes") or {}).items()
        },
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:eu-central-1:{account}:{name}",
        "awsRegion": "eu-central-1",
    }


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    attribute = {"dataType": value["DataType"], "stringListValues": [], "binaryListValues": []}
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        attribute["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return attribute
