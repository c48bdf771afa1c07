"""POST /api/v1/tax-rates"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.pricing.create_tax_rate import handler
from pushcart.pricing.schemas.taxes import MAX_BASIS_POINTS
from pushcart.pricing.service import taxes
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.pricing import basket, cold, everything, post, quoted, tax_body
from Test_py.support.shopkeeping import announced, end_sessions, operations, refused, session

PATH = "/api/v1/tax-rates"


def rate_in(region: str | None, country: str = "GB") -> int:
    return quoted(basket(1000, country=country, region=region)).lines[0].tax_rate


def test_a_rate_is_made_and_holds_at_once(api: Api, manager: str) -> None:
    body = {"name": " VAT ", "country": "DE", "basis_points": 1900, "included": True, "applies_to_shipping": False}
    reply = api.post(PATH, json=body, token=manager)
    assert reply.status == 201
    made = reply.data
    assert made == body | {
        "id": made["id"],
        "name": "VAT",
        "region": None,
        "archived_at": None,
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
        "version": 1,
    }
    assert api.get(f"{PATH}/{made['id']}", token=manager).data == made
    found = quoted(basket(1190, country="DE"))
    assert (found.tax_included, found.totals["tax"], found.totals["total"]) == (True, 190, 1190)
    assert announced(made["id"]) == [(1, "tax_rate.created")]


def test_a_region_has_its_own_in_place_of_the_countrys(api: Api, manager: str) -> None:
    post(api, "/tax-rates", tax_body(region=" Isle  of Man ", basis_points=500), manager)
    assert (rate_in("isle of man"), rate_in(None)) == (500, 0)
    post(api, "/tax-rates", tax_body(), manager)
    post(api, "/tax-rates", tax_body("IE", basis_points=2300), manager)
    assert (rate_in("Isle of Man"), rate_in("Kent"), rate_in(None), rate_in(None, "IE")) == (500, 2000, 2000, 2300)


@pytest.mark.parametrize(("region", "again"), [(None, None), ("Isle of Man", "isle of  MAN ")])
def test_a_place_has_one_rate(api: Api, manager: str, region: str | None, again: str | None) -> None:
    first = post(api, "/tax-rates", tax_body(region=region), manager)
    before = everything()
    field = "region" if region else "country"
    taken = refused(api.post(PATH, json=tax_body(region=again), token=manager), 409, "CONFLICT", field)
    assert taken.json["errors"][0]["detail"] == first["id"]
    assert everything() == before


def test_of_many_at_once_one_gets_the_place_and_all_get_theirs(api: Api, manager: str) -> None:
    def make(region: str | None) -> int:
        return api.post(PATH, json=tax_body(region=region), token=manager).status

    with ThreadPoolExecutor(6) as pool:
        same = sorted(pool.map(make, [None] * 4))
        assert [status for status in same if status != 503] == [201, *[409] * (len(same) - 1 - same.count(503))]
    assert [make(region) for region in ("A", "B")] == [201, 201]
    assert len(api.get(PATH, token=manager).data) == 3


def test_prices_contain_the_tax_in_all_of_a_country_or_none(api: Api, manager: str) -> None:
    post(api, "/tax-rates", tax_body(), manager)
    body = tax_body(region="Kent", included=True)
    refused(api.post(PATH, json=body, token=manager), 409, "INVALID_STATE", "included")


def test_a_country_has_no_end_of_rates(api: Api, manager: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taxes, "MOST_REGIONS", 2)
    for region in ("A", "B"):
        post(api, "/tax-rates", tax_body(region=region), manager)
    refused(api.post(PATH, json=tax_body(), token=manager), 409, "INVALID_STATE")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"country": "UK "}, "country"),
        ({"country": "gb"}, "country"),
        ({"country": None}, "country"),
        ({"region": ""}, "region"),
        ({"region": "x" * 201}, "region"),
        ({"region": 1}, "region"),
        ({"basis_points": -1}, "basis_points"),
        ({"basis_points": MAX_BASIS_POINTS + 1}, "basis_points"),
        ({"basis_points": 19.5}, "basis_points"),
        ({"basis_points": "1900"}, "basis_points"),
        ({"basis_points": None}, "basis_points"),
        ({"included": "no"}, "included"),
        ({"applies_to_shipping": None}, "applies_to_shipping"),
        ({"currency": "EUR"}, "currency"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, fields: dict[str, Any], field: str) -> None:
    refused(api.post(PATH, json=tax_body() | fields, token=manager), 400, "VALIDATION_ERROR", field)
    assert everything() == []


def test_only_staff_with_the_permission_may(api: Api) -> None:
    assert api.post(PATH, json=tax_body()).status == 401
    for roles in ((), ("support",)):
        refused(api.post(PATH, json=tax_body(), token=session(*roles)), 403, "FORBIDDEN")
    ended = session("manager")
    end_sessions()
    refused(api.post(PATH, json=tax_body(), token=ended), 401, "UNAUTHENTICATED")


def test_a_retry_gets_the_same_answer_and_makes_no_second_one(api: Api, manager: str) -> None:
    first, again = (api.post(PATH, json=tax_body(), token=manager, key="once") for _ in range(2))
    assert (first.status, again.body) == (201, first.body)


def test_calls_and_policy(api: Api, manager: str) -> None:
    opened = cold(api, manager, lambda: api.post(PATH, json=tax_body(), token=manager, key="once"))
    entered = cold(api, manager, lambda: api.post(PATH, json=tax_body(region="Kent"), token=manager, key="two"))
    assert operations(opened) == operations(entered) == ["GetSecretValue", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, opened.touches | entered.touches)
