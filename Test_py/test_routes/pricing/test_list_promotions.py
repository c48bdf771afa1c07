"""GET /api/v1/promotions"""

from __future__ import annotations

from typing import Any

import pytest

from functions.pricing.list_promotions import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.pricing import cold, method_body, post, promotion_body, tax_body
from Test_py.support.shopkeeping import NOBODYS_CURSOR, end_sessions, operations, pages, refused, session

PATH = "/api/v1/promotions"


def test_they_are_listed_the_latest_first_and_nothing_else_is(api: Api, manager: str) -> None:
    assert api.get(PATH, token=manager).data == []
    first = post(api, "/promotions", promotion_body("A", max_uses=3), manager)
    second = post(api, "/promotions", promotion_body("B", active=False), manager)
    post(api, "/shipping-methods", method_body(), manager)
    post(api, "/tax-rates", tax_body(), manager)
    assert api.get(PATH, token=session("support")).data == [second, first | {"used": None}]


def test_what_was_archived_is_in_no_list(api: Api, manager: str) -> None:
    made = post(api, "/promotions", promotion_body(), manager)
    assert api.delete(f"{PATH}/{made['id']}", token=manager, headers={"if-match": "*"}).status == 204
    assert api.get(PATH, token=manager).data == []


def test_pages_join_without_gap_or_repetition(api: Api, manager: str) -> None:
    made = [post(api, "/promotions", promotion_body(f"P{number}"), manager)["id"] for number in range(5)]
    seen = [[one["id"] for one in page.data] for page in pages(api, PATH, token=manager, query={"limit": 2})]
    assert [len(page) for page in seen] == [2, 2, 1]
    assert [one for page in seen for one in page] == made[::-1]


@pytest.mark.parametrize(
    ("query", "field"),
    [({"limit": 0}, "limit"), ({"limit": 101}, "limit"), ({"limit": "x"}, "limit"), ({"code": "A"}, "code")],
)
def test_bad_and_unknown_parameters_are_named(api: Api, manager: str, query: dict[str, Any], field: str) -> None:
    refused(api.get(PATH, token=manager, query=query), 400, "VALIDATION_ERROR", field)


def test_a_cursor_is_good_for_its_caller_and_its_list_alone(api: Api, manager: str) -> None:
    for code in ("A", "B"):
        post(api, "/promotions", promotion_body(code), manager)
    cursor = api.get(PATH, token=manager, query={"limit": 1}).meta["next_cursor"]
    for path, token, stolen in [
        (PATH, session("manager"), cursor),
        (PATH, manager, NOBODYS_CURSOR),
        ("/api/v1/tax-rates", manager, cursor),
    ]:
        refused(api.get(path, token=token, query={"limit": 1, "cursor": stolen}), 400, "INVALID_CURSOR")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    assert api.get(PATH).status == 401
    refused(api.get(PATH, token=session()), 403, "FORBIDDEN")
    end_sessions()
    refused(api.get(PATH, token=manager), 401, "UNAUTHENTICATED")


def test_calls_and_policy(api: Api, manager: str) -> None:
    for code in ("A", "B"):
        post(api, "/promotions", promotion_body(code), manager)
    calls = cold(api, manager, lambda: api.get(PATH, token=manager, query={"limit": 1}))
    assert operations(calls) == ["Query", "GetItem", "GetSecretValue"]
    assert_exact_policy(handler.declaration, calls.touches)
