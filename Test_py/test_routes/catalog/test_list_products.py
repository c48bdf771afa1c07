"""GET /api/v1/products"""

from __future__ import annotations

from typing import Any

import pytest

from functions.catalog.list_products import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.catalogue import category
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopkeeping import (
    NOBODYS_CURSOR,
    drafted,
    forget_what_is_kept,
    on_sale,
    operations,
    pages,
    recorded,
    refused,
    tag,
)

PATH = "/api/v1/products"


def on_shelf(api: Api, manager: str, clock: Clock, *skus: str) -> list[Any]:
    """Put products on sale, a second apart."""
    found = []
    for sku in skus:
        found.append(on_sale(api, manager, sku))
        clock.shift(1)
    return found


def test_it_lists_summaries_of_what_is_sold(api: Api, manager: str) -> None:
    drafted(api, manager, "DRAFT")
    gone = on_sale(api, manager, "GONE")
    api.delete(f"{PATH}/{gone['id']}", token=manager, headers=tag(gone["version"]))
    variants = [
        {"sku": "A", "prices": [{"amount": 3000, "currency": "EUR"}, {"amount": 1, "currency": "USD"}]},
        {"sku": "B", "prices": [{"amount": 1000, "currency": "EUR"}]},
    ]
    sold = on_sale(api, manager, "SOLD", variants=variants, tags=["new"])
    reply = api.get(PATH)
    assert reply.data == [
        {
            "id": sold["id"],
            "slug": "sold",
            "title": "Product SOLD",
            "status": "active",
            "category_id": None,
            "tags": ["new"],
            "image": None,
            "price_range": {
                "min": {"amount": 1000, "currency": "EUR"},
                "max": {"amount": 3000, "currency": "EUR"},
            },
            "availability": "out_of_stock",
            "created_at": sold["created_at"],
            "updated_at": sold["updated_at"],
            "version": sold["version"],
        }
    ]
    assert reply.meta["limit"] == 20
    assert "next_cursor" not in reply.meta


def test_what_is_not_sold_in_the_shops_currency_shows_another(api: Api, manager: str) -> None:
    prices = [{"amount": 5, "currency": "USD"}, {"amount": 4, "currency": "GBP"}]
    on_sale(api, manager, "A", variants=[{"sku": "A", "prices": prices}])
    found = api.get(PATH).data[0]["price_range"]
    assert found == {"min": {"amount": 4, "currency": "GBP"}, "max": {"amount": 4, "currency": "GBP"}}


def test_an_empty_shop_has_an_empty_list(api: Api) -> None:
    reply = api.get(PATH)
    assert (reply.status, reply.data) == (200, [])


@pytest.mark.parametrize(("sort", "order"), [(None, "DCBA"), ("-created_at", "DCBA"), ("created_at", "ABCD")])
def test_pages_follow_each_other_without_gap_or_repetition(
    api: Api, manager: str, clock: Clock, sort: str | None, order: str
) -> None:
    on_shelf(api, manager, clock, "A", "B", "C", "D")
    query = {"limit": 3} | ({"sort": sort} if sort else {})
    found = [reply.data for reply in pages(api, PATH, query=query)]
    assert [len(page) for page in found] == [3, 1]
    assert "".join(one["slug"] for page in found for one in page).upper() == order


def test_a_cursor_is_good_for_its_list_alone(api: Api, manager: str, clock: Clock) -> None:
    on_shelf(api, manager, clock, "A", "B", "C")
    cursor = api.get(PATH, query={"limit": 1}).meta["next_cursor"]
    assert api.get(PATH, query={"limit": 1, "cursor": cursor}).data[0]["slug"] == "b"
    tampered = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    for query in [
        {"cursor": tampered},
        {"cursor": cursor[:-1]},
        {"cursor": cursor, "sort": "created_at"},
        {"cursor": NOBODYS_CURSOR},
        {"cursor": ""},
    ]:
        refused(api.get(PATH, query=query), 400, "INVALID_CURSOR", "cursor")


