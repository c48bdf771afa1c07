"""One key, however often and at once, for money back, goods that leave or return, drafts and merged carts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from pushcart import tables
from Test_py.conftest import Shop
from Test_py.reliability.invariants import check
from Test_py.support import carts, drafts, parcels, shopping
from Test_py.support.accounts import items
from Test_py.support.client import Api, Reply
from Test_py.support.crowd import together
from Test_py.support.people import Person
from Test_py.support.refunds import path_of
from Test_py.support.shopkeeping import session
from Test_py.support.shopping import Placed

CALLS, THREADS = 100, 16
KEY = "the only one"


def at_once(request: Callable[[], Reply]) -> Any:
    """Make a request with one key from many threads; hold all answers to be one, and return its data."""
    replies = together([request] * CALLS, threads=THREADS)
    assert len({(reply.status, reply.body) for reply in replies}) == 1, {reply.status for reply in replies}
    replayed = [reply.headers.get("idempotent-replayed") for reply in replies]
    assert (replayed.count(None), replayed.count("true")) == (1, CALLS - 1)
    assert replies[0].status in {200, 201, 202}, replies[0].body
    return replies[0].data


def manager() -> Person:
    return Person("", "", session("manager"), "")


def kept(prefix: str, order: Placed) -> int:
    """Return how many of an order's items there are whose sort key begins so."""
    return len(items(tables.orders, f"ORDER#{order.id}", prefix))


@pytest.fixture
def order(api: Api, cloud: Shop) -> Placed:
    shopping.shelve(units=5)
    return parcels.paid(cloud, api, "MUG-1", quantity=3)


def test_a_refund(api: Api, cloud: Shop, order: Placed) -> None:
    token = manager().token
    at_once(lambda: api.post(path_of(order, "refunds"), json={"amount": 400}, token=token, key=KEY))
    cloud.pumps.drain()
    assert (kept("REFUND#", order), shopping.look(api, order)["payment"]["refunded"]) == (1, 400)
    check()


def test_a_parcel(api: Api, cloud: Shop, order: Placed) -> None:
    lines = [{"sku": "MUG-1", "quantity": 1}]
    at_once(partial(parcels.ship, api, manager(), order, key=KEY, lines=lines))
    cloud.pumps.drain()
    assert kept("FULFIL#", order) == 1
    assert shopping.stock("MUG-1") == (4, 2, 2)
    check()


def test_a_return(api: Api, cloud: Shop, order: Placed) -> None:
    staff, wanted = manager(), [{"sku": "MUG-1", "quantity": 1}]
    parcels.shipped(api, staff, order)
    at_once(lambda: parcels.ask_back(api, order, wanted, by=staff, key=KEY))
    cloud.pumps.drain()
    assert kept("RETURN#", order) == 1
    check()


def test_a_merge(api: Api) -> None:
    shopping.shelve(units=9)
    own, guest = carts.customer(api), carts.guest(api)
    own.put("MUG-1", 1)
    guest.put("MUG-1", 2)
    shown, body = {**own.credentials, **guest.credentials}, {"cart_id": guest.cart_id}
    at_once(lambda: api.post(f"{own.path}/merge", json=body, key=KEY, **shown))
    assert [line["quantity"] for line in own.cart()["items"]] == [3]


def test_a_cancellation(api: Api, cloud: Shop, order: Placed) -> None:
    at_once(partial(shopping.cancel, api, order, key=KEY))
    cloud.pumps.drain()
    assert kept("REFUND#", order) == 1
    assert shopping.look(api, order)["status"] == "cancelled"
    assert shopping.stock("MUG-1") == (5, 5, 0)
    check()


def test_a_draft(api: Api) -> None:
    shopping.shelve(units=5)
    at_once(partial(drafts.draft, api, manager(), "MUG-1", key=KEY))
    assert len(items(tables.orders, "ORDER#", "META")) == 1
    assert shopping.stock("MUG-1") == (5, 4, 1)
    check(settled=False)
