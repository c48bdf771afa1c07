"""A shop with something in it: sessions without passwords, products on sale, stock, and what is stored of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from infra.local.recorder import Calls, record
from pushcart import tables
from pushcart.accounts.models.sessions import SessionItem
from pushcart.accounts.repository import sessions
from pushcart.accounts.service.new_sessions import open_session
from pushcart.accounts.sessions import Client
from Test_py.support.accounts import events, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from utils.ids import new_id
from utils.models import Key
from utils.reads import fetch
from utils.transaction import Transaction

NOBODYS_CURSOR = "eyJwayI6eyJTIjoieCJ9fQ.v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
_numbers = count(1)


def session(*roles: str, user_id: str | None = None) -> str:
    """Return the access token of a live session: the real thing, but for the password that nobody was asked for."""
    tx = Transaction()
    client = Client("127.0.0.1", "tests")
    tokens = open_session(tx, user_id or new_id("usr"), {"customer", *roles}, client)
    tx.commit()
    return tokens.access_token


def end_sessions() -> None:
    """End every session, as logging out everywhere does."""
    for raw in items(tables.accounts, "USER#", "SESSION#"):
        tx = Transaction()
        sessions.revoke(tx, SessionItem.from_raw_data(raw), "logged_out")
        tx.commit()


def product_body(sku: str = "MUG-1", **fields: Any) -> dict[str, Any]:
    """Return a body for POST /products with one variant at 19.99 EUR."""
    variant = {"sku": sku, "prices": [{"amount": 1999, "currency": "EUR"}]}
    return {"title": f"Product {sku}", "slug": sku.lower(), "variants": [variant], **fields}


def drafted(api: Api, manager: str, sku: str = "MUG-1", **fields: Any) -> Any:
    """Return a product that was written just now."""
    reply = api.post("/api/v1/products", json=product_body(sku, **fields), token=manager)
    assert reply.status == 201, reply.body
    return reply.data


def on_sale(api: Api, manager: str, sku: str = "MUG-1", *, stock: int = 0, **fields: Any) -> Any:
    """Return a product that is sold, with ``stock`` of its variant ``sku``."""
    product = drafted(api, manager, sku, **fields)
    reply = api.post(f"/api/v1/products/{product['id']}/publish", token=manager)
    assert reply.status == 200, reply.body
    if stock:
        stocked(api, manager, sku, stock)
    return reply.data


def stocked(api: Api, manager: str, sku: str, delta: int) -> Any:
    """Put so many units into stock, and return the adjustment."""
    path, key = f"/api/v1/inventory/{sku}/adjustments", f"stock-{next(_numbers)}"
    reply = api.post(path, json={"delta": delta, "reason": "received"}, token=manager, key=key)
    assert reply.status == 201, reply.body
    return reply.data


def tag(version: int) -> dict[str, str]:
    """Return an ``If-Match`` for a version."""
    return {"if-match": f'"{version}"'}


def refused(reply: Reply, status: int, code: str, *fields: str | None) -> Reply:
    """Hold a refusal against what it should be, its fields too where they are named; returns it."""
    assert (reply.status, set(reply.codes)) == (status, {code}), reply.body
    if fields:
        assert [error["field"] for error in reply.json["errors"]] == list(fields), reply.body
    return reply


def stored(key: Key) -> Any:
    """Return the item at ``key`` as it is in the table, or ``None``."""
    return fetch([key]).get(key)


def everything() -> list[dict[str, Any]]:
    """Return all items of catalogue, stock, carts and events: what a refused request must leave as it was."""
    watched = (tables.catalog, tables.inventory, tables.carts, tables.events)
    return sorted(
        (item for table in watched for item in items(table)), key=lambda item: (item["pk"]["S"], item["sk"]["S"])
    )


def announced(aggregate: str) -> list[tuple[int, str]]:
    """Return sequence and type of an aggregate's events, in order."""
    kinds = {item["type"]["S"] for item in items(tables.events, f"AGG#{aggregate}")}
    return sorted((one["sequence"], one["type"]) for one in events(*kinds) if one["aggregate"] == aggregate)


def recorded(call: Any) -> Calls:
    """Return the AWS calls of one request in a process that is warm: keys and the pepper are known."""
    with record() as calls:
        call()
    return calls


def operations(calls: Calls) -> list[str]:
    return [call.operation for call in calls]


def pages(api: Api, path: str, **options: Any) -> Iterator[Reply]:
    """Yield the pages of a list, from the first to the last."""
    query = dict(options.pop("query", {}))
    while True:
        reply = api.get(path, query=query, **options)
        assert reply.status == 200, reply.body
        yield reply
        if "next_cursor" not in reply.meta:
            return
        query["cursor"] = reply.meta["next_cursor"]


__all__ = [
    "NOBODYS_CURSOR",
    "announced",
    "drafted",
    "end_sessions",
    "everything",
    "forget_what_is_kept",
    "on_sale",
    "operations",
    "pages",
    "product_body",
    "recorded",
    "refused",
    "session",
    "stocked",
    "stored",
    "tag",
]
