"""A small made-up shop, so that the laptop cloud is tested without the real one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from infra.local.provision import Resources
from utils.access import Access, Rule
from utils.declarations import Authorizer, Loaded, QueueWorker, Route, Scheduled, StreamWorker
from utils.resources import Bucket, EncryptionKey, GivenSecret, Mailer, Queue, Secret, SigningKey, Topic
from utils.tables import Index, Table

STOCK = Table("stock", indexes=(Index("by_owner", "owner", "sk", projection="KEYS_ONLY"),), ttl=True)
HISTORY = Table("history", stream=True)
PLAIN = Queue("plain", visibility_seconds=30, max_receives=5, subscribes=("shop.opened",))
ORDERED = Queue("ordered", fifo=True, visibility_seconds=30, max_receives=3)
ARRIVED = Queue("arrived")
DROP = Bucket("drop", keep_days=1, notifies=ARRIVED, takes_forms=True)
SHELF = Bucket("shelf", versioned=True)
NEWS = Topic("news")
RESOURCES = Resources(
    tables=(STOCK, HISTORY),
    queues=(PLAIN, ORDERED, ARRIVED),
    buckets=(DROP, SHELF),
    topics=(NEWS,),
    keys=(SigningKey("stamp"), EncryptionKey("seal")),
    secrets=(Secret("salt"), GivenSecret("given")),
    mailers=(Mailer("post"),),
)
ANYONE, GUEST, USER = (Access((Rule(kind),)) for kind in ("anyone", "guest", "user"))
Handler = Callable[[dict[str, Any], Any], Any]


def function(kind: type[Any], handler: Handler, **options: Any) -> Loaded:
    """Declare a handler without the decorators, which the laptop cloud must not depend on."""
    base = {"name": getattr(handler, "__name__", "function"), "context": "fake", "summary": "A function."}
    return Loaded(kind(**(base | options)), handler)


def route(method: str, path: str, handler: Handler, access: Access = ANYONE, **options: Any) -> Loaded:
    return function(Route, handler, method=method, path=path, access=access, **options)


def queue_worker(handler: Handler, queue: Queue = PLAIN) -> Loaded:
    return function(QueueWorker, handler, queue=queue)


def stream_worker(handler: Handler, **options: Any) -> Loaded:
    return function(StreamWorker, handler, table=HISTORY, **options)


def scheduled(handler: Handler, every_minutes: int) -> Loaded:
    return function(Scheduled, handler, every_minutes=every_minutes)


def authorizer(handler: Handler) -> Loaded:
    return function(Authorizer, handler)
