"""What comes in queues. Ids only, nothing personal (data.md).

An event of ours, in the topic, a queue or a dead letter; or the word of S3 that objects have arrived in a bucket.
"""

from typing import Any, Literal, Protocol
from urllib.parse import unquote_plus

from pydantic import BaseModel, ConfigDict, TypeAdapter

from utils.startup import IN_LAMBDA


class Message(Protocol):
    """What every message tells about itself, for the log."""

    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def correlation_id(self) -> str | None: ...


class EventMessage(BaseModel):
    """An event as consumers receive it. Unknown fields are ignored: a newer version may send more.

    ``sequence`` counts up within an aggregate without a hole. Deliveries come twice and in any order.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=IN_LAMBDA)

    id: str
    type: str
    aggregate: str
    sequence: int
    schema_version: int = 1
    occurred_at: str
    correlation_id: str
    data: dict[str, Any]


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=IN_LAMBDA)


class _Bucket(_Told):
    name: str


class _Object(_Told):
    key: str


class _Place(_Told):
    bucket: _Bucket
    object: _Object


class StoredObject(_Told):
    """An object that arrived."""

    s3: _Place

    @property
    def bucket(self) -> str:
        return self.s3.bucket.name

    @property
    def key(self) -> str:
        """Its name, which comes with plus signs and percents, as forms have them."""
        return unquote_plus(self.s3.object.key)


class ObjectsArrived(_Told):
    """S3's notification of arrivals; without any when it only tries the queue out (``s3:TestEvent``).

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """

    Records: tuple[StoredObject, ...]
    type: Literal["object.arrived"] = "object.arrived"
    correlation_id: None = None

    @property
    def objects(self) -> tuple[StoredObject, ...]:
        return self.Records

    @property
    def id(self) -> str:
        """Names the objects: S3 numbers no notification."""
        return " ".join(stored.key for stored in self.objects)


class _Trial(_Told):
    """How S3 tries a queue out that it is told to notify."""

    Event: Literal["s3:TestEvent"]


def read_event(body: str) -> EventMessage:
    """Return an event of ours from a message's body.

    Raises
    ------
    pydantic.ValidationError
        When it is none.
    """
    return EventMessage.model_validate_json(body)


def read_arrival(body: str) -> ObjectsArrived | EventMessage:
    """Return what came in a queue that a bucket notifies, and that the relay hands events to.

    Raises
    ------
    pydantic.ValidationError
        When it is neither.

    Example
    -------
    >>> read_arrival('{"Event": "s3:TestEvent"}').objects
    ()
    """
    read = TypeAdapter(ObjectsArrived | EventMessage | _Trial).validate_json(body)
    return ObjectsArrived(Records=()) if isinstance(read, _Trial) else read
