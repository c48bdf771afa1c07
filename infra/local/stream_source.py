"""Reads a table's stream for its worker, as Lambda's event source mapping does.

Inserts only, in order, behind a checkpoint. A failed batch is tried again from its first failure on, and halved while
the function raises; what fails ``max_retries`` times more, or is older than ``max_age_seconds``, goes to the failure
queue and the stream goes on. https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from __future__ import annotations

import base64
import json
import logging
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from infra.local.clients import client
from infra.local.provision import failure_queue_name
from infra.local.sources import Deliver, Delivery, call
from utils.clock import now
from utils.declarations import Loaded, StreamWorker
from utils.settings import setting

BATCH = 100
logger = logging.getLogger("local.pumps")


class StreamSource:
    """One worker's stream.

    ``checkpoints`` maps a shard to the last sequence number that is done with; whoever keeps it across a reload or a
    restart keeps the place in the stream.
    """

    def __init__(self, loaded: Loaded, worker: StreamWorker, deliver: Deliver, checkpoints: dict[str, str]) -> None:
        self._loaded, self._worker, self._deliver = loaded, worker, deliver
        self._checkpoints = checkpoints
        self._iterators: dict[str, str] = {}
        self._tries: dict[str, int] = {}
        self._limit = BATCH
        self._stream = ""
        self.name = f"stream {worker.table.name}"

    def poll(self) -> Delivery | None:
        """Hand over the next inserts of the first shard that has some."""
        streams = client("dynamodbstreams")
        if not self._stream:
            table = client("dynamodb").describe_table(TableName=self._worker.table.physical_name)
            self._stream = table["Table"]["LatestStreamArn"]
            self._shards = streams.describe_stream(StreamArn=self._stream)["StreamDescription"]["Shards"]
        for shard in self._shards:
            records = self._read(shard["ShardId"])
            if records:
                return self._hand_over(shard["ShardId"], records)
        return None

    def _read(self, shard: str) -> list[dict[str, Any]]:
        streams = client("dynamodbstreams")
        try:
            iterator = self._iterators.get(shard) or self._iterator(shard)
            answer = streams.get_records(ShardIterator=iterator, Limit=self._limit)
        except ClientError as error:
            # An iterator lives five minutes; a shard is trimmed after a day.
            if error.response["Error"]["Code"] not in ("ExpiredIteratorException", "TrimmedDataAccessException"):
                raise
            self._checkpoints.pop(f"{self._stream}/{shard}", None)
            self._iterators.pop(shard, None)
            return []
        self._iterators[shard] = answer.get("NextShardIterator", "")
        records: list[dict[str, Any]] = answer["Records"]
        return records

    def _iterator(self, shard: str) -> str:
        done = self._checkpoints.get(f"{self._stream}/{shard}")
        place = (
            {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": done}
            if done
            else {"ShardIteratorType": "TRIM_HORIZON"}
        )
        answer = client("dynamodbstreams").get_shard_iterator(StreamArn=self._stream, ShardId=shard, **place)
        iterator: str = answer["ShardIterator"]
        return iterator

    def _hand_over(self, shard: str, records: list[dict[str, Any]]) -> Delivery | None:
        inserts = [record for record in records if record["eventName"] == "INSERT"]
        if not inserts:
            self._advance(shard, records)
            return None
        by_number = {record["dynamodb"]["SequenceNumber"]: _event_record(record, self._stream) for record in inserts}
        delivery = call(self._deliver, self._loaded, by_number, self._worker.table.name)
        if not delivery.failed:
            self._advance(shard, records)
            self._limit, self._tries = BATCH, {}
            return delivery
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        first = next(place for place, number in enumerate(numbers) if number in delivery.failed)
        self._advance(shard, records[:first])
        self._after_failure(shard, records[first], bisect=delivery.error is not None)
        return delivery

    def _advance(self, shard: str, done: list[dict[str, Any]]) -> None:
        if done:
            self._checkpoints[f"{self._stream}/{shard}"] = done[-1]["dynamodb"]["SequenceNumber"]

    def _after_failure(self, shard: str, record: dict[str, Any], *, bisect: bool) -> None:
        self._iterators.pop(shard, None)
        if bisect and self._limit > 1:
            self._limit //= 2
            return
        number = record["dynamodb"]["SequenceNumber"]
        self._tries[number] = self._tries.get(number, 0) + 1
        if self._tries[number] > self._worker.max_retries or _age(record) > self._worker.max_age_seconds:
            self._give_up(shard, record)
            self._advance(shard, [record])
            self._limit, self._tries = BATCH, {}

    def _give_up(self, shard: str, record: dict[str, Any]) -> None:
        sqs, number = client("sqs"), record["dynamodb"]["SequenceNumber"]
        logger.error("%s gave up on record %s of %s", self._loaded.declaration.name, number, self._worker.table.name)
        name = failure_queue_name(self._worker.table, setting("PUSHCART_STAGE"))
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        batch = {
            "shardId": shard,
            "startSequenceNumber": number,
            "endSequenceNumber": number,
            "batchSize": 1,
            "streamArn": self._stream,
        }
        body = {
            "requestContext": {"condition": "RetryAttemptsExhausted", "functionArn": self._loaded.declaration.name},
            "version": "1.0",
            "timestamp": now().isoformat(),
            "DDBStreamBatchInfo": batch,
        }
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))


def _age(record: dict[str, Any]) -> float:
    created: datetime = record["dynamodb"]["ApproximateCreationDateTime"]
    return now().timestamp() - created.timestamp()


def _event_record(record: dict[str, Any], stream: str) -> dict[str, Any]:
    change = {**record["dynamodb"]}
    change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
    kept = ("eventID", "eventName", "eventVersion", "eventSource", "awsRegion")
    return {
        **{name: record[name] for name in kept if name in record},
        "dynamodb": _base64_bytes(change),
        "eventSourceARN": stream,
    }


def _base64_bytes(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: _base64_bytes(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_base64_bytes(inner) for inner in value]
    return value
