"""Sending a command to the payments queue, where it is not an event of the order's own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from pushcart import queues
from utils import aws, correlation
from utils.clock import now, rfc3339
from utils.ids import new_id
from utils.log import logger
from utils.messages import EventMessage

IN_A_BATCH: Final = 10
"""Messages that SQS takes in one call."""


class Command(NamedTuple):
    """A command about an order, before it is sent: :func:`enqueue` says what each part means."""

    type: str
    order_id: str
    once: str
    data: dict[str, Any]

    def as_entry(self) -> dict[str, str]:
        """Return the message, as SQS takes it."""
        said = json.dumps([self.type, self.order_id, self.once, self.data], sort_keys=True)
        message = EventMessage(
            id=new_id("evt"),
            type=self.type,
            aggregate=self.order_id,
            sequence=0,
            occurred_at=rfc3339(now()),
            correlation_id=correlation.current(),
            data={"order_id": self.order_id, **self.data},
        )
        return {
            "MessageBody": message.model_dump_json(),
            "MessageGroupId": self.order_id,
            "MessageDeduplicationId": sha256(said.encode()).hexdigest(),
        }


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
    aws.call("sqs", "SendMessage", QueueUrl=queues.payments.url, **Command(type, order_id, once, data).as_entry())


def enqueue_all(commands: Sequence[Command]) -> None:
    """Send many commands, ten in a call. One that SQS does not take is for the next run: whoever sweeps comes again."""
    for first in range(0, len(commands), IN_A_BATCH):
        some = commands[first : first + IN_A_BATCH]
        entries = [{"Id": str(number), **command.as_entry()} for number, command in enumerate(some)]
        answer = aws.call("sqs", "SendMessageBatch", QueueUrl=queues.payments.url, Entries=entries)
        for failed in answer.get("Failed", ()):
            order_id = some[int(failed["Id"])].order_id
            logger.warning("command not taken", extra={"order_id": order_id, "reason": failed.get("Code")})


def each_minute() -> str:
    """Return a name of the present minute, for ``once``: the command is repeated a minute later."""
    return now().strftime("%Y%m%dT%H%M")
