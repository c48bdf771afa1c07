"""PATCH /api/v1/tax-rates/{tax_rate_id}"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.pricing.update_tax_rate import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api, Reply
from Test_py.support.pricing import basket, cold, everything, post, quoted, tax_body
from Test_py.support.shopkeeping import announced, end_sessions, operations, refused, session, tag

PATH = "/api/v1/tax-rates"
ANY = {"if-match": "*"}


@pytest.fixture
def made(api: Api, manager: str) -> Any:
    return post(api, "/tax-rates", tax_body(), manager)


def patch(api: Api, token: str, made: Any, body: Any, **options: Any) -> Reply:
    return api.patch(f"{PATH}/{made['id']}", json=body, token=token, **{"headers": ANY, **options})


@pytest.mark.parametrize(
    ("body", "total"),
    [
        ({"name": "Tax"}, 1200),
        ({"basis_points": 1000}, 1100),
        ({"basis_points": 0}, 1000),
        ({"included": True}, 1000),
        ({"applies_to_shipping": False}, 1200),
    ],
)
def test_what_is_named_changes_for_the_next_basket_and_the_rest_stays(
    api: Api, manager: str, made: Any, body: dict[str, Any], total: int
) -> None:
    reply = patch(api, manager, made, body, headers=tag(1))
    assert reply.status == 200, reply.body
    assert reply.data == made | body | {"version": 2, "updated_at": reply.data["updated_at"]}
    assert api.get(f"{PATH}/{made['id']}", token=manager).data == reply.data
    found = quoted(basket(1000, country="GB"))
    assert (found.totals["total"], found.tax_included) == (total, reply.data["included"])
    assert announced(made["id"])[1:] == [(2, "tax_rate.updated")]


def test_what_prices_contain_is_told_for_all_of_a_country(api: Api, manager: str, made: Any) -> None:
    post(api, "/tax-rates", tax_body(region="Kent"), manager)
    refused(patch(api, manager, made, {"included": True}), 409, "INVALID_STATE", "included")
    assert patch(api, manager, made, {"basis_points": 100}).status == 200
    assert [quoted(basket(1000, country="GB", region=region)).totals["tax"] for region in ("Kent", "Devon")] == [
        200,
        10,
    ]


def test_rates_of_one_country_are_changed_at_once_and_none_is_lost(api: Api, manager: str, made: Any) -> None:
    other = post(api, "/tax-rates", tax_body(region="Kent"), manager)

    def change(which: Any) -> int:
        return patch(api, manager, which, {"basis_points": 700}, headers=tag(1)).status

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(change, [made, other])) == [200, 200]
    assert {quoted(basket(1000, country="GB", region=region)).totals["tax"] for region in ("Kent", "Devon")} == {70}


@pytest.mark.parametrize("body", [{}, {"basis_points": 2000}, {"included": False}])
def test_what_changes_nothing_writes_nothing(api: Api, manager: str, made: Any, body: dict[str, Any]) -> None:
    before = everything()
    assert patch(api, manager, made, body).data == made
    assert everything() == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"country": "FR"}, "country"),
        ({"region": "Kent"}, "region"),
        ({"name": None}, "name"),
        ({"basis_points": None}, "basis_points"),
        ({"basis_points": -1}, "basis_points"),
        ({"included": None}, "included"),
        ({"applies_to_shipping": "x"}, "applies_to_shipping"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(
    api: Api, manager: str, made: Any, body: dict[str, Any], field: str
) -> None:
    before = everything()
    refused(patch(api, manager, made, body), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_the_version_that_was_seen_is_needed_and_compared(api: Api, manager: str, made: Any) -> None:
    refused(patch(api, manager, made, {"name": "x"}, headers={}), 428, "VERSION_REQUIRED")
    refused(patch(api, manager, made, {"name": "x"}, headers=tag(2)), 412, "STALE_VERSION")


def test_what_is_archived_or_not_there_cannot_be_changed(api: Api, manager: str, made: Any) -> None:
    refused(patch(api, manager, {"id": "tax_x"}, {"name": "x"}), 404, "NOT_FOUND")
    assert api.delete(f"{PATH}/{made['id']}", token=manager, headers=ANY).status == 204
    refused(patch(api, manager, made, {"basis_points": 1}), 409, "INVALID_STATE")


def test_only_staff_with_the_permission_may(api: Api, manager: str, made: Any) -> None:
    assert api.patch(f"{PATH}/{made['id']}", json={}).status == 401
    for roles in ((), ("support",)):
        refused(patch(api, session(*roles), made, {"name": "x"}), 403, "FORBIDDEN")
    end_sessions()
    refused(patch(api, manager, made, {"name": "x"}), 401, "UNAUTHENTICATED")


def test_a_retry_gets_the_same_answer(api: Api, manager: str, made: Any) -> None:
    first, again = (patch(api, manager, made, {"name": "x"}, headers=tag(1), key="once") for _ in range(2))
    assert (first.status, again.body) == (200, first.body)


def test_calls_and_policy(api: Api, manager: str, made: Any) -> None:
    calls = cold(api, manager, lambda: patch(api, manager, made, {"basis_points": 1}, key="once"))
    assert operations(calls) == ["GetSecretValue", "BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
