"""PATCH /api/v1/carts/{cart_id}/items/{line_id}"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from functions.carts.update_cart_item import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.carts import CARTS, Shopper, converted, customer, guest, strangers
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.priced_carts import ask_for_all
from Test_py.support.shopkeeping import (
    everything,
    forget_what_is_kept,
    on_sale,
    operations,
    recorded,
    refused,
    tag,
)


def change(shopper: Shopper, line: Any, quantity: int, **options: Any) -> Reply:
    path = f"{shopper.path}/items/{line['id']}"
    return shopper.api.patch(path, json={"quantity": quantity}, **shopper.credentials, **options)


def test_the_quantity_is_set(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    for shopper in (guest(api), customer(api)):
        line = shopper.put("A", 2)
        reply = change(shopper, line, 5)
        assert reply.status == 200
        assert reply.data == shopper.cart()
        assert (reply.data["items"][0]["id"], reply.data["items"][0]["quantity"]) == (line["id"], 5)
        assert reply.data["totals"]["total"]["amount"] == 5 * 1999


def test_the_price_is_seen_afresh(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    shopper = guest(api)
    line = shopper.put("A", 1)
    body = {"prices": [{"amount": 5, "currency": "EUR"}]}
    api.put("/api/v1/variants/A/prices", json=body, token=manager, headers=tag(1))
    assert [problem["code"] for problem in shopper.cart()["problems"]] == ["price_changed"]
    assert change(shopper, line, 2).data["problems"] == []


def test_what_is_no_longer_sold_can_still_be_changed(api: Api, manager: str) -> None:
    product = on_sale(api, manager, "A")
    shopper = guest(api)
    line = shopper.put("A", 5)
    api.delete(f"/api/v1/products/{product['id']}", token=manager, headers=tag(2))
    reply = change(shopper, line, 1)
    assert (reply.status, reply.data["totals"]["total"]["amount"]) == (200, 0)


def test_many_at_once_lose_nothing(api: Api, manager: str) -> None:
    for sku in "ABCD":
        on_sale(api, manager, sku)
    shopper = guest(api)
    lines = [shopper.put(sku) for sku in "ABCD"]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda line: change(shopper, line, 7).status, lines))
    assert found == [200] * 4
    assert [item["quantity"] for item in shopper.cart()["items"]] == [7] * 4


def test_a_version_is_compared_where_it_is_sent(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    shopper = guest(api)
    line = shopper.put("A")
    refused(change(shopper, line, 2, headers=tag(1)), 412, "STALE_VERSION")
    assert change(shopper, line, 2, headers=tag(2)).status == 200


def test_a_line_has_to_be_in_the_cart(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    mine, other = guest(api), guest(api)
    foreign = other.put("A")
    for line in (foreign, {"id": "lin_none"}, {"id": "A"}):
        refused(change(mine, line, 2), 404, "NOT_FOUND")


def test_a_cart_that_is_done_stays_as_it_is(api: Api, manager: str, clock: Clock) -> None:
    on_sale(api, manager, "A")
    sold, late = guest(api), guest(api)
    lines = sold.put("A"), late.put("A")
    converted(sold)
    refused(change(sold, lines[0], 2), 409, "INVALID_STATE")
    clock.shift(timedelta(days=30))
    refused(change(late, lines[1], 2), 409, "INVALID_STATE")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "quantity"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 1000}, "quantity"),
        ({"quantity": "2"}, "quantity"),
        ({"quantity": 2.5}, "quantity"),
        ({"quantity": None}, "quantity"),
        ({"quantity": 2, "sku": "B"}, "sku"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, body: dict[str, Any], field: str) -> None:
    on_sale(api, manager, "A")
    shopper = guest(api)
    path = f"{shopper.path}/items/{shopper.put('A')['id']}"
    before = everything()
    refused(api.patch(path, json=body, **shopper.credentials), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_somebody_elses_cart_is_as_if_it_were_not_there(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    for owner in (guest(api), customer(api)):
        line = owner.put("A", 3)
        for credentials in strangers(api):
            path, body = f"{owner.path}/items/{line['id']}", {"quantity": 1}
            reply = refused(api.patch(path, json=body, **credentials), 404, "NOT_FOUND")
            missing = api.patch(f"{CARTS}/crt_none/items/{line['id']}", json=body, **credentials)
            assert reply.json["errors"] == missing.json["errors"]
        assert owner.cart()["items"][0]["quantity"] == 3


def test_a_key_gives_equal_bytes_whatever_came_after(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    shopper = guest(api)
    line = shopper.put("A")
    first = change(shopper, line, 2, key="k")
    change(shopper, line, 9)
    assert change(shopper, line, 2, key="k").body == first.body
    assert shopper.cart()["items"][0]["quantity"] == 9


def test_calls_and_policy(api: Api, manager: str) -> None:
    product = on_sale(api, manager, "A")
    shopper = guest(api)
    line = shopper.put("A")
    calls = recorded(lambda: change(shopper, line, 2))
    assert operations(calls) == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    ask_for_all(shopper, "A", product["id"])
    forget_what_is_kept()
    api.post(CARTS, token=manager)
    with record() as touched:
        change(shopper, line, 3, key="k")
    assert_exact_policy(handler.declaration, touched.touches)
