"""GET /api/v1/inventory"""

from __future__ import annotations

from collections.abc import Callable
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
    stocked,
)
from Test_py.support.stockkeeping import shelve

PATH = "/api/v1/inventory"


@pytest.fixture
def shelves(api: Api, manager: str) -> None:
    for number, sku in enumerate("CABD", start=1):
        on_sale(api, manager, sku, stock=number)


def test_it_lists_stock_by_sku_page_by_page(api: Api, manager: str, shelves: None) -> None:
    found = [reply.data for reply in pages(api, PATH, token=manager, query={"limit": 3})]
    assert [[one["sku"] for one in page] for page in found] == [["A", "B", "C"], ["D"]]
    assert [one["on_hand"] for page in found for one in page] == [2, 3, 1, 4]
    shown = api.get(f"{PATH}/A", token=manager).data
    assert found[0][0] == {name: shown[name] for name in found[0][0]} | {"bucket": 0}


def test_it_lists_what_lies_at_one_location(api: Api, manager: str, shelves: None) -> None:
    other = api.post("/api/v1/locations", json={"name": "Other"}, token=manager).data["id"]
    for sku in "DB":
        body = {"delta": 7, "reason": "received", "location_id": other}
        assert api.post(f"{PATH}/{sku}/adjustments", json=body, token=manager, key=sku).status == 201
    there = [page.data for page in pages(api, PATH, token=manager, query={"location_id": other, "limit": 1})]
    assert [(one["sku"], one["location_id"], one["on_hand"]) for (one,) in there] == [("B", other, 7), ("D", other, 7)]
    here = api.get(PATH, token=manager, query={"location_id": "main"}).data
    assert [one["sku"] for one in here] == ["A", "B", "C", "D"]
    assert len(api.get(PATH, token=manager).data) == 6
    assert api.get(PATH, token=manager, query={"location_id": "nowhere"}).data == []


def test_it_lists_what_runs_low(api: Api, manager: str, shelves: None, drain: Callable[[], object]) -> None:
    stocked(api, manager, "C", 9)
    stocked(api, manager, "D", 9)
    drain()
    query = {"low_stock": "true", "limit": 1}
    assert [one["sku"] for page in pages(api, PATH, token=manager, query=query) for one in page.data] == ["A", "B"]


def test_a_hot_sku_is_listed_bucket_by_bucket(api: Api, manager: str) -> None:
    shelve("HOT", 2)
    shelve("HOT", 3, bucket=1)
    found = {one["id"]: (one["bucket"], one["on_hand"]) for one in api.get(PATH, token=manager).data}
    assert found == {"HOT@main": (0, 2), "HOT@main.1": (1, 3)}


def test_what_no_index_answers_is_refused(api: Api, manager: str) -> None:
    query = {"low_stock": "true", "location_id": "main"}
    refused(api.get(PATH, token=manager, query=query), 400, "VALIDATION_ERROR", "low_stock")


def test_a_cursor_is_good_for_its_caller_alone(api: Api, manager: str, shelves: None) -> None:
    cursor = api.get(PATH, token=manager, query={"limit": 1}).meta["next_cursor"]
    refused(api.get(PATH, token=session("admin"), query={"cursor": cursor}), 400, "INVALID_CURSOR", "cursor")
    refused(api.get(PATH, token=manager, query={"cursor": cursor + "A"}), 400, "INVALID_CURSOR", "cursor")
    products = api.get("/api/v1/products", query={"limit": 1}).meta["next_cursor"]
    refused(api.get(PATH, token=manager, query={"cursor": products}), 400, "INVALID_CURSOR", "cursor")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"sort": "sku"}, "sort"),
        ({"low": "true"}, "low"),
        ({"low_stock": "false"}, "low_stock"),
        ({"low_stock": ""}, "low_stock"),
        ({"location_id": "a b"}, "location_id"),
    ],
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
        for query in ({"location_id": "main"}, {"low_stock": "true"}):
            assert operations(recorded(lambda query=query: api.get(PATH, token=manager, query=query))) == ["Query"]
        calls = recorded(lambda: api.get(PATH, token=manager, query={"limit": 2}))
    assert operations(calls) == ["Query"]
    assert_exact_policy(handler.declaration, touched.touches)
