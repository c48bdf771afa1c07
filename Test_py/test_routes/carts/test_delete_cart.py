"""DELETE /api/v1/carts/{cart_id}"""

from __future__ import annotations

from datetime import timedelta

from functions.carts.delete_cart import handler
from infra.local.recorder import record
from pushcart.carts.models import CartItem
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.carts import CARTS, converted, customer, guest, strangers
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopkeeping import (
    forget_what_is_kept,
    operations,
    recorded,
    refused,
    stored,
    tag,
)


def test_it_is_thrown_away_with_all_that_is_in_it(api: Api) -> None:
    for shopper in (guest(api), customer(api)):
        reply = api.delete(shopper.path, **shopper.credentials)
        assert (reply.status, reply.body) == (204, b"")
        assert stored(CartItem.key_of(shopper.cart_id)) is None
        refused(api.get(shopper.path, **shopper.credentials), 404, "NOT_FOUND")
        refused(api.delete(shopper.path, **shopper.credentials), 404, "NOT_FOUND")


def test_a_version_is_compared_where_it_is_sent(api: Api) -> None:
    shopper = guest(api)
    refused(api.delete(shopper.path, headers=tag(2), **shopper.credentials), 412, "STALE_VERSION")
    assert api.delete(shopper.path, headers=tag(1), **shopper.credentials).status == 204


def test_a_cart_that_became_an_order_stays(api: Api, clock: Clock) -> None:
    sold, late = guest(api), guest(api)
    converted(sold)
    refused(api.delete(sold.path, **sold.credentials), 409, "INVALID_STATE")
    assert sold.cart()["status"] == "converted"
    clock.shift(timedelta(days=30))
    refused(api.delete(late.path, **late.credentials), 409, "INVALID_STATE")


def test_it_takes_no_parameters(api: Api) -> None:
    shopper = guest(api)
    refused(api.delete(shopper.path, query={"x": "1"}, **shopper.credentials), 400, "VALIDATION_ERROR", "x")


def test_somebody_elses_cart_is_as_if_it_were_not_there(api: Api) -> None:
    for owner in (guest(api), customer(api)):
        for credentials in strangers(api):
            reply = refused(api.delete(owner.path, **credentials), 404, "NOT_FOUND")
            missing = api.delete(f"{CARTS}/crt_none", **credentials)
            assert reply.json["errors"] == missing.json["errors"]
        assert owner.cart()["status"] == "open"


def test_calls_and_policy(api: Api, manager: str) -> None:
    first, second = guest(api), guest(api)
    calls = recorded(lambda: api.delete(first.path, **first.credentials))
    assert operations(calls) == ["BatchGetItem", "TransactWriteItems"]
    forget_what_is_kept()
    api.post(CARTS, token=manager)
    with record() as touched:
        api.delete(second.path, **second.credentials)
    assert_exact_policy(handler.declaration, touched.touches)
