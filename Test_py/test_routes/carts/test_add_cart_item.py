"""POST /api/v1/carts/{cart_id}/items"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from functions.carts.add_cart_item import handler
from infra.local.recorder import record
from pushcart.catalog.models.variants import SkuItem
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.carts import CARTS, converted, customer, fill, guest, strangers
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.priced_carts import ask_for_all
from Test_py.support.shopkeeping import (
    drafted,
    everything,
    forget_what_is_kept,
    on_sale,
    operations,
    recorded,
    refused,
    stored,
    tag,
)

EUR = [{"amount": 100, "currency": "EUR"}]


def shelf(api: Api, manager: str, count: int, name: str = "S") -> list[str]:
    """Put one product with so many variants on sale; returns their SKUs."""
    skus = [f"{name}-{number:02d}" for number in range(count)]
    on_sale(api, manager, name, variants=[{"sku": sku, "prices": EUR} for sku in skus])
    return skus


def test_it_puts_something_in_and_shows_the_cart(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    for shopper in (guest(api), customer(api)):
        reply = shopper.add("A", 2)
        assert reply.status == 201
        assert (reply.data["version"], reply.data["token"]) == (2, None)
        assert reply.data == shopper.cart()
        assert reply.data["items"][0]["id"].startswith("lin_")


def test_one_is_put_in_unless_told_otherwise(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    shopper = guest(api)
    reply = api.post(f"{shopper.path}/items", json={"sku": "A"}, **shopper.credentials)
    assert reply.data["items"][0]["quantity"] == 1


def test_what_lies_there_becomes_more(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    shopper = guest(api)
    first, second = shopper.put("A", 2), shopper.put("A", 3)
    assert (second["id"], second["quantity"]) == (first["id"], 5)
    assert len(shopper.cart()["items"]) == 1


def test_lines_stay_in_the_order_in_which_they_came(api: Api, manager: str) -> None:
    skus = shelf(api, manager, 3)
    shopper = guest(api)
    for sku in (skus[2], skus[0], skus[1], skus[2]):
        shopper.put(sku)
    assert [item["sku"] for item in shopper.cart()["items"]] == [skus[2], skus[0], skus[1]]


def test_there_is_an_end_to_quantity(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    shopper = guest(api)
    shopper.put("A", 998)
    refused(shopper.add("A", 2), 409, "INVALID_STATE", "quantity")
    assert shopper.put("A", 1)["quantity"] == 999


def test_there_is_an_end_to_lines(api: Api, manager: str) -> None:
    skus = [*shelf(api, manager, 26, "A"), *shelf(api, manager, 25, "B")]
    shopper = guest(api)
    fill(shopper, {sku: stored(SkuItem.key_of(sku)).product_id for sku in skus[:49]})
    assert shopper.put(skus[49])["quantity"] == 1
    refused(shopper.add(skus[50]), 409, "INVALID_STATE")
    assert shopper.put(skus[0])["quantity"] == 2
    assert len(shopper.cart()["items"]) == 50


def test_of_many_at_once_no_line_is_lost(api: Api, manager: str) -> None:
    skus = shelf(api, manager, 6)
    shopper = guest(api)
    with ThreadPoolExecutor(6) as pool:
        assert [reply.status for reply in pool.map(shopper.add, skus)] == [201] * 6
    cart = shopper.cart()
    assert sorted(item["sku"] for item in cart["items"]) == skus
    assert cart["version"] == 7


def test_of_many_at_once_with_one_sku_none_is_lost(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    shopper = guest(api)
    with ThreadPoolExecutor(6) as pool:
        assert [reply.status for reply in pool.map(shopper.add, ["A"] * 6)] == [201] * 6
    assert [item["quantity"] for item in shopper.cart()["items"]] == [6]


def test_a_version_is_compared_where_it_is_sent(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    shopper = guest(api)
    refused(shopper.add("A", headers=tag(2)), 412, "STALE_VERSION")
    assert shopper.add("A", headers=tag(1)).status == 201
    refused(shopper.add("A", headers=tag(1)), 412, "STALE_VERSION")


def test_of_many_at_once_with_a_version_one_gets_through(api: Api, manager: str) -> None:
    skus = shelf(api, manager, 4)
    shopper = guest(api)
    with ThreadPoolExecutor(4) as pool:
        found = sorted(reply.status for reply in pool.map(lambda sku: shopper.add(sku, headers=tag(1)), skus))
    assert found == [201, 412, 412, 412]


def test_only_what_is_sold_can_be_put_in(api: Api, manager: str) -> None:
    drafted(api, manager, "DRAFT")
    gone = on_sale(api, manager, "GONE")
    api.delete(f"/api/v1/products/{gone['id']}", token=manager, headers=tag(2))
    shopper = guest(api)
    replies = [refused(shopper.add(sku), 404, "NOT_FOUND") for sku in ("DRAFT", "GONE", "NONE")]
    assert len({repr(reply.json["errors"]) for reply in replies}) == 1


def test_only_what_is_sold_in_the_carts_currency_can_be_put_in(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    shopper = guest(api, currency="USD")
    refused(shopper.add("A"), 409, "INVALID_STATE", "sku")
    assert shopper.cart()["items"] == []


def test_a_cart_that_is_done_takes_nothing(api: Api, manager: str, clock: Clock) -> None:
    on_sale(api, manager, "A")
    sold, late = guest(api), guest(api)
    converted(sold)
    refused(sold.add("A"), 409, "INVALID_STATE")
    clock.shift(timedelta(days=30))
    refused(late.add("A"), 409, "INVALID_STATE")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sku": None}, "sku"),
        ({"sku": 5}, "sku"),
        ({"sku": "x" * 65}, "sku"),
        ({"sku": "a#b"}, "sku"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"quantity": 1000}, "quantity"),
        ({"quantity": 1.0}, "quantity"),
        ({"quantity": "2"}, "quantity"),
        ({"quantity": True}, "quantity"),
        ({"unit_price": {"amount": 1, "currency": "EUR"}}, "unit_price"),
        ({"id": "lin_mine"}, "id"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, change: dict[str, Any], field: str) -> None:
    on_sale(api, manager, "A")
    shopper = guest(api)
    before = everything()
    body = {name: value for name, value in ({"sku": "A", "quantity": 1} | change).items() if value is not None}
    reply = api.post(f"{shopper.path}/items", json=body, **shopper.credentials)
    refused(reply, 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_somebody_elses_cart_is_as_if_it_were_not_there(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    for owner in (guest(api), customer(api)):
        for credentials in strangers(api):
            # Staff have to send a version only where staff may call: this is a customer's route.
            body = {"sku": "A"}
            reply = refused(api.post(f"{owner.path}/items", json=body, **credentials), 404, "NOT_FOUND")
            missing = api.post(f"{CARTS}/crt_none/items", json=body, **credentials)
            assert reply.json["errors"] == missing.json["errors"]
        assert owner.cart()["items"] == []


def test_a_key_puts_it_in_once(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    shopper = guest(api)
    first, again = shopper.add("A", key="k"), shopper.add("A", key="k")
    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert shopper.cart()["items"][0]["quantity"] == 1


def test_calls_and_policy(api: Api, manager: str) -> None:
    product = on_sale(api, manager, "A")
    shopper = guest(api)
    shopper.put("A")
    calls = recorded(lambda: shopper.add("A"))
    assert operations(calls) == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    ask_for_all(shopper, "A", product["id"])
    forget_what_is_kept()
    api.post(CARTS, token=manager)
    with record() as touched:
        shopper.add("A", key="k")
    assert_exact_policy(handler.declaration, touched.touches)
