"""DELETE /api/v1/tax-rates/{tax_rate_id}"""

from __future__ import annotations

from typing import Any

import pytest

from functions.pricing.archive_tax_rate import handler
from pushcart.pricing.models import TaxBookItem
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api, Reply
from Test_py.support.pricing import basket, cold, everything, post, quoted, tax_body
from Test_py.support.shopkeeping import announced, end_sessions, operations, refused, session, stored, tag

PATH = "/api/v1/tax-rates"
ANY = {"if-match": "*"}


@pytest.fixture
def made(api: Api, manager: str) -> Any:
    return post(api, "/tax-rates", tax_body(), manager)


def archive(api: Api, token: str, made: Any, headers: dict[str, str] = ANY) -> Reply:
    return api.delete(f"{PATH}/{made['id']}", token=token, headers=headers)


def test_it_holds_no_more_is_shown_still_and_its_place_is_free(api: Api, manager: str, made: Any) -> None:
    region = post(api, "/tax-rates", tax_body(region="Kent", basis_points=500), manager)
    assert archive(api, manager, region, tag(1)).status == 204
    assert quoted(basket(1000, country="GB", region="Kent")).lines[0].tax_rate == 2000
    shown = api.get(f"{PATH}/{region['id']}", token=manager).data
    told = {"version": 2, "archived_at": shown["updated_at"], "updated_at": shown["updated_at"]}
    assert shown == region | told
    assert api.get(PATH, token=manager).data == [made]
    assert announced(region["id"])[1:] == [(2, "tax_rate.archived")]
    before = everything()
    assert archive(api, manager, region).status == 204
    assert everything() == before
    post(api, "/tax-rates", tax_body(region="Kent", basis_points=700), manager)
    assert quoted(basket(1000, country="GB", region="Kent")).lines[0].tax_rate == 700


def test_with_the_last_one_goes_what_was_said_of_the_country(api: Api, manager: str, made: Any) -> None:
    assert archive(api, manager, made).status == 204
    assert stored(TaxBookItem.key_of("GB")) is None
    assert quoted(basket(1000, country="GB")).totals["tax"] == 0
    post(api, "/tax-rates", tax_body(included=True), manager)
    assert quoted(basket(1200, country="GB")).totals == {
        "subtotal": 1200,
        "discount": 0,
        "shipping": 0,
        "tax": 200,
        "total": 1200,
    }


def test_the_version_that_was_seen_is_needed_and_compared(api: Api, manager: str, made: Any) -> None:
    refused(archive(api, manager, made, {}), 428, "VERSION_REQUIRED")
    refused(archive(api, manager, made, tag(2)), 412, "STALE_VERSION")
    assert len(api.get(PATH, token=manager).data) == 1


def test_there_has_to_be_one(api: Api, manager: str) -> None:
    refused(archive(api, manager, {"id": "tax_x"}), 404, "NOT_FOUND")


def test_only_staff_with_the_permission_may(api: Api, manager: str, made: Any) -> None:
    assert api.delete(f"{PATH}/{made['id']}").status == 401
    for roles in ((), ("support",)):
        refused(archive(api, session(*roles), made), 403, "FORBIDDEN")
    end_sessions()
    refused(archive(api, manager, made), 401, "UNAUTHENTICATED")


def test_calls_and_policy(api: Api, manager: str, made: Any) -> None:
    region = post(api, "/tax-rates", tax_body(region="Kent"), manager)
    entry = cold(api, manager, lambda: archive(api, manager, region))
    book = cold(api, manager, lambda: archive(api, manager, made))
    assert operations(entry) == operations(book) == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, entry.touches | book.touches)
