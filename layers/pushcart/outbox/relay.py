"""From the outbox to the topic and the queues: at least once, in any order, with as few calls as that takes.

An event is published, handed to its targets, and only then marked. Whoever dies in between leaves it pending, and it
is published again: by the stream's retry, or by the sweeper. Consumers go by the event's id (:mod:`utils.inbox`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from pushcart import queues
from pushcart.outbox import repository
from pushcart.outbox.models import EventItem
from utils import aws, correlation
from utils.clock import now, rfc3339
from utils.log import log_exception
from utils.messages import EventMessage
from utils.resources import Queue

PENDING_AFTER: Final = timedelta(minutes=2)
"""Longer than the stream takes in good times, so that the sweeper publishes only what was really left."""

PAGE: Final = 100
MOST_IN_A_SWEEP: Final = 500

TARGETS: Final[dict[str, Queue]] = {queue.name: queue for queue in queues.QUEUES if not queue.subscribes}
"""The queues of commands: what does not subscribe to the topic is handed its messages by the relay."""


class LeftPending(RuntimeError):
    """Some of the swept events could not be published; each is in the log, and all are tried again a minute later."""


def relay(image: dict[str, Any]) -> None:
    """Publish the event of a stream record.

    Parameters
    ----------
    image
        The new image, in DynamoDB's JSON.

    Raises
    ------
    Unavailable
        When a service cannot be reached. The event stays pending.
    """
    publish(EventItem.from_raw_data(image))


def sweep() -> int:
    """Publish what has been pending for two minutes, oldest first, and return how many events that were.

    One that cannot be published does not hold up the others.

    Raises
    ------
    LeftPending
        After all others are done, when some could not be published.
    """
    until, start, done, left = rfc3339(now() - PENDING_AFTER), None, 0, 0
    while done + left < MOST_IN_A_SWEEP:
        page = repository.pending_until(until, limit=PAGE, start=start)
        for event in page.items:
            try:
                publish(event)
                done += 1
            except Exception as error:  # noqa: BLE001 - the others are not to wait for this one
                log_exception("left pending", error, event_id=event.id, event_type=event.type)
                left += 1
        start = page.last_key
        if start is None:
            break
    if left:
        raise LeftPending(f"{left} of {done + left} events are still pending")
    return done


def publish(event: EventItem) -> None:
    """Send an event to the topic, unless it is a pure command, and to each of its targets; then mark it."""
    correlation.begin(event.correlation_id, "-")
    body = message_of(event).model_dump_json()
    if event.on_topic != "no":
        kind = {"type": {"DataType": "String", "StringValue": event.type}}
        aws.call("sns", "Publish", TopicArn=queues.events_topic.arn, Message=body, MessageAttributes=kind)
    for name, delay_seconds in event.targets:
        _hand_over(event, TARGETS[name], int(delay_seconds), body)
    repository.mark_published(event.key)


def message_of(event: EventItem) -> EventMessage:
    """Return the event as consumers receive it."""
    return EventMessage(
        id=event.id,
        type=event.type,
        aggregate=event.aggregate,
        sequence=int(event.sequence),
        schema_version=int(event.schema_version),
        occurred_at=event.occurred_at,
        correlation_id=event.correlation_id,
        data=event.data,
    )


def _hand_over(event: EventItem, queue: Queue, delay_seconds: int, body: str) -> None:
    request: dict[str, Any] = {"QueueUrl": queue.url, "MessageBody": body}
    if queue.fifo:
        request |= {"MessageGroupId": event.aggregate, "MessageDeduplicationId": event.id}
    elif delay_seconds:
        request["DelaySeconds"] = delay_seconds
    if event.trace:
        # Lambda joins the worker's trace to the request's by this system attribute
        # (https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html).
        request["MessageSystemAttributes"] = {"AWSTraceHeader": {"DataType": "String", "StringValue": event.trace}}
    aws.call("sqs", "SendMessage", **request)
