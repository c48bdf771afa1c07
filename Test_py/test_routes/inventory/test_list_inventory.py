"""GET /api/v1/inventory"""

from __future__ import annotations

from typing import Any

import pytest

from functions.inventory.list_inventory import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.shopkeeping import (
    forget_what_is_kept,
    on_sale,
    operations,
    pages,
    recorded,
    refused,
    session,
)

PATH = "/api/v1/inventory"


@pytest.fixture
def shelves(api: Api, manager: str) -> None:
    for number, sku in enumerate("CABD", start=1):
        on_sale(api, manager, sku, stock=number)


def test_it_lists_stock_by_sku_page_by_page(api: Api, manager: str, shelves: None) -> None:
    found = [reply.data for reply in pages(api, PATH, token=manager, query={"limit": 3})]
    assert [[one["sku"] for one in page] for page in found] == [["A", "B", "C"], ["D"]]
    assert [one["on_hand"] for page in found for one in page] == [2, 3, 1, 4]
    assert found[0][0] == api.get(f"{PATH}/A", token=manager).data


def test_a_cursor_is_good_for_its_caller_alone(api: Api, manager: str, shelves: None) -> None:
    cursor = api.get(PATH, token=manager, query={"limit": 1}).meta["next_cursor"]
    refused(api.get(PATH, token=session("admin"), query={"cursor": cursor}), 400, "INVALID_CURSOR", "cursor")
    refused(api.get(PATH, token=manager, query={"cursor": cursor + "A"}), 400, "INVALID_CURSOR", "cursor")
    products = api.get("/api/v1/products", query={"limit": 1}).meta["next_cursor"]
    refused(api.get(PATH, token=manager, query={"cursor": products}), 400, "INVALID_CURSOR", "cursor")


@pytest.mark.parametrize(
    ("query", "field"), [({"limit": 0}, "limit"), ({"sort": "sku"}, "sort"), ({"low": "true"}, "low")]
)
def test_bad_parameters_are_named(api: Api, manager: str, query: dict[str, Any], field: str) -> None:
    refused(api.get(PATH, token=manager, query=query), 400, "VALIDATION_ERROR", field)


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    assert api.get(PATH).status == 401
    refused(api.get(PATH, token=session()), 403, "FORBIDDEN")
    assert api.get(PATH, token=session("support")).data == []


def test_calls_and_policy(api: Api, manager: str, shelves: None) -> None:
    forget_what_is_kept()
    api.get("/api/v1/users/me", token=manager)
    with record() as touched:
        api.get(PATH, token=manager, query={"limit": 2})
        calls = recorded(lambda: api.get(PATH, token=manager, query={"limit": 2}))
    assert operations(calls) == ["Query"]
    assert_exact_policy(handler.declaration, touched.touches)
