"""Sending a command to the payments queue, where it is not an event of the order's own."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from pushcart import queues
from utils import aws, correlation
from utils.clock import now, rfc3339
from utils.ids import new_id
from utils.messages import EventMessage


def enqueue(type: str, order_id: str, *, once: str, **data: Any) -> None:  # noqa: A002 - the field's name in every event
    """Send a command about an order.

    Commands of one order are worked off one at a time, in their order. It is no event: it has no place in the
    order's sequence, and sending it twice does no harm.

    Parameters
    ----------
    once
        SQS drops a second command of the same type, ``data`` and ``once`` within five minutes. Name the moment in it
        where a command is to be repeated until it has worked
        (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html).

    Example
    -------
    >>> enqueue("payment.sync", "ord_01JZ…", once="sandbox-sbe_01JZ…", payment_id="pay_01JZ…_1")  # doctest: +SKIP
    """
    said = json.dumps([type, order_id, once, data], sort_keys=True)
    message = EventMessage(
        id=new_id("evt"),
        type=type,
        aggregate=order_id,
        sequence=0,
        occurred_at=rfc3339(now()),
        correlation_id=correlation.current(),
        data={"order_id": order_id, **data},
    )
    aws.call(
        "sqs",
        "SendMessage",
        QueueUrl=queues.payments.url,
        MessageBody=message.model_dump_json(),
        MessageGroupId=order_id,
        MessageDeduplicationId=sha256(said.encode()).hexdigest(),
    )


def each_minute() -> str:
    """Return a name of the present minute, for ``once``: the command is repeated a minute later."""
    return now().strftime("%Y%m%dT%H%M")
