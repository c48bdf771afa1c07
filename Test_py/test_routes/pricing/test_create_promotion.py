"""POST /api/v1/promotions"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.pricing.create_promotion import handler
from pushcart.money import MAX_PRICE
from pushcart.pricing.schemas.promotions import MAX_USES
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.pricing import basket, cold, everything, promotion_body, quoted, used
from Test_py.support.shopkeeping import announced, end_sessions, operations, refused, session

PATH = "/api/v1/promotions"
EUR = [{"amount": 500, "currency": "EUR"}]


def test_a_promotion_is_made_and_its_code_is_good_at_once(api: Api, manager: str) -> None:
    whole = promotion_body(
        " spring-10 ",
        name=" Spring ",
        minimum_subtotals=EUR,
        starts_at="2026-01-01T01:00:00+01:00",
        ends_at="2099-12-31T23:59:59.1234Z",
        max_uses=5,
    )
    reply = api.post(PATH, json=whole, token=manager)
    assert reply.status == 201
    made = reply.data
    assert made == {
        "id": made["id"],
        "name": "Spring",
        "code": "SPRING-10",
        "kind": "percentage",
        "basis_points": 1000,
        "amounts": [],
        "minimum_subtotals": EUR,
        "starts_at": "2026-01-01T00:00:00.000Z",
        "ends_at": "2099-12-31T23:59:59.123Z",
        "max_uses": 5,
        "used": 0,
        "active": True,
        "archived_at": None,
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
        "version": 1,
    }
    assert made["id"].startswith("prm_")
    assert api.get(f"{PATH}/{made['id']}", token=manager).data == made
    assert quoted(basket(1000, codes=("Spring-10",))).totals["discount"] == 100
    assert announced(made["id"]) == [(1, "promotion.created")]
    assert used(made["id"]) == 0


@pytest.mark.parametrize(
    ("fields", "saved"),
    [
        ({"kind": "amount", "basis_points": None, "amounts": [*EUR, {"amount": 1, "currency": "JPY"}]}, 500),
        ({"kind": "free_shipping", "basis_points": None}, 0),
        ({"basis_points": 10_000}, 1000),
        ({"active": False}, 0),
    ],
)
def test_each_kind_can_be_made(api: Api, manager: str, fields: dict[str, Any], saved: int) -> None:
    reply = api.post(PATH, json=promotion_body(**fields), token=manager)
    assert reply.status == 201, reply.body
    assert {name: reply.data[name] for name in fields} == fields
    assert quoted(basket(1000, codes=("save10",))).totals["discount"] == saved


def test_a_code_is_one_promotions_in_any_case(api: Api, manager: str) -> None:
    assert api.post(PATH, json=promotion_body("Save10"), token=manager).status == 201
    before = everything()
    taken = refused(api.post(PATH, json=promotion_body("sAVE10"), token=manager), 409, "CONFLICT", "code")
    assert taken.json["errors"][0]["detail"] == "SAVE10"
    assert everything() == before


def test_of_many_who_want_one_code_one_gets_it(api: Api, manager: str) -> None:
    def make(_: int) -> int:
        return api.post(PATH, json=promotion_body("ONLY"), token=manager).status

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(make, range(8))) == [201, *[409] * 7]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": None}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"code": ""}, "code"),
        ({"code": "x" * 51}, "code"),
        ({"code": "TEN OFF"}, "code"),
        ({"code": "ＴＥＮ"}, "code"),
        ({"code": 10}, "code"),
        ({"kind": "gift"}, "kind"),
        ({"basis_points": 0}, "basis_points"),
        ({"basis_points": -1}, "basis_points"),
        ({"basis_points": 10_001}, "basis_points"),
        ({"basis_points": "1000"}, "basis_points"),
        ({"basis_points": 10.5}, "basis_points"),
        ({"basis_points": None}, "basis_points"),
        ({"amounts": EUR}, "amounts"),
        ({"kind": "amount", "basis_points": None}, "amounts"),
        ({"kind": "free_shipping"}, "basis_points"),
        ({"minimum_subtotals": [{"amount": -1, "currency": "EUR"}]}, "minimum_subtotals.0.amount"),
        ({"minimum_subtotals": [{"amount": 1, "currency": "EURO"}]}, "minimum_subtotals.0.currency"),
        ({"minimum_subtotals": [{"amount": 1, "currency": "eur"}]}, "minimum_subtotals.0.currency"),
        ({"minimum_subtotals": [{"amount": 1.5, "currency": "EUR"}]}, "minimum_subtotals.0.amount"),
        ({"minimum_subtotals": [{"amount": 0, "currency": "EUR"}]}, "minimum_subtotals"),
        ({"minimum_subtotals": [{"amount": MAX_PRICE + 1, "currency": "EUR"}]}, "minimum_subtotals"),
        ({"minimum_subtotals": EUR * 2}, "minimum_subtotals"),
        (
            {"minimum_subtotals": [{"amount": 1, "currency": f"AA{chr(65 + n)}"} for n in range(21)]},
            "minimum_subtotals",
        ),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"starts_at": "2026-02-30T00:00:00Z"}, "starts_at"),
        ({"starts_at": "2026-01-01T00:00:00"}, "starts_at"),
        ({"starts_at": 1767225600}, "starts_at"),
        ({"ends_at": "0001-01-01T00:00:00+23:59"}, "ends_at"),
        ({"ends_at": "9999-12-31T23:59:59-23:59"}, "ends_at"),
        ({"starts_at": "2026-01-02T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"}, "ends_at"),
        ({"starts_at": "2026-01-02T00:00:00Z", "ends_at": "2026-01-02T01:00:00+01:00"}, "ends_at"),
        ({"max_uses": 0}, "max_uses"),
        ({"max_uses": MAX_USES + 1}, "max_uses"),
        ({"max_uses": True}, "max_uses"),
        ({"active": 1}, "active"),
        ({"active": None}, "active"),
        ({"used": 0}, "used"),
        ({"id": "prm_1"}, "id"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, fields: dict[str, Any], field: str) -> None:
    refused(api.post(PATH, json=promotion_body() | fields, token=manager), 400, "VALIDATION_ERROR", field)
    assert everything() == []


def test_all_that_is_wrong_is_told_together(api: Api, manager: str) -> None:
    dates = {"starts_at": "2026-01-02T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"}
    body = promotion_body(kind="amount", **dates)
    refused(api.post(PATH, json=body, token=manager), 400, "VALIDATION_ERROR", "basis_points", "amounts", "ends_at")
    refused(api.post(PATH, json={}, token=manager), 400, "VALIDATION_ERROR", "name", "code", "kind")


def test_only_staff_with_the_permission_may(api: Api) -> None:
    assert api.post(PATH, json=promotion_body()).status == 401
    for roles in ((), ("support",)):
        refused(api.post(PATH, json=promotion_body(), token=session(*roles)), 403, "FORBIDDEN")
    ended = session("manager")
    end_sessions()
    refused(api.post(PATH, json=promotion_body(), token=ended), 401, "UNAUTHENTICATED")
    assert everything() == []


def test_a_retry_gets_the_same_answer_and_makes_no_second_one(api: Api, manager: str) -> None:
    first, again = (api.post(PATH, json=promotion_body(), token=manager, key="once") for _ in range(2))
    assert (first.status, again.body) == (201, first.body)
    assert len(api.get(PATH, token=manager).data) == 1


def test_calls_and_policy(api: Api, manager: str) -> None:
    calls = cold(api, manager, lambda: api.post(PATH, json=promotion_body(), token=manager, key="once"))
    assert operations(calls) == ["GetSecretValue", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
