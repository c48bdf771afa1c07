"""GET /api/v1/inventory/{sku}/movements"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from functions.inventory.list_movements import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
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
    stocked,
)

PATH = "/api/v1/inventory/MUG-1/movements"


def test_it_lists_what_happened_latest_first(api: Api, manager: str, clock: Clock, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    made = []
    for delta in (10, -3, 2):
        made.append(stocked(api, manager, "MUG-1", delta))
        clock.shift(1)
    drain()
    found = [reply.data for reply in pages(api, PATH, token=manager, query={"limit": 2})]
    assert [len(page) for page in found] == [2, 1]
    lines = [line for page in found for line in page]
    assert [line["on_hand"] for line in lines] == [2, -3, 10]
    assert [line["source"] for line in lines] == [one["id"] for one in reversed(made)]
    assert lines[0] == {
        "id": lines[0]["id"],
        "sku": "MUG-1",
        "location_id": "main",
        "type": "inventory.adjusted",
        "source": made[2]["id"],
        "reason": "received",
        "on_hand": 2,
        "available": 2,
        "reserved": 0,
        "created_at": made[2]["created_at"],
    }


def test_a_sku_without_any_has_an_empty_list_and_an_unknown_one_is_a_404(api: Api, manager: str) -> None:
    refused(api.get(PATH, token=manager), 404, "NOT_FOUND")
    drafted(api, manager)
    reply = api.get(PATH, token=manager)
    assert (reply.status, reply.data) == (200, [])


def test_a_cursor_is_good_for_its_sku_alone(api: Api, manager: str, drain: Callable[[], object]) -> None:
    for sku in ("MUG-1", "MUG-2"):
        on_sale(api, manager, sku, stock=1)
        stocked(api, manager, sku, 1)
    drain()
    cursor = api.get(PATH, token=manager, query={"limit": 1}).meta["next_cursor"]
    other = "/api/v1/inventory/MUG-2/movements"
    refused(api.get(other, token=manager, query={"cursor": cursor}), 400, "INVALID_CURSOR", "cursor")


@pytest.mark.parametrize(("query", "field"), [({"limit": 101}, "limit"), ({"reason": "received"}, "reason")])
def test_bad_parameters_are_named(api: Api, manager: str, query: dict[str, Any], field: str) -> None:
    refused(api.get(PATH, token=manager, query=query), 400, "VALIDATION_ERROR", field)


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    assert api.get(PATH).status == 401
    refused(api.get(PATH, token=session()), 403, "FORBIDDEN")


def test_calls_and_policy(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager, stock=1)
    stocked(api, manager, "MUG-1", 1)
    drain()
    forget_what_is_kept()
    api.get("/api/v1/users/me", token=manager)
    with record() as touched:
        api.get(PATH, token=manager, query={"limit": 1})
        api.get("/api/v1/inventory/NONE/movements", token=manager)
        stocked_only = recorded(lambda: api.get(PATH, token=manager))
    assert operations(stocked_only) == ["Query"]
    assert_exact_policy(handler.declaration, touched.touches)
