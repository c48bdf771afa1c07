"""``@batches``: declares the worker of an SQS queue that takes a whole batch at once, as one piece of work.

For work that costs as much for one message as for all: an index is written once for a batch. Its effects must not mind
messages that come twice or in any order, since there is no inbox here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from utils import startup
from utils.declarations import QueueWorker
from utils.log import log_exception
from utils.messages import EventMessage, read_event
from utils.naming import name_and_context
from utils.resources import Grant, Queue
from utils.worker import Worker, observed


@dataclass(slots=True)
class Batch:
    """The events of one batch, and those among them that could not be dealt with."""

    messages: list[EventMessage] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)

    def fail(self, message: EventMessage) -> None:
        """Have one event handed out again, or put to the dead letters in the end; the others are done."""
        self.failed.add(message.id)


def batches(
    source: Queue, *, uses: Sequence[Grant] = (), memory_mb: int = 512, timeout_seconds: int = 30
) -> Callable[[Callable[[Batch], None]], Worker]:
    """Declare the worker of an SQS queue, which deals with whole batches of events.

    Parameters
    ----------
    source
        The queue; one worker each.
    uses
        As for a route. What receiving needs is added.
    timeout_seconds
        At most a sixth of the queue's visibility.

    Example
    -------
    ::

        @batches(queues.search, uses=[tables.catalog.query])
        def handler(batch: Batch) -> None:
            \"\"\"Bring the index up to date with what events are about.\"\"\"
            service.heed(batch)
    """

    def declare(function: Callable[[Batch], None]) -> Worker:
        name, context = name_and_context(function.__module__)
        declaration = QueueWorker(
            name=name,
            context=context,
            summary=(function.__doc__ or "").strip(),
            uses=(*uses, source.receive),
            memory_mb=memory_mb,
            timeout_seconds=timeout_seconds,
            queue=source,
        )
        startup.finish(declaration)
        return Worker(declaration, _at_once(source, function))

    return declare


def _at_once(source: Queue, function: Callable[[Batch], None]) -> Callable[[dict[str, Any], Any], Any]:
    def handle(event: dict[str, Any], _: Any) -> Any:
        batch, records, unread = Batch(), [], []
        for record in event["Records"]:
            try:
                batch.messages.append(read_event(record["body"]))
                records.append(record["messageId"])
            except ValueError as error:
                log_exception("unreadable", error, work=source.name)
                unread.append(record["messageId"])
        failed = _failed(source, function, batch)
        left = [item for item, message in zip(records, batch.messages, strict=True) if message.id in failed]
        return {"batchItemFailures": [{"itemIdentifier": item} for item in (*unread, *left)]}

    return handle


def _failed(source: Queue, function: Callable[[Batch], None], batch: Batch) -> set[str]:
    """Let the worker deal with a batch, and return the ids of the events that it could not; all, when it raises."""
    if not batch.messages:
        return set()
    try:
        with observed(source.name) as work:
            work.concerns(batch.messages[0])
            function(batch)
    except Exception:  # noqa: BLE001 - it is in the log, and every event of the batch is handed out again
        return {message.id for message in batch.messages}
    return batch.failed
