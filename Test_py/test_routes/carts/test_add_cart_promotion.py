"""POST /api/v1/carts/{cart_id}/promotions"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.carts.add_cart_promotion import handler
from infra.local.recorder import record
from pushcart.access import CODE_TRIES
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.carts import CARTS, Shopper, converted, customer, guest, strangers
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.priced_carts import ask_for_all, capped, item_of, keep
from Test_py.support.pricing import promotion
from Test_py.support.shopkeeping import everything, forget_what_is_kept, on_sale, operations, recorded, refused, tag


def add(shopper: Shopper, code: str, **options: Any) -> Reply:
    return shopper.api.post(f"{shopper.path}/promotions", json={"code": code}, **shopper.credentials, **options)


def test_a_code_takes_something_off_however_it_is_typed(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    keep(promotion("SPRING10"))
    for shopper in (guest(api), customer(api)):
        shopper.put("A", 2)
        reply = add(shopper, " spring10 ")
        assert reply.status == 201
        assert reply.data == shopper.cart()
        assert reply.data["promotions"] == [
            {"promotion_id": "prm_SPRING10", "code": "SPRING10", "amount": {"amount": 400, "currency": "EUR"}}
        ]
        assert {name: money["amount"] for name, money in reply.data["totals"].items()} == {
            "subtotal": 3998,
            "discount": 400,
            "shipping": 0,
            "tax": 0,
            "total": 3598,
        }


def test_a_code_that_is_there_stays_and_nothing_is_written(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    keep(promotion("SPRING10"))
    shopper = guest(api)
    shopper.put("A")
    add(shopper, "SPRING10")
    before = everything()
    assert len(add(shopper, "Spring10").data["promotions"]) == 1
    assert everything() == before


def test_a_code_may_wait_for_something_to_be_taken_off(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    keep(promotion("SPRING10"))
    shopper = guest(api)
    reply = add(shopper, "SPRING10")
    assert (reply.data["promotions"][0]["amount"]["amount"], reply.data["problems"]) == (0, [])
    assert reply.data == shopper.cart()
    shopper.put("A")
    assert shopper.cart()["totals"]["discount"]["amount"] == 200


def test_what_does_not_go_is_refused_and_why_is_told(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    keep(
        promotion("OLD", ends_at="2020-01-01T00:00:00.000Z"),
        promotion("RICH", minimums={"EUR": 100_000}),
        promotion("DOLLAR", "amount", amounts={"USD": 5}),
        promotion("LESS", basis_points=500),
        promotion("SPRING10"),
        promotion("EARLY", starts_at="2100-01-01T00:00:00.000Z"),
    )
    shopper = guest(api)
    shopper.put("A")
    add(shopper, "SPRING10")
    found = [
        (error["field"], error["detail"])
        for code in ("OLD", "RICH", "DOLLAR", "LESS")
        for error in refused(add(shopper, code), 409, "INVALID_STATE").json["errors"]
    ]
    told = ("promotion_ended", "promotion_below_minimum", "promotion_not_in_currency", "promotion_not_combined")
    assert found == [("code", detail) for detail in told]
    for code in ("NONE", "EARLY"):
        refused(add(shopper, code), 404, "NOT_FOUND")
    assert [one["code"] for one in shopper.cart()["promotions"]] == ["SPRING10"]


def test_what_is_over_by_now_is_told_in_the_cart(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    keep(promotion("SPRING10"))
    shopper = guest(api)
    shopper.put("A")
    add(shopper, "SPRING10")
    keep(promotion("SPRING10", active=False))
    cart = shopper.cart()
    assert [(one["code"], one["promotion_code"], one["sku"]) for one in cart["problems"]] == [
        ("promotion_unknown", "SPRING10", "")
    ]
    assert cart["promotions"] == [
        {"promotion_id": None, "code": "SPRING10", "amount": {"amount": 0, "currency": "EUR"}}
    ]
    assert cart["totals"]["total"]["amount"] == 1999


def test_what_is_used_up_is_told_before_anybody_orders(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    capped("ONCE", 1)
    shopper, late = guest(api), guest(api)
    shopper.put("A")
    assert add(shopper, "ONCE").status == 201
    capped("ONCE", 1, used=1)
    cart = shopper.cart()
    assert [(one["code"], one["promotion_code"]) for one in cart["problems"]] == [("promotion_used_up", "ONCE")]
    assert cart["totals"]["discount"]["amount"] == 0
    late.put("A")
    reply = refused(add(late, "ONCE"), 409, "INVALID_STATE", "code")
    assert reply.json["errors"][0]["detail"] == "promotion_used_up"
    assert operations(recorded(shopper.cart)) == ["GetItem", "BatchGetItem", "BatchGetItem"]


def test_three_codes_are_the_most(api: Api) -> None:
    keep(promotion("A1"), promotion("B2", "amount", amounts={"EUR": 5}), promotion("C3", "free_shipping"))
    keep(promotion("D4"))
    shopper = guest(api)
    for code in ("A1", "B2", "C3"):
        assert add(shopper, code).status == 201
    refused(add(shopper, "D4"), 409, "INVALID_STATE", "code")


def test_codes_are_not_found_by_going_through_words(api: Api) -> None:
    """Wrong tries count, and whoever made too many is not told of a right one either."""
    keep(promotion("SPRING10"))
    shopper = guest(api)
    for number in range(CODE_TRIES.most):
        refused(add(shopper, f"GUESS{number}"), 404, "NOT_FOUND")
    reply = refused(add(shopper, "SPRING10"), 429, "RATE_LIMITED")
    assert int(reply.headers["retry-after"]) > 0
    refused(add(guest(api), "SPRING10"), 429, "RATE_LIMITED")
    assert add(customer(api), "SPRING10").status == 201
    assert item_of(shopper).codes == []


def test_a_version_is_compared_where_it_is_sent(api: Api) -> None:
    keep(promotion("SPRING10"))
    shopper = guest(api)
    refused(add(shopper, "SPRING10", headers=tag(2)), 412, "STALE_VERSION")
    assert add(shopper, "SPRING10", headers=tag(1)).data["version"] == 2


def test_a_key_is_accepted(api: Api) -> None:
    keep(promotion("SPRING10"))
    shopper = guest(api)
    first = add(shopper, "SPRING10", key="k")
    assert add(shopper, "SPRING10", key="k").body == first.body
    missing = add(shopper, "NONE", key="n")
    keep(promotion("NONE"))
    assert add(shopper, "NONE", key="n").body == missing.body, "a refusal is kept, too"


def test_a_cart_that_is_done_stays_as_it_is(api: Api, clock: Clock) -> None:
    keep(promotion("SPRING10"))
    sold, late = guest(api), guest(api)
    converted(sold)
    refused(add(sold, "SPRING10"), 409, "INVALID_STATE")
    clock.shift(timedelta(days=30))
    refused(add(late, "SPRING10"), 409, "INVALID_STATE")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "code"),
        ({"code": None}, "code"),
        ({"code": 10}, "code"),
        ({"code": ""}, "code"),
        ({"code": "TWO WORDS"}, "code"),
        ({"code": "A/B"}, "code"),
        ({"code": "X" * 51}, "code"),
        ({"code": "SPRING10", "amount": 5}, "amount"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, body: dict[str, Any], field: str) -> None:
    shopper = guest(api)
    before = everything()
    reply = api.post(f"{shopper.path}/promotions", json=body, **shopper.credentials)
    refused(reply, 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_somebody_elses_cart_is_as_if_it_were_not_there(api: Api) -> None:
    keep(promotion("SPRING10"))
    body = {"code": "SPRING10"}
    for owner in (guest(api), customer(api)):
        for credentials in strangers(api):
            theirs = refused(api.post(f"{owner.path}/promotions", json=body, **credentials), 404, "NOT_FOUND")
            missing = api.post(f"{CARTS}/crt_none/promotions", json=body, **credentials)
            assert theirs.json["errors"] == missing.json["errors"]
        assert owner.cart()["promotions"] == []


def test_calls_and_policy(api: Api, manager: str) -> None:
    product = on_sale(api, manager, "A")
    keep(promotion("SPRING10"), promotion("SHIPFREE", "free_shipping"))
    shopper = guest(api)
    shopper.put("A")
    calls = recorded(lambda: add(shopper, "SPRING10"))
    assert operations(calls) == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    wrong = recorded(lambda: add(shopper, "NONE"))
    assert operations(wrong) == ["BatchGetItem", "BatchGetItem", "UpdateItem"]
    ask_for_all(shopper, "A", product["id"])
    forget_what_is_kept()
    api.post(CARTS, token=manager)
    with record() as touched:
        assert add(shopper, "SHIPFREE", key="k").status == 201
    assert_exact_policy(handler.declaration, touched.touches)
