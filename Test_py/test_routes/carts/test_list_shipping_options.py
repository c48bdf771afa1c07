"""GET /api/v1/carts/{cart_id}/shipping-options"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from functions.carts.list_shipping_options import handler
from infra.local.recorder import record
from pushcart.pricing.models import SHIPPING_METHODS
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.carts import CARTS, Shopper, converted, customer, guest, strangers
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.priced_carts import HOME, ask_for_all, keep
from Test_py.support.pricing import delivery, taxes
from Test_py.support.shopkeeping import (
    NOBODYS_CURSOR,
    forget_what_is_kept,
    on_sale,
    operations,
    pages,
    recorded,
    refused,
)


def offered(method_id: str, amount: int, **fields: Any) -> None:
    keep(delivery(method_id, steps=((None, amount),), kind_shard=SHIPPING_METHODS, **fields))


def options(shopper: Shopper, **more: Any) -> Reply:
    return shopper.api.get(f"{shopper.path}/shipping-options", **shopper.credentials, **more)


def at_home(shopper: Shopper) -> Shopper:
    reply = shopper.api.put(f"{shopper.path}/addresses", json={"shipping_address": HOME}, **shopper.credentials)
    assert reply.status == 200, reply.body
    return shopper


def test_what_goes_is_listed_the_cheapest_first_with_its_tax(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    keep(taxes("GB", country_wide=2000))
    offered("shp_fast", 1000)
    offered("shp_slow", 400, countries=["GB"])
    offered("shp_far", 100, countries=["NZ"])
    offered("shp_off", 100, active=False)
    for shopper in (at_home(guest(api)), at_home(customer(api))):
        shopper.put("A")
        reply = options(shopper)
        assert reply.status == 200
        assert [(one["id"], one["amount"]["amount"], one["tax"]["amount"]) for one in reply.data] == [
            ("shp_slow", 400, 80),
            ("shp_fast", 1000, 200),
        ]
        assert reply.data[0]["name"] == "Delivery shp_slow"
        assert shopper.cart()["shipping_method"] is None


def test_the_list_has_pages(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    for number in range(5):
        offered(f"shp_{number}", 100 + number)
    shopper = guest(api)
    shopper.put("A")
    path = f"{shopper.path}/shipping-options"
    shown = [reply.data for reply in pages(api, path, query={"limit": 2}, **shopper.credentials)]
    assert [len(page) for page in shown] == [2, 2, 1]
    assert [one["id"] for page in shown for one in page] == [f"shp_{number}" for number in range(5)]
    refused(options(shopper, query={"cursor": NOBODYS_CURSOR}), 400, "INVALID_CURSOR", "cursor")
    cursor = options(shopper, query={"limit": 1}).meta["next_cursor"]
    offered("shp_0", 100, active=False)
    refused(options(shopper, query={"cursor": cursor}), 400, "INVALID_CURSOR", "cursor")


def test_bad_parameters_are_named(api: Api) -> None:
    shopper = guest(api)
    for name, value in (("limit", "0"), ("limit", "101"), ("limit", "x"), ("country", "GB")):
        refused(options(shopper, query={name: value}), 400, "VALIDATION_ERROR", name)


def test_a_cart_that_is_done_has_none(api: Api, clock: Clock) -> None:
    sold, late = guest(api), guest(api)
    converted(sold)
    refused(options(sold), 409, "INVALID_STATE")
    clock.shift(timedelta(days=30))
    refused(options(late), 409, "INVALID_STATE")


def test_somebody_elses_cart_is_as_if_it_were_not_there(api: Api) -> None:
    for owner in (guest(api), customer(api)):
        for credentials in strangers(api):
            theirs = refused(api.get(f"{owner.path}/shipping-options", **credentials), 404, "NOT_FOUND")
            missing = api.get(f"{CARTS}/crt_none/shipping-options", **credentials)
            assert theirs.json["errors"] == missing.json["errors"]


def test_calls_and_policy(api: Api, manager: str) -> None:
    product = on_sale(api, manager, "A")
    offered("shp_1", 100)
    offered("shp_2", 200)
    shopper = guest(api)
    assert operations(recorded(lambda: options(shopper))) == ["GetItem", "Query"]
    shopper.put("A")
    assert operations(recorded(lambda: options(shopper))) == ["GetItem", "BatchGetItem", "Query"]
    ask_for_all(shopper, "A", product["id"])
    forget_what_is_kept()
    api.post(CARTS, token=manager)
    with record() as touched:
        assert len(options(shopper, query={"limit": 1}).data) == 1
    assert_exact_policy(handler.declaration, touched.touches)
