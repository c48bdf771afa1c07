"""GET /api/v1/admin/products"""

from __future__ import annotations

from typing import Any

import pytest

from functions.catalog.list_catalogue import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.catalogue import ANY, category
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopkeeping import (
    drafted,
    forget_what_is_kept,
    on_sale,
    operations,
    pages,
    recorded,
    refused,
    session,
)

PATH = "/api/v1/admin/products"


def one_of_each(api: Api, manager: str, suffix: str = "", **fields: Any) -> None:
    """Make a draft, a product on sale, and one that was withdrawn."""
    drafted(api, manager, f"DRAFT{suffix}", **fields)
    on_sale(api, manager, f"ACTIVE{suffix}", **fields)
    gone = on_sale(api, manager, f"ARCHIVED{suffix}", **fields)
    assert api.delete(f"/api/v1/products/{gone['id']}", token=manager, headers=ANY).status == 204


def slugs(api: Api, token: str, **query: Any) -> list[str]:
    reply = api.get(PATH, token=token, query=query)
    assert reply.status == 200, reply.body
    return [one["slug"] for one in reply.data]


def test_it_lists_drafts_unless_asked_for_another_status(api: Api, manager: str) -> None:
    one_of_each(api, manager)
    assert slugs(api, manager) == ["draft"]
    for status in ("draft", "active", "archived"):
        assert slugs(api, manager, status=status) == [status]
    assert api.get(PATH, token=manager).data[0]["status"] == "draft"


def test_and_those_of_one_category(api: Api, manager: str) -> None:
    known = category(api, manager)["id"]
    one_of_each(api, manager, category_id=known)
    one_of_each(api, manager, "-2")
    for status in ("draft", "active", "archived"):
        assert slugs(api, manager, status=status, category_id=known) == [status]


def test_pages_follow_each_other(api: Api, manager: str, clock: Clock) -> None:
    for sku in ("A", "B", "C"):
        drafted(api, manager, sku)
        clock.shift(1)
    for sort, order in (("created_at", "abc"), ("-created_at", "cba")):
        found = pages(api, PATH, token=manager, query={"limit": 2, "sort": sort})
        assert "".join(one["slug"] for reply in found for one in reply.data) == order


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "gone"}, "status"),
        ({"status": ""}, "status"),
        ({"category_id": "a#b"}, "category_id"),
        ({"sort": "title"}, "sort"),
        ({"limit": 101}, "limit"),
        ({"tag": "x"}, "tag"),
    ],
)
def test_bad_parameters_are_named(api: Api, manager: str, query: dict[str, Any], field: str) -> None:
    refused(api.get(PATH, token=manager, query=query), 400, "VALIDATION_ERROR", field)


def test_a_cursor_is_good_for_its_list_and_its_reader_alone(api: Api, manager: str) -> None:
    for sku in ("A", "B"):
        drafted(api, manager, sku)
    cursor = api.get(PATH, token=manager, query={"limit": 1}).meta["next_cursor"]
    refused(api.get(PATH, token=manager, query={"cursor": cursor, "status": "active"}), 400, "INVALID_CURSOR", "cursor")
    refused(api.get(PATH, token=session("admin"), query={"cursor": cursor}), 400, "INVALID_CURSOR", "cursor")
    refused(api.get("/api/v1/products", query={"cursor": cursor}), 400, "INVALID_CURSOR", "cursor")


def test_all_staff_may_and_nobody_else_and_no_cache_keeps_it(api: Api, manager: str) -> None:
    assert api.get(PATH).status == 401
    refused(api.get(PATH, token=session()), 403, "FORBIDDEN")
    reply = api.get(PATH, token=session("support"))
    assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")


def test_calls_and_policy(api: Api, manager: str) -> None:
    known = category(api, manager)["id"]
    for sku in ("A", "B"):
        drafted(api, manager, sku, category_id=known)
    calls = recorded(lambda: api.get(PATH, token=manager, query={"limit": 1}))
    assert operations(calls) == ["Query"]
    forget_what_is_kept()
    with record() as touched:
        for query in ({"limit": 1}, {"limit": 1, "category_id": known}):
            api.get(PATH, token=manager, query=query)
    assert_exact_policy(handler.declaration, touched.touches)
