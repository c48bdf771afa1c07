"""Announcing: an event is put in the transaction that changes its aggregate, by any context.

A command (a payment is due) is an event with a target, which the relay sends to that queue itself, since a standard
topic cannot feed a FIFO queue. Nothing in an event is personal: ids and figures only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pushcart.outbox import repository
from pushcart.outbox.models import EventItem
from utils import correlation, tracing
from utils.ids import new_id
from utils.messages import EventMessage
from utils.queries import Page
from utils.resources import Queue
from utils.transaction import Transaction


class Target(NamedTuple):
    """A queue that the relay hands an event to by itself. ``delay_seconds`` up to 900, and none on a FIFO queue."""

    queue: Queue
    delay_seconds: int = 0


def announce(
    tx: Transaction,
    *,
    aggregate: str,
    sequence: int,
    type: str,  # noqa: A002 - the field's name in every event
    data: dict[str, Any],
    targets: Sequence[Target] = (),
    on_topic: bool = True,
) -> None:
    """Append an event to ``tx``.

    Parameters
    ----------
    aggregate
        Id of what changed; its events are ordered by ``sequence``, which the aggregate's own item counts without a
        hole.
    type
        What happened, in the past (``order.placed``), or what is to be done (``payment.due``).
    targets
        Queues to hand it to besides the topic.
    on_topic
        ``False`` for a pure command, which is nobody else's concern.

    Example
    -------
    ::

        announce(tx, aggregate=order.id, sequence=order.sequence + 1, type="order.placed", data={"total": 4200})
    """
    moment = tx.moment
    key = EventItem.key_of(aggregate, sequence)
    event = EventItem(
        key.pk,
        key.sk,
        id=new_id("evt"),
        type=type,
        aggregate=aggregate,
        sequence=sequence,
        occurred_at=moment,
        correlation_id=correlation.current(),
        trace=tracing.trace_header(),
        data=data,
        targets=[[target.queue.name, target.delay_seconds] for target in targets],
        on_topic="yes" if on_topic else "no",
        pending_shard=repository.PENDING,
        day_shard=repository.day_shard(moment[:10]),
    )
    repository.append(tx, event)


def history(aggregate: str, *, limit: int, start: dict[str, Any] | None = None) -> Page[EventItem]:
    """Return a page of what happened to an aggregate, oldest first, in one call."""
    return repository.history(aggregate, limit=limit, start=start)


def of_day(day: str, *, start: dict[str, Any] | None = None) -> Page[EventMessage]:
    """Return a page of what happened on a day (``2026-11-20``, UTC), oldest first, as consumers received it."""
    from pushcart.outbox.relay import message_of

    page = repository.of_day(day, start=start)
    return Page([message_of(event) for event in page.items], page.last_key)
