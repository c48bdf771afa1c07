"""DELETE /api/v1/carts/{cart_id}/promotions/{promotion_code}"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from functions.carts.delete_cart_promotion import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.carts import CARTS, Shopper, converted, customer, guest, strangers
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.priced_carts import keep
from Test_py.support.pricing import promotion
from Test_py.support.shopkeeping import everything, forget_what_is_kept, operations, recorded, refused, tag


def with_codes(shopper: Shopper, *codes: str) -> Shopper:
    keep(promotion("SPRING10"), promotion("SHIPFREE", "free_shipping"))
    for code in codes:
        reply = shopper.api.post(f"{shopper.path}/promotions", json={"code": code}, **shopper.credentials)
        assert reply.status == 201, reply.body
    return shopper


def take_out(shopper: Shopper, code: str, **options: Any) -> Reply:
    return shopper.api.delete(f"{shopper.path}/promotions/{code}", **shopper.credentials, **options)


def test_a_code_goes_however_it_is_typed_and_the_others_stay(api: Api) -> None:
    for shopper in (guest(api), customer(api)):
        with_codes(shopper, "SPRING10", "SHIPFREE")
        reply = take_out(shopper, "spring10")
        assert (reply.status, reply.body) == (204, b"")
        assert [one["code"] for one in shopper.cart()["promotions"]] == ["SHIPFREE"]


def test_a_code_that_is_not_there_is_told(api: Api) -> None:
    shopper = with_codes(guest(api), "SPRING10")
    before = everything()
    refused(take_out(shopper, "SHIPFREE"), 404, "NOT_FOUND")
    refused(take_out(shopper, "%20"), 404, "NOT_FOUND")
    assert everything() == before
    assert take_out(shopper, "SPRING10").status == 204
    refused(take_out(shopper, "SPRING10"), 404, "NOT_FOUND")


def test_a_version_is_compared_where_it_is_sent(api: Api) -> None:
    shopper = with_codes(guest(api), "SPRING10")
    refused(take_out(shopper, "SPRING10", headers=tag(1)), 412, "STALE_VERSION")
    assert take_out(shopper, "SPRING10", headers=tag(2)).status == 204


def test_no_parameter_is_known(api: Api) -> None:
    shopper = with_codes(guest(api), "SPRING10")
    refused(take_out(shopper, "SPRING10", query={"all": "yes"}), 400, "VALIDATION_ERROR", "all")


def test_a_cart_that_is_done_stays_as_it_is(api: Api, clock: Clock) -> None:
    sold, late = with_codes(guest(api), "SPRING10"), with_codes(guest(api), "SPRING10")
    converted(sold)
    refused(take_out(sold, "SPRING10"), 409, "INVALID_STATE")
    clock.shift(timedelta(days=30))
    refused(take_out(late, "SPRING10"), 409, "INVALID_STATE")


def test_somebody_elses_cart_is_as_if_it_were_not_there(api: Api) -> None:
    for owner in (with_codes(guest(api), "SPRING10"), with_codes(customer(api), "SPRING10")):
        for credentials in strangers(api):
            theirs = refused(api.delete(f"{owner.path}/promotions/SPRING10", **credentials), 404, "NOT_FOUND")
            missing = api.delete(f"{CARTS}/crt_none/promotions/SPRING10", **credentials)
            assert theirs.json["errors"] == missing.json["errors"]
        assert len(owner.cart()["promotions"]) == 1


def test_calls_and_policy(api: Api, manager: str) -> None:
    shopper = with_codes(guest(api), "SPRING10", "SHIPFREE")
    assert operations(recorded(lambda: take_out(shopper, "SPRING10"))) == ["BatchGetItem", "TransactWriteItems"]
    forget_what_is_kept()
    api.post(CARTS, token=manager)
    with record() as touched:
        take_out(shopper, "SHIPFREE")
    assert_exact_policy(handler.declaration, touched.touches)
