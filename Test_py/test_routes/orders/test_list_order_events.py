"""GET /orders/{order_id}/events: what happened, oldest first."""

from __future__ import annotations

from typing import Any

from infra.local.recorder import granted, record
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.shopping import Placed
from utils.declarations import Function, Loaded


def events(api: Api, order: Placed, **query: Any) -> Any:
    return api.get(f"{order.path}/events", query=query, **order.credentials)


def test_they_are_told_in_sequence(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    reply = events(api, order)
    assert reply.status == 200
    assert [(event["sequence"], event["type"]) for event in reply.data] == [
        (1, "order.placed"),
        (2, "payment.due"),
        (3, "payment.captured"),
        (4, "order.confirmed"),
        (5, "invoice.issued"),
    ]
    assert {event["aggregate"] for event in reply.data} == {order.id}
    assert shopping.EMAIL.encode() not in reply.body
    assert b"tok_success" not in reply.body


def test_pages_go_on_where_the_last_ended(api: Api) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    first = events(api, order, limit=1)
    second = events(api, order, limit=1, cursor=first.meta["next_cursor"])
    assert [first.data[0]["sequence"], second.data[0]["sequence"]] == [1, 2]


def test_somebody_else_s_are_missing_ones(api: Api) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    eve = people.customer(api)
    missing = api.get("/api/v1/orders/ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T/events", token=eve.token)
    theirs = api.get(f"{order.path}/events", token=eve.token)
    assert theirs.status == 404
    assert theirs.json["errors"] == missing.json["errors"]


def test_it_is_two_calls_and_its_policy_is_exact(api: Api, functions: list[Loaded]) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    with record() as calls:
        events(api, order)
    assert [call.operation for call in calls] == ["GetItem", "Query"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "list_order_events")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
