"""``@queue``, ``@stream``, ``@schedule`` and ``@authorizer``: what ``@route`` is for HTTP, for everything else.

A failed record is reported by itself (partial batch response), so that its neighbours are not done twice; in a FIFO
queue the rest of its message group waits with it. Powertools' batch processor raises when every record of a batch
failed; here it reports them all instead, which tells SQS the same without an invocation error.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BasePartialBatchProcessor,
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
)

from utils import correlation, inbox, startup
from utils.declarations import Authorizer, Declaration, Package, QueueWorker, Scheduled, StreamWorker
from utils.ephemeral import ephemeral
from utils.log import log_exception, logger
from utils.messages import EventMessage
from utils.metrics import measured
from utils.naming import name_and_context
from utils.resources import Grant, Queue
from utils.tables import Table
from utils.transaction import Transaction


@dataclass(slots=True)
class Delivery:
    """One message handed to a worker.

    ``tx`` is committed after the worker returns, with the inbox entry where the declaration asks for one.
    ``receives`` counts how often SQS has handed it out, this time included.
    """

    message: EventMessage
    receives: int
    tx: Transaction = field(default_factory=Transaction)


@dataclass(slots=True)
class Worker:
    """The Lambda handler of a worker."""

    declaration: Declaration
    function: Callable[[dict[str, Any], Any], Any]

    def __call__(self, event: dict[str, Any], context: Any) -> Any:
        return self.function(event, context)


def queue(
    source: Queue,
    *,
    uses: Sequence[Grant] = (),
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
        return Worker(declaration, _batch(source, function, once=once))

    return declare


def _batch(source: Queue, function: Callable[[Delivery], None], *, once: bool) -> Callable[[dict[str, Any], Any], Any]:
    def deal(record: dict[str, Any]) -> None:
        message = EventMessage.model_validate_json(record["body"])
        delivery = Delivery(message, int(record["attributes"]["ApproximateReceiveCount"]))
        with _observed(source.name, message):
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


class _observed:  # noqa: N801 - used as a function, in a with statement
    """One log line for a message's work, with its stack when it fails; a failure goes on."""

    def __init__(self, work: str, message: EventMessage | None = None) -> None:
        self._work, self._message, self._started = work, message, time.perf_counter()

    def __enter__(self) -> None:
        correlation.begin(self._message.correlation_id if self._message else None, "-")

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        fields: dict[str, Any] = {"work": self._work}
        if self._message:
            fields |= {"event_id": self._message.id, "event_type": self._message.type}
        if error is not None:
            log_exception("failed", error, **fields)
        latency = (time.perf_counter() - self._started) * 1000
        logger.info("work", extra={**measured(latency_ms=latency, failed=error is not None), **fields})


def stream(
    table: Table, *, uses: Sequence[Grant] = (), memory_mb: int = 512, timeout_seconds: int = 30
) -> Callable[[Callable[[dict[str, Any]], None]], Worker]:
    """Declare the reader of a table's stream: inserts only, each as its new image in DynamoDB's JSON."""

    def declare(function: Callable[[dict[str, Any]], None]) -> Worker:
        name, context = name_and_context(function.__module__)
        declaration = StreamWorker(
            name=name,
            context=context,
            summary=(function.__doc__ or "").strip(),
            uses=(*uses, table.read_stream),
            memory_mb=memory_mb,
            timeout_seconds=timeout_seconds,
            table=table,
        )

        def deal(record: dict[str, Any]) -> None:
            with _observed(f"{table.name} stream"):
                function(record["dynamodb"]["NewImage"])

        def handle(event: dict[str, Any], _: Any) -> Any:
            processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
            inserts = [record for record in event["Records"] if record["eventName"] == "INSERT"]
            with processor(inserts, lambda record: deal(record.raw_event)):
                processor.process()
            return processor.response()

        startup.finish(declaration)
        return Worker(declaration, handle)

    return declare


def schedule(
    *, every_minutes: int, uses: Sequence[Grant] = (), memory_mb: int = 512, timeout_seconds: int = 30
) -> Callable[[Callable[[], None]], Worker]:
    """Declare work that is started every ``every_minutes``; it may be started twice or late, and must not mind."""

    def declare(function: Callable[[], None]) -> Worker:
        name, context = name_and_context(function.__module__)
        declaration = Scheduled(
            name=name,
            context=context,
            summary=(function.__doc__ or "").strip(),
            uses=tuple(uses),
            memory_mb=memory_mb,
            timeout_seconds=timeout_seconds,
            every_minutes=every_minutes,
        )

        def handle(_: dict[str, Any], __: Any) -> None:
            with _observed(name):
                function()

        startup.finish(declaration)
        return Worker(declaration, handle)

    return declare


def authorizer(
    *,
    uses: Sequence[Grant] = (),
    packages: Sequence[Package] = (),
    memory_mb: int = 512,
    timeout_seconds: int = 5,
) -> Callable[[Callable[[dict[str, str]], dict[str, Any]]], Worker]:
    """Declare the function that says who calls: from the headers to the context that ``@route`` reads.

    It never denies and never raises: what is wrong with a token is said as ``auth_error``, of which ``@route`` makes
    the enveloped 401 (an HTTP API has no custom gateway answers).
    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
    """

    def declare(function: Callable[[dict[str, str]], dict[str, Any]]) -> Worker:
        name, context = name_and_context(function.__module__)
        declaration = Authorizer(
            name=name,
            context=context,
            summary=(function.__doc__ or "").strip(),
            uses=tuple(uses),
            packages=tuple(packages),
            memory_mb=memory_mb,
            timeout_seconds=timeout_seconds,
        )

        def handle(event: dict[str, Any], _: Any) -> dict[str, Any]:
            headers = {key.lower(): value for key, value in (event.get("headers") or {}).items()}
            try:
                said = function(headers)
            except Exception as error:  # noqa: BLE001 - a throw would become the gateway's own 500
                log_exception("authorizer", error)
                said = {"auth_error": "UNAVAILABLE"}
            return {"isAuthorized": True, "context": said}

        startup.finish(declaration)
        return Worker(declaration, handle)

    return declare
