"""PUT /api/v1/inventory/{sku}/settings"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from functions.inventory.set_stock_settings import handler
from infra.local.recorder import record
from pushcart.inventory.models import StockItem
from pushcart.inventory.models.places import StockSettingsItem
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api, Reply
from Test_py.support.shopkeeping import (
    end_sessions,
    everything,
    forget_what_is_kept,
    on_sale,
    operations,
    recorded,
    refused,
    session,
    stored,
    tag,
)
from Test_py.support.stockkeeping import shelve

PATH = "/api/v1/inventory/MUG-1/settings"
GOOD = {"low_stock_threshold": 8, "hot": 4}


def put(api: Api, token: str, *, version: int = 0, **change: Any) -> Reply:
    return api.put(PATH, json=GOOD | change, token=token, headers=tag(version))


def free(buckets: int) -> list[int]:
    found = [stored(StockItem.key_of("MUG-1", "main", bucket)) for bucket in range(buckets)]
    return [int(one.available) if one else -1 for one in found]


def test_it_is_set_and_set_anew(api: Api, manager: str) -> None:
    on_sale(api, manager)
    reply = put(api, manager)
    assert reply.status == 200
    moment = reply.data["created_at"]
    assert reply.data == {
        "id": "MUG-1",
        "sku": "MUG-1",
        "low_stock_threshold": 8,
        "hot": 4,
        "created_at": moment,
        "updated_at": moment,
        "version": 1,
    }
    again = put(api, manager, version=1, hot=1).data
    assert (again["hot"], again["version"], again["created_at"]) == (1, 2, moment)
    assert api.get("/api/v1/inventory/MUG-1", token=manager).data["settings"] == again


def test_places_follow(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager, stock=7)
    drain()
    assert put(api, manager).status == 200
    drain()
    assert free(5) == [2, 2, 2, 1, -1]
    assert stored(StockItem.key_of("MUG-1", "main", 3)).low_stock_threshold == 8
    assert [one["bucket"] for one in api.get("/api/v1/inventory?low_stock=true", token=manager).data] == [0, 1, 2, 3]
    assert put(api, manager, version=1, hot=1, low_stock_threshold=2).status == 200
    drain()
    assert free(5) == [7, -1, -1, -1, -1]
    assert api.get("/api/v1/inventory", token=manager, query={"low_stock": "true"}).data == []


def test_the_version_that_was_seen_is_compared(api: Api, manager: str) -> None:
    on_sale(api, manager)
    refused(api.put(PATH, json=GOOD, token=manager), 428, "VERSION_REQUIRED")
    refused(put(api, manager, version=1), 412, "STALE_VERSION")
    assert put(api, manager).status == 200
    refused(put(api, manager), 412, "STALE_VERSION")
    assert api.put(PATH, json=GOOD, token=manager, headers={"if-match": "*"}).data["version"] == 2


def test_a_sku_lies_in_no_more_places_than_a_transaction_can_check(api: Api, manager: str) -> None:
    on_sale(api, manager)
    for number in range(9):
        shelve("MUG-1", 1, location_id=f"loc_{number}")
    refused(put(api, manager, hot=9), 409, "INVALID_STATE", "hot")
    assert put(api, manager, hot=8).status == 200


def test_an_unknown_sku_is_a_404(api: Api, manager: str) -> None:
    refused(put(api, manager), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"hot": 4}, "low_stock_threshold"),
        (GOOD | {"low_stock_threshold": -1}, "low_stock_threshold"),
        (GOOD | {"low_stock_threshold": 10**6 + 1}, "low_stock_threshold"),
        (GOOD | {"low_stock_threshold": "5"}, "low_stock_threshold"),
        (GOOD | {"low_stock_threshold": None}, "low_stock_threshold"),
        (GOOD | {"hot": 0}, "hot"),
        (GOOD | {"hot": 11}, "hot"),
        (GOOD | {"hot": 2.5}, "hot"),
        (GOOD | {"hot": True}, "hot"),
        (GOOD | {"sku": "MUG-2"}, "sku"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, body: dict[str, Any], field: str) -> None:
    on_sale(api, manager)
    before = everything()
    refused(api.put(PATH, json=body, token=manager, headers=tag(0)), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_only_staff_with_the_permission_and_a_live_session_may(api: Api, manager: str) -> None:
    on_sale(api, manager)
    assert api.put(PATH, json=GOOD).status == 401
    for roles in ((), ("support",)):
        refused(put(api, session(*roles)), 403, "FORBIDDEN")
    end_sessions()
    refused(put(api, manager), 401, "UNAUTHENTICATED")
    assert stored(StockSettingsItem.key_of("MUG-1")) is None


def test_calls_and_policy(api: Api, manager: str) -> None:
    on_sale(api, manager)
    forget_what_is_kept()
    with record() as calls:
        put(api, manager)
        changed = recorded(lambda: put(api, manager, version=1))
    assert operations(changed) == ["BatchGetItem", "Query", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
