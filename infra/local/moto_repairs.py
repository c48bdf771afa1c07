"""What moto gets wrong, put right once for the process.

- Its backends are plain dictionaries, and two threads inside ``transact_write_items`` oversell: each call of the
  process passes one lock.
- It copies whole tables for a transaction, once for each item: only the touched items are kept and put back.
- It ignores ``ClientRequestToken``: a token answers again for ten minutes, without a second effect.
  https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
- A FIFO queue forgets its order after a failure: messages that are visible again free their group together.
- It keeps one part of a mail, and not when it was sent.
- It remembers each model object and stream iterator ever made: a server that runs for days must not.
- It looks for each of DynamoDB's ten types under six names in every value, which takes a fourth of all its time.
"""

from __future__ import annotations

import copy
import json
from contextlib import AbstractContextManager
from types import SimpleNamespace
from typing import Any

import moto.dynamodb.models as dynamodb_models
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.common_models import BaseModel
from moto.core.exceptions import JsonRESTError
from moto.core.serialize import AttributePicker, AttributePickerContext
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler
from moto.dynamodbstreams.models import DynamoDBStreamsBackend
from moto.sesv2.responses import SESV2Response
from moto.sqs.models import SQSBackend

from utils.clock import now

TOKEN_SECONDS = 600
_KINDS = frozenset({"S", "N", "SS", "NS", "M", "L", "BOOL", "NULL"})
"""What DynamoDB calls the type of a value; binary ones are written in another way."""


class IdempotentParameterMismatch(JsonRESTError):
    """The same request token came with other items."""

    def __init__(self) -> None:
        super().__init__("IdempotentParameterMismatchException", "The token was used with different parameters")


def repair(lock: AbstractContextManager[Any]) -> None:
    """Put everything right; ``lock`` is held around each call from then on. A second time does nothing."""
    if getattr(BotocoreStubber, "pushcart", False):
        return
    BotocoreStubber.pushcart = True  # type: ignore[attr-defined]
    _put_lock(lock)
    _keep_no_instances()
    _keep_one_iterator()
    _snapshot_touched_keys()
    _honour_tokens()
    _keep_fifo_order()
    _keep_mail()
    _pick_values_plainly()


def _put_lock(lock: AbstractContextManager[Any]) -> None:
    process = BotocoreStubber.process_request

    def process_request(self: BotocoreStubber, request: Any) -> Any:
        with lock:
            return process(self, request)

    BotocoreStubber.process_request = process_request  # type: ignore[method-assign]


def _keep_no_instances() -> None:
    BaseModel.__new__ = lambda cls, *_args, **_options: object.__new__(cls)  # type: ignore[method-assign]


def _keep_one_iterator() -> None:
    get_records = DynamoDBStreamsBackend.get_records

    def get_and_forget(self: DynamoDBStreamsBackend, iterator_arn: str, limit: int) -> dict[str, Any]:
        answer = get_records(self, iterator_arn, limit)
        while len(self.shard_iterators) > 100:
            self.shard_iterators.pop(next(iter(self.shard_iterators)))
        return answer

    DynamoDBStreamsBackend.get_records = get_and_forget  # type: ignore[method-assign]


def _snapshot_touched_keys() -> None:
    transact = DynamoDBBackend.transact_write_items

    def deepcopy(value: Any) -> Any:
        return value if isinstance(value, Table) else copy.deepcopy(value)

    def transact_write_items(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        before = [kept for item in transact_items if (kept := _Kept.of(self, item))]
        streams = {id(kept.table): kept.table for kept in before}
        lengths = [(table, len(table.stream_shard.items)) for table in streams.values() if table.stream_shard]
        try:
            transact(self, transact_items)
        except BaseException:
            for kept in reversed(before):
                kept.put_back()
            for table, length in lengths:
                del table.stream_shard.items[length:]  # type: ignore[union-attr]
            raise

    dynamodb_models.copy = SimpleNamespace(deepcopy=deepcopy, copy=copy.copy)  # type: ignore[attr-defined,assignment]
    DynamoDBBackend.transact_write_items = transact_write_items  # type: ignore[method-assign]


class _Kept:
    """One item as it was before a transaction."""

    def __init__(self, table: Table, partition: DynamoType, sort: DynamoType | None) -> None:
        self.table, self.partition, self.sort = table, partition, sort
        self.item = copy.deepcopy(table.get_item(partition, sort))

    @classmethod
    def of(cls, backend: DynamoDBBackend, operation: dict[str, Any]) -> _Kept | None:
        """Return the item that ``operation`` may change; ``None`` for what moto will refuse anyway."""
        kind, body = next(iter(operation.items()))
        if kind == "ConditionCheck":
            return None
        table = backend.tables.get(body.get("TableName", ""))
        key = body.get("Item") if kind == "Put" else body.get("Key")
        if table is None or not key or any(name not in key for name in table.table_key_attrs):
            return None
        sort = DynamoType(key[table.range_key_attr]) if table.range_key_attr else None
        return cls(table, DynamoType(key[table.hash_key_attr]), sort)

    def put_back(self) -> None:
        items: dict[Any, Any] = self.table.items if self.sort is None else self.table.items[self.partition]
        key = self.partition if self.sort is None else self.sort
        if self.item is None:
            items.pop(key, None)
        else:
            items[key] = self.item


def _honour_tokens() -> None:
    transact = DynamoHandler.transact_write_items

    def transact_write_items(self: DynamoHandler) -> Any:
        token = self.body.get("ClientRequestToken")
        if not token:
            return transact(self)
        seen: dict[str, tuple[float, str, Any]] = self.dynamodb_backend.__dict__.setdefault("pushcart_tokens", {})
        moment, items = now().timestamp(), json.dumps(self.body["TransactItems"], sort_keys=True)
        while seen and next(iter(seen.values()))[0] < moment:
            seen.pop(next(iter(seen)))
        if token in seen:
            if seen[token][1] != items:
                raise IdempotentParameterMismatch
            return seen[token][2]
        answer = transact(self)
        seen[token] = (moment + TOKEN_SECONDS, items, answer)
        return answer

    DynamoHandler.transact_write_items = transact_write_items  # type: ignore[method-assign]


def _keep_fifo_order() -> None:
    receive = SQSBackend.receive_message

    def receive_message(self: SQSBackend, queue_name: str, *args: Any, **options: Any) -> Any:
        queue = self.get_queue(queue_name)
        if queue.fifo_queue:
            # moto frees a group while it walks over the messages, so that the first failed one comes last.
            for message in [one for one in queue.pending_messages if one.visible]:
                queue.pending_messages.remove(message)
        return receive(self, queue_name, *args, **options)

    SQSBackend.receive_message = receive_message  # type: ignore[method-assign]


def _keep_mail() -> None:
    send = SESV2Response.send_email

    def send_email(self: SESV2Response) -> str:
        answer: str = send(self)
        message = self.sesv2_backend.core_backend.sent_messages[-1]
        message.pushcart_request, message.pushcart_sent_at = json.loads(self.body), now()
        return answer

    SESV2Response.send_email = send_email  # type: ignore[method-assign]


def _pick_values_plainly() -> None:
    pick = AttributePicker.__call__

    def pick_plainly(self: AttributePicker, context: AttributePickerContext) -> Any:
        value, kind = context.obj, context.key
        if kind in _KINDS and type(value) is dict and len(value) == 1 and not _KINDS.isdisjoint(value):
            return value.get(kind)
        return pick(self, context)

    AttributePicker.__call__ = pick_plainly  # type: ignore[method-assign]
