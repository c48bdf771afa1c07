"""``@stream``: declares the reader of a table's stream. A failed record is reported by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType

from utils import startup
from utils.declarations import StreamWorker
from utils.naming import name_and_context
from utils.resources import Grant
from utils.tables import Table
from utils.worker import Worker, observed


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
            with observed(f"{table.name} stream"):
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
