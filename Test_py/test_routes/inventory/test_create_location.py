"""POST /api/v1/locations"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.inventory.create_location import handler
from infra.local.recorder import record
from pushcart.inventory.models.places import LocationItem
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.shopkeeping import (
    announced,
    end_sessions,
    everything,
    forget_what_is_kept,
    operations,
    refused,
    session,
    stored,
)

PATH = "/api/v1/locations"
ADDRESS = {"name": "Gate 3", "line1": "Hafenstr. 1", "city": "Berlin", "postal_code": "10115", "country": "DE"}
GOOD = {"name": "Warehouse Berlin", "address": ADDRESS}


def test_a_place_is_made_and_the_first_one_is_written_along(api: Api, manager: str) -> None:
    reply = api.post(PATH, json=GOOD, token=manager)
    assert reply.status == 201
    moment = reply.data["created_at"]
    assert reply.data == {
        "id": reply.data["id"],
        "name": "Warehouse Berlin",
        "address": ADDRESS | {"line2": None, "region": None, "phone": None},
        "active": True,
        "created_at": moment,
        "updated_at": moment,
        "version": 1,
    }
    assert announced(reply.data["id"]) == announced("main") == [(1, "location.created")]
    assert api.post(PATH, json={"name": "B"}, token=manager).data["address"] is None
    assert announced("main") == [(1, "location.created")]


def test_no_event_repeats_a_name_or_an_address(api: Api, manager: str) -> None:
    api.post(PATH, json=GOOD, token=manager)
    told = repr([item for item in everything() if item["pk"]["S"].startswith("AGG#")])
    assert "Berlin" not in told
    assert "Hafenstr" not in told


def test_of_many_at_once_each_is_made_and_the_first_once(api: Api, manager: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda number: api.post(PATH, json={"name": f"L{number}"}, token=manager), range(4)))
    assert {reply.status for reply in replies} == {201}
    assert len(api.get(PATH, token=manager).data) == 5
    assert announced("main") == [(1, "location.created")]


def test_a_retry_makes_no_second_one(api: Api, manager: str) -> None:
    first, second = (api.post(PATH, json=GOOD, token=manager, key="once") for _ in range(2))
    assert first.body == second.body
    assert len(api.get(PATH, token=manager).data) == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": 7}, "name"),
        ({"name": "A", "active": False}, "active"),
        ({"name": "A", "id": "main"}, "id"),
        ({"name": "A", "address": "Berlin"}, "address"),
        ({"name": "A", "address": ADDRESS | {"country": "Germany"}}, "address.country"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, body: dict[str, Any], field: str) -> None:
    before = everything()
    refused(api.post(PATH, json=body, token=manager), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_only_staff_with_the_permission_and_a_live_session_may(api: Api, manager: str) -> None:
    assert api.post(PATH, json=GOOD).status == 401
    for roles in ((), ("support",)):
        refused(api.post(PATH, json=GOOD, token=session(*roles)), 403, "FORBIDDEN")
    end_sessions()
    refused(api.post(PATH, json=GOOD, token=manager), 401, "UNAUTHENTICATED")
    assert stored(LocationItem.key_of("main")) is None


def test_calls_and_policy(api: Api, manager: str) -> None:
    forget_what_is_kept()
    with record() as calls:
        api.post(PATH, json=GOOD, token=manager, key="k")
    assert [one for one in operations(calls) if one != "GetSecretValue"] == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
