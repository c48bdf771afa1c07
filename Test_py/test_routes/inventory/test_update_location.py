"""PATCH /api/v1/locations/{location_id}"""

from __future__ import annotations

from typing import Any

import pytest

from functions.inventory.update_location import handler
from infra.local.recorder import record
from pushcart.inventory.models.places import LocationItem
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api, Reply
from Test_py.support.shopkeeping import (
    announced,
    end_sessions,
    everything,
    forget_what_is_kept,
    operations,
    recorded,
    refused,
    session,
    stored,
    tag,
)

PATH = "/api/v1/locations"
ADDRESS = {"name": "Gate 3", "line1": "Hafenstr. 1", "city": "Berlin", "postal_code": "10115", "country": "DE"}


@pytest.fixture
def made(api: Api, manager: str) -> dict[str, Any]:
    data: dict[str, Any] = api.post(PATH, json={"name": "Berlin", "address": ADDRESS}, token=manager).data
    return data


def change(api: Api, manager: str, location_id: str, body: Any, *, version: int = 1, **options: Any) -> Reply:
    return api.patch(f"{PATH}/{location_id}", json=body, token=manager, headers=tag(version), **options)


def test_what_is_named_changes_and_the_rest_stays(api: Api, manager: str, made: dict[str, Any]) -> None:
    reply = change(api, manager, made["id"], {"name": " Potsdam "})
    assert reply.status == 200
    assert reply.data == made | {"name": "Potsdam", "version": 2, "updated_at": reply.data["updated_at"]}
    assert change(api, manager, made["id"], {"address": None}, version=2).data["address"] is None
    assert announced(made["id"]) == [(1, "location.created"), (2, "location.updated"), (3, "location.updated")]


def test_it_is_told_when_it_stops_to_sell_and_begins_again(api: Api, manager: str, made: dict[str, Any]) -> None:
    assert change(api, manager, made["id"], {"active": False}).data["active"] is False
    assert change(api, manager, made["id"], {"active": True}, version=2).data["active"] is True
    assert announced(made["id"])[1:] == [(2, "location.closed"), (3, "location.opened")]


@pytest.mark.parametrize("body", [{}, {"name": "Berlin"}, {"active": True}])
def test_what_changes_nothing_writes_nothing(
    api: Api, manager: str, made: dict[str, Any], body: dict[str, Any]
) -> None:
    assert change(api, manager, made["id"], body).data == made
    assert stored(LocationItem.key_of(made["id"])).version == 1


def test_the_first_place_is_written_when_it_is_changed(api: Api, manager: str) -> None:
    reply = change(api, manager, "main", {"active": False}, version=0)
    assert (reply.status, reply.data["active"], reply.data["version"]) == (200, False, 1)
    assert announced("main") == [(1, "location.closed")]
    assert [one["active"] for one in api.get(PATH, token=manager).data] == [False]
    api.post(PATH, json={"name": "Other"}, token=manager)
    assert stored(LocationItem.key_of("main")).active is False


def test_the_version_that_was_seen_is_compared(api: Api, manager: str, made: dict[str, Any]) -> None:
    path = f"{PATH}/{made['id']}"
    refused(api.patch(path, json={"name": "B"}, token=manager), 428, "VERSION_REQUIRED")
    refused(change(api, manager, made["id"], {"name": "B"}, version=2), 412, "STALE_VERSION")
    refused(change(api, manager, "main", {"name": "B"}, version=7), 412, "STALE_VERSION")
    assert api.patch(path, json={"name": "B"}, token=manager, headers={"if-match": "*"}).status == 200


def test_an_unknown_one_is_a_404(api: Api, manager: str) -> None:
    refused(change(api, manager, "loc_none", {"name": "B"}), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"active": None}, "active"),
        ({"active": "no"}, "active"),
        ({"address": {}}, "address.name"),
        ({"id": "loc_x"}, "id"),
        ({"version": 4}, "version"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(
    api: Api, manager: str, made: dict[str, Any], body: dict[str, Any], field: str
) -> None:
    before = everything()
    reply = change(api, manager, made["id"], body)
    assert (reply.status, set(reply.codes)) == (400, {"VALIDATION_ERROR"})
    assert field in [error["field"] for error in reply.json["errors"]]
    assert everything() == before


def test_only_staff_with_the_permission_and_a_live_session_may(api: Api, manager: str, made: dict[str, Any]) -> None:
    assert api.patch(f"{PATH}/{made['id']}", json={"name": "B"}).status == 401
    for roles in ((), ("support",)):
        refused(change(api, session(*roles), made["id"], {"name": "B"}), 403, "FORBIDDEN")
    end_sessions()
    refused(change(api, manager, made["id"], {"name": "B"}), 401, "UNAUTHENTICATED")


def test_a_retry_gets_the_same_answer(api: Api, manager: str, made: dict[str, Any]) -> None:
    first, second = (change(api, manager, made["id"], {"name": "B"}, key="once") for _ in range(2))
    assert first.body == second.body


def test_calls_and_policy(api: Api, manager: str) -> None:
    forget_what_is_kept()
    with record() as calls:
        change(api, manager, "main", {"name": "A"}, version=0, key="k")
        changed = recorded(lambda: change(api, manager, "main", {"name": "B"}, key="k-2"))
    assert operations(changed) == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
