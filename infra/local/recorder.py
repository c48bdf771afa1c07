"""Records AWS calls at botocore's seam: how many there were, on what, and which IAM actions they need.

Tests count calls and hold them against a function's policy; ``make invoke`` prints them.

Example
-------
>>> with record() as calls:  # doctest: +SKIP
...     gateway.handle("GET", "/api/v1/products")
>>> [call.operation for call in calls]  # doctest: +SKIP
['Query']
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from botocore.client import BaseClient

from infra.local.bucket_touches import SIGNED_POST, bucket_touches, touch_of_absence, watch_signatures
from infra.local.key_touches import UNSCOPED, key_actions, key_resource, last_part
from utils.declarations import Function
from utils.resources import Bucket, EncryptionKey, Mailer, Queue, Secret, SigningKey, Topic
from utils.settings import setting, variable
from utils.tables import Index, Table

_TRANSACTION_ACTIONS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Get": "dynamodb:GetItem",
}
_IAM_PREFIX = {"sesv2": "ses", "dynamodbstreams": "dynamodb"}
_BATCHES = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "PublishBatch": "Publish",
}


@dataclass(frozen=True, slots=True, order=True)
class Touch:
    """One IAM action on one resource, such as ``("dynamodb:Query", "table/pushcart-local-orders-1/index/all")``."""

    action: str
    resource: str


@dataclass(slots=True)
class Call:
    """One AWS call.

    Parameters
    ----------
    service, operation
        As boto3 and AWS's reference name them: ``"dynamodb"``, ``"TransactWriteItems"``.
    parameters
        What was asked; the very object that botocore got.
    touches
        The actions that IAM checks for it. A transaction has one for each kind of write and table.
    milliseconds
        How long it took, retries included.
    error
        What it raised, if it did.
    """

    service: str
    operation: str
    parameters: dict[str, Any]
    touches: tuple[Touch, ...]
    milliseconds: float = 0.0
    error: BaseException | None = None

    @property
    def resources(self) -> tuple[str, ...]:
        """Physical names of what it touched, without repetition."""
        return tuple(dict.fromkeys(touch.resource for touch in self.touches))


@dataclass(slots=True)
class Calls:
    """What one block called, in order."""

    made: list[Call] = field(default_factory=list)

    def __iter__(self) -> Iterator[Call]:
        return iter(self.made)

    def __len__(self) -> int:
        return len(self.made)

    @property
    def touches(self) -> set[Touch]:
        """All actions that a policy must allow for this block."""
        return {touch for call in self.made for touch in call.touches}


_recording: ContextVar[tuple[Calls, ...]] = ContextVar("recording", default=())


@contextmanager
def record() -> Iterator[Calls]:
    """Record the calls of this block: of this thread and context, not of others. Blocks may be nested.

    A thread that is started inside is not recorded, unless it runs in ``contextvars.copy_context()``.
    """
    _install()
    watch_signatures(_signed)
    calls = Calls()
    token = _recording.set((*_recording.get(), calls))
    try:
        yield calls
    finally:
        _recording.reset(token)


@contextmanager
def unrecorded() -> Iterator[None]:
    """Keep this block's calls out of every recording that goes on around it: they are somebody else's."""
    token = _recording.set(())
    try:
        yield
    finally:
        _recording.reset(token)


def granted(function: Function) -> set[Touch]:
    """Return what a function's ``uses`` allow, in the same words as :attr:`Calls.touches`.

    Example
    -------
    >>> assert calls.touches <= granted(handler.declaration)  # doctest: +SKIP
    """
    return {
        Touch(action, "*" if action in UNSCOPED else resource_name(grant.resource))
        for grant in function.uses
        for action in grant.actions
    }


def resource_name(resource: object) -> str:
    """Return how a declared resource is named in a :class:`Touch`; reads the environment."""
    match resource:
        case Table():
            return f"table/{resource.physical_name}"
        case Index():
            return f"table/{setting(variable('table', resource.table))}/index/{resource.name}"
        case Bucket():
            return f"bucket/{resource.bucket_name}"
        case Queue():
            return f"queue/{last_part(resource.url)}"
        case Topic():
            return f"topic/{last_part(resource.arn)}"
        case SigningKey() | EncryptionKey():
            return f"key/{last_part(resource.key_id)}"
        case Secret():
            return f"secret/{last_part(resource.secret_id)}"
        case Mailer():
            return f"identity/{resource.sender}"
    raise TypeError(f"{resource!r} is no declared resource")


def touches_of(service: str, operation: str, parameters: dict[str, Any]) -> tuple[Touch, ...]:
    """Return the actions that IAM checks for a call.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
    """
    if operation in {"TransactWriteItems", "TransactGetItems"}:
        items = [next(iter(item.items())) for item in parameters["TransactItems"]]
        return _unique(Touch(_TRANSACTION_ACTIONS[kind], f"table/{body['TableName']}") for kind, body in items)
    if service == "s3":
        return tuple(Touch(*pair) for pair in bucket_touches(operation, parameters))
    if service == "kms":
        resource = key_resource(parameters)
        return tuple(Touch(action, resource) for action in key_actions(operation, parameters))
    action = f"{_IAM_PREFIX.get(service, service)}:{_BATCHES.get(operation, operation)}"
    if "RequestItems" in parameters:
        return _unique(Touch(action, f"table/{last_part(table)}") for table in parameters["RequestItems"])
    return (Touch(action, _resource(parameters)),)


def _resource(parameters: dict[str, Any]) -> str:
    match parameters:
        case {"TableName": table, "IndexName": index}:
            return f"table/{table}/index/{index}"
        case {"TableName": table}:
            return f"table/{table}"
        case {"QueueUrl": url}:
            return f"queue/{last_part(url)}"
        case {"TopicArn": arn}:
            return f"topic/{last_part(arn)}"
        case {"SecretId": secret}:
            return f"secret/{last_part(secret)}"
        case {"FromEmailAddress": address}:
            return f"identity/{address}"
    return "*"


def _unique(touches: Iterable[Touch]) -> tuple[Touch, ...]:
    return tuple(dict.fromkeys(touches))


def _install() -> None:
    seam: Any = BaseClient
    original = seam._make_api_call
    if getattr(original, "pushcart_recorder", False):
        return

    def make_api_call(self: Any, operation_name: str, api_params: dict[str, Any]) -> Any:
        # Installed twice when a test put a fault in between: only the outer one records.
        recorders, token = _recording.get(), _recording.set(())
        try:
            if not recorders:
                return original(self, operation_name, api_params)
            service = self.meta.service_model.service_name
            call = Call(service, operation_name, api_params, touches_of(service, operation_name, api_params))
            for calls in recorders:
                calls.made.append(call)
            return _timed(call, original, self)
        finally:
            _recording.reset(token)

    make_api_call.pushcart_recorder = True  # type: ignore[attr-defined]
    seam._make_api_call = make_api_call


def _signed(bucket: str) -> None:
    for calls in _recording.get():
        calls.made.append(Call("s3", SIGNED_POST, {"Bucket": bucket}, (Touch("s3:PutObject", f"bucket/{bucket}"),)))


def _timed(call: Call, original: Callable[..., Any], aws: Any) -> Any:
    started = time.perf_counter()
    try:
        return original(aws, call.operation, call.parameters)
    except BaseException as error:
        call.error = error
        if call.service == "s3":
            call.touches += tuple(Touch(*pair) for pair in touch_of_absence(error, call.parameters))
        raise
    finally:
        call.milliseconds = (time.perf_counter() - started) * 1000
