"""GET /api/v1/categories"""

from __future__ import annotations

from typing import Any

import pytest

from functions.catalog.list_categories import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.catalogue import ANY, CATEGORIES, category, place_of, seen
from Test_py.support.client import Api
from Test_py.support.shopkeeping import NOBODYS_CURSOR, forget_what_is_kept, operations, pages, recorded, refused


def test_an_empty_shop_has_an_empty_list(api: Api) -> None:
    reply = api.get(CATEGORIES)
    assert (reply.status, reply.data) == (200, [])


def test_it_lists_them_by_rank_with_their_places(api: Api, manager: str) -> None:
    late = category(api, manager, "Late", rank=100)
    early = category(api, manager, "Early", rank=9)
    below = category(api, manager, "Below", rank=20, parent_id=early["id"])
    gone = category(api, manager, "Gone", rank=1)
    api.delete(place_of(gone), token=manager, headers=ANY)
    reply = api.get(CATEGORIES)
    assert reply.data == [seen(api, early), below, late]
    assert "next_cursor" not in reply.meta


def test_equal_ranks_stand_in_the_order_in_which_they_were_made_page_by_page(api: Api, manager: str) -> None:
    made = [category(api, manager, rank=number % 2)["id"] for number in range(6)]
    found = [reply.data for reply in pages(api, CATEGORIES, query={"limit": 4})]
    assert [len(page) for page in found] == [4, 2]
    ranks = [one["rank"] for page in found for one in page]
    assert ranks == sorted(ranks)
    assert sorted(one["id"] for page in found for one in page) == sorted(made)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"sort": "title"}, "sort"),
        ({"parent_id": "cat_1"}, "parent_id"),
        ({"cursor": "x" * 2049}, "cursor"),
    ],
)
def test_bad_parameters_are_named(api: Api, query: dict[str, Any], field: str) -> None:
    refused(api.get(CATEGORIES, query=query), 400, "VALIDATION_ERROR", field)


def test_a_cursor_is_good_for_its_list_alone(api: Api, manager: str) -> None:
    for _ in range(2):
        category(api, manager)
    cursor = api.get(CATEGORIES, query={"limit": 1}).meta["next_cursor"]
    for bad in (NOBODYS_CURSOR, cursor[:-1]):
        refused(api.get(CATEGORIES, query={"cursor": bad}), 400, "INVALID_CURSOR", "cursor")
    refused(api.get("/api/v1/products", query={"cursor": cursor}), 400, "INVALID_CURSOR", "cursor")


def test_it_may_be_kept_and_is_not_sent_twice(api: Api, manager: str) -> None:
    category(api, manager)
    first = api.get(CATEGORIES)
    assert first.headers["cache-control"] == "public, max-age=60"
    assert api.get(CATEGORIES, headers={"if-none-match": first.headers["etag"]}).status == 304


def test_calls_and_policy(api: Api, manager: str) -> None:
    for _ in range(2):
        category(api, manager)
    calls = recorded(lambda: api.get(CATEGORIES, query={"limit": 1}))
    assert operations(calls) == ["Query"]
    forget_what_is_kept()
    with record() as touched:
        api.get(CATEGORIES, query={"limit": 1})
    assert_exact_policy(handler.declaration, touched.touches)
