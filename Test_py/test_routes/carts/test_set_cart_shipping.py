"""PUT /api/v1/carts/{cart_id}/shipping"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.carts.set_cart_shipping import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.carts import CARTS, Shopper, converted, customer, guest, strangers
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.priced_carts import HOME, ask_for_all, keep
from Test_py.support.pricing import delivery, taxes
from Test_py.support.shopkeeping import everything, forget_what_is_kept, on_sale, operations, recorded, refused, tag


def send(shopper: Shopper, method_id: str | None, **options: Any) -> Reply:
    body = {"shipping_method_id": method_id}
    return shopper.api.put(f"{shopper.path}/shipping", json=body, **shopper.credentials, **options)


def at_home(shopper: Shopper) -> Shopper:
    reply = shopper.api.put(f"{shopper.path}/addresses", json={"shipping_address": HOME}, **shopper.credentials)
    assert reply.status == 200, reply.body
    return shopper


def test_it_is_priced_taxed_and_taken_away_again(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    keep(delivery("shp_1"), taxes("GB", country_wide=2000))
    for shopper in (at_home(guest(api)), at_home(customer(api))):
        shopper.put("A")
        reply = send(shopper, "shp_1")
        assert reply.status == 200
        assert reply.data == shopper.cart()
        cart = reply.data
        assert (cart["shipping_method"], cart["shipping"]["name"]) == ("shp_1", "Delivery shp_1")
        assert cart["shipping"]["amount"] == cart["totals"]["shipping"] == {"amount": 499, "currency": "EUR"}
        assert (cart["totals"]["tax"]["amount"], cart["totals"]["total"]["amount"]) == (500, 2998)
        assert cart["problems"] == []
        gone = send(shopper, None).data
        assert (gone["shipping_method"], gone["shipping"], gone["totals"]["shipping"]["amount"]) == (None, None, 0)


def test_without_an_address_it_may_be_chosen_and_the_address_is_asked_for(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    keep(delivery("shp_1", countries=["GB"]))
    shopper = guest(api)
    shopper.put("A")
    codes = [one["code"] for one in send(shopper, "shp_1").data["problems"]]
    assert codes == ["shipping_not_to_address", "address_missing"]
    assert at_home(shopper).cart()["problems"] == []


def test_what_does_not_go_is_refused_and_why_is_told(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    keep(
        delivery("shp_far", countries=["NZ"]),
        delivery("shp_usd", currency="USD"),
        delivery("shp_off", active=False),
    )
    shopper = at_home(guest(api))
    shopper.put("A")
    for method_id, detail in (("shp_far", "shipping_not_to_address"), ("shp_usd", "shipping_not_in_currency")):
        reply = refused(send(shopper, method_id), 409, "INVALID_STATE", "shipping_method_id")
        assert reply.json["errors"][0]["detail"] == detail
    for method_id in ("shp_off", "shp_none"):
        refused(send(shopper, method_id), 404, "NOT_FOUND")
    assert shopper.cart()["shipping_method"] is None


def test_what_goes_no_more_is_told_in_the_cart(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    keep(delivery("shp_1"))
    shopper = at_home(guest(api))
    shopper.put("A")
    send(shopper, "shp_1")
    keep(delivery("shp_1", active=False))
    cart = shopper.cart()
    assert [one["code"] for one in cart["problems"]] == ["shipping_unknown"]
    assert (cart["shipping"], cart["totals"]["shipping"]["amount"]) == (None, 0)


def test_a_version_is_compared_where_it_is_sent(api: Api) -> None:
    shopper = guest(api)
    refused(send(shopper, None, headers=tag(2)), 412, "STALE_VERSION")
    assert send(shopper, None, headers=tag(1)).data["version"] == 2


def test_a_cart_that_is_done_stays_as_it_is(api: Api, clock: Clock) -> None:
    sold, late = guest(api), guest(api)
    converted(sold)
    refused(send(sold, None), 409, "INVALID_STATE")
    clock.shift(timedelta(days=30))
    refused(send(late, None), 409, "INVALID_STATE")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "shipping_method_id"),
        ({"shipping_method_id": 5}, "shipping_method_id"),
        ({"shipping_method_id": ""}, "shipping_method_id"),
        ({"shipping_method_id": "s" * 65}, "shipping_method_id"),
        ({"shipping_method_id": "a/b"}, "shipping_method_id"),
        ({"shipping_method_id": None, "amount": 0}, "amount"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, body: dict[str, Any], field: str) -> None:
    shopper = guest(api)
    before = everything()
    reply = api.put(f"{shopper.path}/shipping", json=body, **shopper.credentials)
    refused(reply, 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_somebody_elses_cart_is_as_if_it_were_not_there(api: Api) -> None:
    keep(delivery("shp_1"))
    body = {"shipping_method_id": "shp_1"}
    for owner in (guest(api), customer(api)):
        for credentials in strangers(api):
            theirs = refused(api.put(f"{owner.path}/shipping", json=body, **credentials), 404, "NOT_FOUND")
            missing = api.put(f"{CARTS}/crt_none/shipping", json=body, **credentials)
            assert theirs.json["errors"] == missing.json["errors"]
        assert owner.cart()["shipping_method"] is None


def test_calls_and_policy(api: Api, manager: str) -> None:
    product = on_sale(api, manager, "A")
    keep(delivery("shp_1"))
    shopper = guest(api)
    shopper.put("A")
    calls = recorded(lambda: send(shopper, "shp_1"))
    assert operations(calls) == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    ask_for_all(shopper, "A", product["id"])
    forget_what_is_kept()
    api.post(CARTS, token=manager)
    with record() as touched:
        assert send(shopper, "shp_1").status == 200
    assert_exact_policy(handler.declaration, touched.touches)
