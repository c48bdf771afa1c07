"""PATCH /api/v1/carts/{cart_id}: the currency that it is paid in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.carts.change_cart import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.carts import CARTS, Shopper, converted, customer, guest, strangers
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.priced_carts import ask_for_all
from Test_py.support.shopkeeping import everything, forget_what_is_kept, on_sale, operations, recorded, refused, tag

BOTH = [{"amount": 1999, "currency": "EUR"}, {"amount": 2500, "currency": "USD"}]


def change(shopper: Shopper, currency: str = "USD", **options: Any) -> Reply:
    return shopper.api.patch(shopper.path, json={"currency": currency}, **shopper.credentials, **options)


def test_prices_are_those_of_the_new_currency_and_what_has_none_is_told(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9, variants=[{"sku": "A", "prices": BOTH}])
    on_sale(api, manager, "B", stock=9)
    for shopper in (guest(api), customer(api)):
        shopper.put("A", 2)
        shopper.put("B", 1)
        reply = change(shopper)
        assert reply.status == 200
        assert reply.data == shopper.cart()
        first, second = reply.data["items"]
        assert first["unit_price"] == {"amount": 2500, "currency": "USD"}
        assert second["unit_price"] == {"amount": 0, "currency": "USD"}, "an old price is of no currency"
        assert reply.data["totals"]["total"] == {"amount": 5000, "currency": "USD"}
        assert [(one["sku"], one["code"]) for one in reply.data["problems"]] == [("B", "not_sold_in_currency")]
        back = change(shopper, "EUR").data
        assert (back["totals"]["total"]["amount"], back["problems"]) == (3 * 1999, [])


def test_a_price_that_comes_later_is_told(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    shopper = guest(api)
    shopper.put("A")
    change(shopper)
    path = "/api/v1/variants/A/prices"
    assert api.put(path, json={"prices": BOTH}, token=manager, headers={"if-match": "*"}).status == 200
    assert [one["code"] for one in shopper.cart()["problems"]] == ["price_changed"]


def test_a_version_is_compared_where_it_is_sent(api: Api) -> None:
    shopper = guest(api)
    refused(change(shopper, headers=tag(2)), 412, "STALE_VERSION")
    assert change(shopper, headers=tag(1)).data["version"] == 2


def test_a_key_is_accepted(api: Api) -> None:
    shopper = guest(api)
    first, again = change(shopper, key="k"), change(shopper, key="k")
    assert again.body == first.body
    assert shopper.cart()["version"] == 2


def test_a_cart_that_is_used_stays(api: Api, clock: Clock) -> None:
    shopper, left = guest(api), guest(api)
    before = shopper.cart()["expires_at"]
    clock.shift(timedelta(days=29))
    assert change(shopper).data["expires_at"] > before
    clock.shift(timedelta(days=2))
    assert shopper.cart()["currency"] == "USD"
    refused(api.get(left.path, **left.credentials), 404, "NOT_FOUND")


def test_a_cart_that_is_done_stays_as_it_is(api: Api, clock: Clock) -> None:
    sold, late = guest(api), guest(api)
    converted(sold)
    refused(change(sold), 409, "INVALID_STATE")
    clock.shift(timedelta(days=30))
    refused(change(late), 409, "INVALID_STATE")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "currency"),
        ({"currency": None}, "currency"),
        ({"currency": "usd"}, "currency"),
        ({"currency": "USDX"}, "currency"),
        ({"currency": 5}, "currency"),
        ({"currency": "USD", "status": "open"}, "status"),
        ({"currency": "USD", "owner_id": "usr_1"}, "owner_id"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, body: dict[str, Any], field: str) -> None:
    shopper = guest(api)
    before = everything()
    refused(api.patch(shopper.path, json=body, **shopper.credentials), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_somebody_elses_cart_is_as_if_it_were_not_there(api: Api) -> None:
    for owner in (guest(api), customer(api)):
        for credentials in strangers(api):
            theirs = refused(api.patch(owner.path, json={"currency": "USD"}, **credentials), 404, "NOT_FOUND")
            missing = api.patch(f"{CARTS}/crt_none", json={"currency": "USD"}, **credentials)
            assert theirs.json["errors"] == missing.json["errors"]
        assert owner.cart()["currency"] == "EUR"


def test_calls_and_policy(api: Api, manager: str) -> None:
    product = on_sale(api, manager, "A")
    shopper = guest(api)
    shopper.put("A")
    calls = recorded(lambda: change(shopper))
    assert operations(calls) == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    ask_for_all(shopper, "A", product["id"])
    forget_what_is_kept()
    api.post(CARTS, token=manager)
    with record() as touched:
        change(shopper, "EUR", key="k")
    assert_exact_policy(handler.declaration, touched.touches)
