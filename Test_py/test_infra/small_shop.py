"""A shop of five functions and a resource of each kind, for tests of the stacks that need no real function."""

from __future__ import annotations

from pathlib import Path

from infra.local.provision import Resources
from infra.shop import Shop
from pushcart.access import ANYONE, CUSTOMER, GUEST
from utils.declarations import Authorizer, Declaration, QueueWorker, Route, Scheduled, StreamWorker
from utils.resources import Bucket, EncryptionKey, GivenSecret, Mailer, Queue, Secret, SigningKey, Topic
from utils.tables import Index, Table

orders = Table("purchases", indexes=(Index("by_customer", "customer_id", "created_at"),), ttl=True)
events = Table("happenings", stream=True)
scratch = Table("scratch", ttl=True, recovery=False)
payments = Queue("payments", fifo=True)
mail = Queue("mail", subscribes=("order.confirmed",))
arrived = Queue("arrived")
drop = Bucket("drop", keep_days=1, notifies=arrived, takes_forms=True)
shelf = Bucket("shelf", versioned=True, served=True)
news = Topic("news")
signing = SigningKey("token-signing")
factors = EncryptionKey("factor-secrets")
pepper = Secret("pepper")
clients = GivenSecret("oidc-clients")
shop_mail = Mailer("shop")

RESOURCES = Resources(
    tables=(orders, events, scratch),
    queues=(payments, mail, arrived),
    buckets=(drop, shelf),
    topics=(news,),
    keys=(signing, factors),
    secrets=(pepper, clients),
    mailers=(shop_mail,),
)

FUNCTIONS: tuple[Declaration, ...] = (
    Authorizer(name="authorize", context="accounts", summary="Who calls?", uses=(signing.public_key,)),
    Route(
        name="list_orders",
        context="orders",
        summary="List orders",
        method="GET",
        path="/api/v1/orders/{order_id}",
        access=CUSTOMER,
        uses=(orders.get, orders.batch_get, orders["by_customer"].query),
    ),
    Route(
        name="place_order",
        context="orders",
        summary="Order",
        method="POST",
        path="/api/v1/orders",
        access=CUSTOMER | GUEST,
        uses=(orders.put, payments.send, pepper.read, clients.read, factors.encrypt, factors.decrypt),
    ),
    Route(name="read_news", context="orders", summary="Read", method="GET", path="/api/v1/news", access=ANYONE),
    QueueWorker(
        name="on_arrival",
        context="orders",
        summary="Look",
        queue=arrived,
        uses=(drop.get, drop.list, drop.delete, shelf.put),
        timeout_seconds=30,
    ),
    QueueWorker(
        name="on_mail", context="notifications", summary="Mail", queue=mail, uses=(shop_mail.send,), timeout_seconds=30
    ),
    StreamWorker(name="relay", context="jobs", summary="Relay", table=events, uses=(news.publish,)),
    Scheduled(
        name="sweep",
        context="jobs",
        summary="Sweep",
        every_minutes=1,
        uses=(payments.send, signing.rotate, signing.search, signing.public_key),
    ),
)


def small_shop(root: Path, *, functions: tuple[Declaration, ...] = FUNCTIONS, body: str = "1") -> Shop:
    """Write a source for each function below ``root`` and return their shop; ``body`` varies the code."""
    for function in functions:
        source = root / function.file
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(f"def handler(event, context):\n    return {body}\n", encoding="utf-8")
    return Shop(functions=functions, resources=RESOURCES, root=root)
