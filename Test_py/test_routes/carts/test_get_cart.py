"""GET /api/v1/carts/{cart_id}"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from functions.carts.get_cart import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.carts import CARTS, converted, customer, fill, guest, strangers
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.priced_carts import ask_for_all, item_of, lay_elsewhere
from Test_py.support.shopkeeping import (
    forget_what_is_kept,
    on_sale,
    operations,
    recorded,
    refused,
    stocked,
    tag,
)


def problems(cart: Any) -> list[tuple[str, str]]:
    return [(problem["sku"], problem["code"]) for problem in cart["problems"]]


def price(api: Api, manager: str, sku: str, amount: int, currency: str = "EUR") -> None:
    body = {"prices": [{"amount": amount, "currency": currency}]}
    path = f"/api/v1/variants/{sku}/prices"
    assert api.put(path, json=body, token=manager, headers={"if-match": "*"}).status == 200


def test_it_shows_lines_at_todays_prices(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    shopper = guest(api)
    line = shopper.put("A", 2)
    assert shopper.cart()["items"] == [line]
    assert line == {
        "id": line["id"],
        "sku": "A",
        "title": "Product A",
        "quantity": 2,
        "unit_price": {"amount": 1999, "currency": "EUR"},
        "total": {"amount": 3998, "currency": "EUR"},
    }
    assert shopper.cart()["totals"]["total"] == {"amount": 3998, "currency": "EUR"}
    assert shopper.cart()["problems"] == []


def test_a_price_that_changed_counts_and_is_told(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    shopper = customer(api)
    shopper.put("A", 2)
    price(api, manager, "A", 100)
    cart = shopper.cart()
    assert cart["totals"]["total"]["amount"] == 200
    assert problems(cart) == [("A", "price_changed")]
    shopper.add("A", 1)
    assert problems(shopper.cart()) == []


def test_what_is_short_is_told_without_counts(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=7)
    on_sale(api, manager, "B")
    shopper = guest(api)
    shopper.put("A", 8)
    shopper.put("B", 1)
    cart = shopper.cart()
    assert problems(cart) == [("A", "not_enough_stock"), ("B", "out_of_stock")]
    assert "7" not in repr([problem["message"] for problem in cart["problems"]])
    assert cart["totals"]["subtotal"]["amount"] == 9 * 1999
    stocked(api, manager, "A", 1)
    stocked(api, manager, "B", 1)
    assert problems(shopper.cart()) == []


def test_what_is_no_longer_sold_adds_nothing(api: Api, manager: str) -> None:
    gone = on_sale(api, manager, "A", stock=9)
    on_sale(api, manager, "B", stock=9)
    shopper = guest(api)
    shopper.put("A", 1)
    shopper.put("B", 1)
    api.delete(f"/api/v1/products/{gone['id']}", token=manager, headers=tag(2))
    cart = shopper.cart()
    assert problems(cart) == [("A", "no_longer_sold")]
    assert [item["total"]["amount"] for item in cart["items"]] == [0, 1999]
    assert cart["items"][0]["unit_price"]["amount"] == 1999
    assert cart["totals"]["total"]["amount"] == 1999


def test_what_is_no_longer_sold_in_its_currency_adds_nothing(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    shopper = guest(api)
    shopper.put("A", 1)
    price(api, manager, "A", 5, "USD")
    cart = shopper.cart()
    assert problems(cart) == [("A", "not_sold_in_currency")]
    assert cart["totals"]["total"] == {"amount": 0, "currency": "EUR"}


def test_the_dearest_cart_there_can_be_adds_up(api: Api, manager: str) -> None:
    dear = [{"amount": 10**11, "currency": "EUR"}]
    skus = [f"S-{number:02d}" for number in range(50)]
    products: dict[str, str] = {}
    for half in (skus[:25], skus[25:]):
        product = on_sale(api, manager, half[0], variants=[{"sku": sku, "prices": dear} for sku in half])
        products |= dict.fromkeys(half, product["id"])
    shopper = guest(api)
    fill(shopper, products, quantity=999)
    assert shopper.cart()["totals"]["total"]["amount"] == 50 * 999 * 10**11
    calls = recorded(shopper.cart)
    assert operations(calls) == ["GetItem", "BatchGetItem"]


def test_what_lies_elsewhere_is_found_and_remembered(api: Api, manager: str) -> None:
    product = on_sale(api, manager, "A")
    shopper = guest(api)
    shopper.put("A", 3)
    assert problems(shopper.cart()) == [("A", "out_of_stock")]
    lay_elsewhere("A", product["id"], 2, location_id="north")
    assert problems(shopper.cart()) == [("A", "not_enough_stock")], "a line is taken whole from one place"
    lay_elsewhere("A", product["id"], 4, location_id="south")
    assert problems(shopper.cart()) == []
    assert [line.location_id for line in item_of(shopper).lines] == ["main"], "looking writes nothing"
    shopper.add("A", 1)
    assert [line.location_id for line in item_of(shopper).lines] == ["south"]
    assert operations(recorded(shopper.cart)) == ["GetItem", "BatchGetItem"]


def test_somebody_elses_cart_is_as_if_it_were_not_there(api: Api) -> None:
    for owner in (guest(api), customer(api)):
        for credentials in strangers(api):
            reply = refused(api.get(owner.path, **credentials), 404, "NOT_FOUND")
            missing = refused(api.get(f"{CARTS}/crt_none", **credentials), 404, "NOT_FOUND")
            assert reply.json["errors"] == missing.json["errors"]
        assert owner.cart()["id"] == owner.cart_id


def test_a_cart_that_has_expired_is_gone(api: Api, clock: Clock) -> None:
    shopper = guest(api)
    clock.shift(timedelta(days=30))
    refused(api.get(shopper.path, **shopper.credentials), 404, "NOT_FOUND")


def test_a_cart_that_became_an_order_leads_to_it(api: Api) -> None:
    shopper = guest(api)
    converted(shopper, "ord_7")
    assert (shopper.cart()["status"], shopper.cart()["order_id"]) == ("converted", "ord_7")


def test_it_is_not_sent_twice_and_not_kept_by_others(api: Api) -> None:
    shopper = guest(api)
    first = api.get(shopper.path, **shopper.credentials)
    assert first.headers["cache-control"] == "no-store"
    known = {"if-none-match": first.headers["etag"]}
    assert api.get(shopper.path, headers=known, **shopper.credentials).status == 304


def test_no_parameter_is_known(api: Api) -> None:
    shopper = guest(api)
    refused(api.get(shopper.path, query={"as": "x"}, **shopper.credentials), 400, "VALIDATION_ERROR", "as")


def test_calls_and_policy(api: Api, manager: str) -> None:
    product = on_sale(api, manager, "A")
    shopper = guest(api)
    assert operations(recorded(shopper.cart)) == ["GetItem"]
    shopper.put("A")
    api.get("/api/v1/users/me", token=manager)
    assert operations(recorded(shopper.cart)) == ["GetItem", "BatchGetItem"]
    ask_for_all(shopper, "A", product["id"])
    forget_what_is_kept()
    api.post(CARTS, token=manager)
    with record() as touched:
        shopper.cart()
    assert_exact_policy(handler.declaration, touched.touches)
