"""``@queue``: declares the worker of an SQS queue, as ``@route`` declares a route.

A failed record is reported by itself (partial batch response), so that its neighbours are not done twice; in a FIFO
queue the rest of its message group waits with it. Powertools' batch processor raises when every record of a batch
failed; here it reports them all instead, which tells SQS the same without an invocation error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BasePartialBatchProcessor,
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
)

from utils import inbox, startup
from utils.declarations import Package, QueueWorker
from utils.ephemeral import ephemeral
from utils.log import logger
from utils.messages import Message, read_event
from utils.naming import name_and_context
from utils.resources import Grant, Queue
from utils.transaction import Transaction
from utils.worker import Worker, observed


@dataclass(slots=True)
class Delivery:
    """One message handed to a worker: an event, unless the declaration ``reads`` something else.

    ``tx`` is committed after the worker returns, with the inbox entry where the declaration asks for one.
    ``receives`` counts how often SQS has handed it out, this time included.
    """

    message: Any
    receives: int
    tx: Transaction = field(default_factory=Transaction)


def queue(
    source: Queue,
    *,
    uses: Sequence[Grant] = (),
    reads: Callable[[str], Message] = read_event,
    once: bool = True,
    packages: Sequence[Package] = (),
    memory_mb: int = 512,
    timeout_seconds: int = 30,
) -> Callable[[Callable[[Delivery], None]], Worker]:
    """Declare the worker of an SQS queue.

    Parameters
    ----------
    source
        The queue; one worker each.
    uses
        As for a route. What receiving and the inbox need is added.
    reads
        Makes a message of a body. What it cannot read goes to the dead letters in the end.
    once
        Note each event in the inbox, in the transaction with its effect. ``False`` for a worker whose effects are
        guarded by state instead.
    timeout_seconds
        At most a sixth of the queue's visibility.

    Example
    -------
    ::

        @queue(queues.mail, uses=[tables.orders.get, queues.mailer.send])
        def handler(delivery: Delivery) -> None:
            \"\"\"Send the mail that an event asks for.\"\"\"
            service.send_mail(delivery.tx, delivery.message)
    """

    def declare(function: Callable[[Delivery], None]) -> Worker:
        name, context = name_and_context(function.__module__)
        added = (source.receive, *((ephemeral.put,) if once else ()))
        declaration = QueueWorker(
            name=name,
            context=context,
            summary=(function.__doc__ or "").strip(),
            uses=(*uses, *(grant for grant in added if grant not in uses)),
            packages=tuple(packages),
            memory_mb=memory_mb,
            timeout_seconds=timeout_seconds,
            queue=source,
        )
        startup.finish(declaration)
        return Worker(declaration, _batch(source, function, reads, once=once))

    return declare


def _batch(
    source: Queue, function: Callable[[Delivery], None], reads: Callable[[str], Message], *, once: bool
) -> Callable[[dict[str, Any], Any], Any]:
    def deal(record: dict[str, Any]) -> None:
        with observed(source.name) as work:
            message = reads(record["body"])
            work.concerns(message)
            delivery = Delivery(message, int(record["attributes"]["ApproximateReceiveCount"]))
            function(delivery)
            if once:
                inbox.note(delivery.tx, source.name, message.id)
            try:
                delivery.tx.commit()
            except inbox.AlreadyDone:
                logger.info("duplicate", extra={"queue": source.name, "event_id": message.id})

    def handle(event: dict[str, Any], _: Any) -> Any:
        processor: BasePartialBatchProcessor = (
            SqsFifoPartialProcessor(skip_group_on_error=True) if source.fifo else BatchProcessor(EventType.SQS)
        )
        processor.raise_on_entire_batch_failure = False
        with processor(event["Records"], lambda record: deal(record.raw_event)):
            processor.process()
        return processor.response()

    return handle