def test_a_page_from_a_cache_leads_on_from_any_address(api: Api, manager: str, clock: Clock) -> None:
    on_shelf(api, manager, clock, "A", "B")
    cursor = api.get(PATH, query={"limit": 1}, source_ip="192.0.2.1").meta["next_cursor"]
    again = api.get(PATH, query={"limit": 1, "cursor": cursor}, source_ip="198.51.100.2")
    assert (again.status, again.data[0]["slug"]) == (200, "a")


def test_a_category_lists_its_own_that_are_sold(api: Api, manager: str, clock: Clock) -> None:
    top = category(api, manager)
    low = category(api, manager, parent_id=top["id"])
    mine = []
    for sku in ("A", "B", "C"):
        mine.append(on_sale(api, manager, sku, category_id=top["id"]))
        clock.shift(1)
    on_sale(api, manager, "BELOW", category_id=low["id"])
    on_sale(api, manager, "ELSEWHERE")
    drafted(api, manager, "DRAFT", category_id=top["id"])
    api.delete(f"{PATH}/{mine[1]['id']}", token=manager, headers=tag(2))
    for sort, order in (("created_at", ["a", "c"]), ("-created_at", ["c", "a"])):
        query = {"category_id": top["id"], "sort": sort, "limit": 1}
        listed = [one for reply in pages(api, PATH, query=query) for one in reply.data]
        assert [one["slug"] for one in listed] == order
    everything_sold = api.get(PATH, query={"category_id": top["id"]}).data
    assert everything_sold == [one for one in api.get(PATH).data if one["category_id"] == top["id"]]
    assert api.get(PATH, query={"category_id": "cat_none"}).data == []


def test_a_cursor_of_one_category_is_none_of_another(api: Api, manager: str) -> None:
    first, second = category(api, manager), category(api, manager)
    for sku in ("A", "B"):
        on_sale(api, manager, sku, category_id=first["id"])
    cursor = api.get(PATH, query={"category_id": first["id"], "limit": 1}).meta["next_cursor"]
    for query in ({"category_id": second["id"]}, {}):
        refused(api.get(PATH, query={**query, "cursor": cursor}), 400, "INVALID_CURSOR", "cursor")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"sort": "title"}, "sort"),
        ({"status": "draft"}, "status"),
        ({"cursor": "x" * 2049}, "cursor"),
        ({"category_id": ["a", "b"]}, "category_id"),
        ({"category_id": "a#active"}, "category_id"),
        ({"category_id": ""}, "category_id"),
        ({"category_id": "x" * 65}, "category_id"),
        ({"category_id": "cat_1", "status": "draft"}, "status"),
        ({"category_id": "cat_1", "sort": "rank"}, "sort"),
    ],
)
def test_bad_parameters_are_named(api: Api, query: dict[str, Any], field: str) -> None:
    refused(api.get(PATH, query=query), 400, "VALIDATION_ERROR", field)


def test_it_may_be_kept_and_is_not_sent_twice(api: Api, manager: str) -> None:
    on_sale(api, manager)
    first = api.get(PATH)
    assert first.headers["cache-control"] == "public, max-age=60"
    assert api.get(PATH, headers={"if-none-match": first.headers["etag"]}).status == 304


def test_calls_and_policy(api: Api, manager: str, clock: Clock) -> None:
    on_shelf(api, manager, clock, "A", "B")
    known = category(api, manager)
    for query in ({"limit": 1}, {"limit": 1, "category_id": known["id"]}):
        calls = recorded(lambda query=query: api.get(PATH, query=query))
        assert operations(calls) == ["Query"]
    forget_what_is_kept()
    with record() as touched:
        api.get(PATH, query={"limit": 1})
        api.get(PATH, query={"limit": 1, "category_id": known["id"]})
    assert_exact_policy(handler.declaration, touched.touches)
