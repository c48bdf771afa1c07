"""GET /api/v1/inventory/{sku}"""

from __future__ import annotations

from functions.inventory.get_inventory import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.shopkeeping import drafted, on_sale, operations, recorded, refused, session, stocked
from Test_py.support.stockkeeping import shelve

PATH = "/api/v1/inventory/MUG-1"


def test_it_shows_what_there_is(api: Api, manager: str) -> None:
    on_sale(api, manager)
    made = stocked(api, manager, "MUG-1", 7)
    reply = api.get(PATH, token=session("support"))
    assert reply.status == 200
    assert reply.data == {
        "id": "MUG-1@main",
        "sku": "MUG-1",
        "location_id": "main",
        "bucket": None,
        "on_hand": 7,
        "available": 7,
        "reserved": 0,
        "low_stock_threshold": 5,
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
        "version": 1,
        "places": [
            {"location_id": "main", "active": True, "buckets": 1, "on_hand": 7, "available": 7, "reserved": 0},
        ],
        "settings": reply.data["settings"],
    }
    assert reply.data["settings"]["version"] == 0
    assert (reply.data["settings"]["low_stock_threshold"], reply.data["settings"]["hot"]) == (5, 1)


def test_a_sku_that_was_never_counted_has_none(api: Api, manager: str) -> None:
    drafted(api, manager)
    reply = api.get(PATH, token=manager)
    assert (reply.status, reply.data["on_hand"], reply.data["version"]) == (200, 0, 0)
    assert reply.data["places"] == []


def test_several_places_and_buckets_are_told_beside_the_one_that_is_asked_for(api: Api, manager: str) -> None:
    on_sale(api, manager)
    other = api.post("/api/v1/locations", json={"name": "Other"}, token=manager).data["id"]
    shelve("MUG-1", 2, reserved=1)
    shelve("MUG-1", 3, bucket=1)
    shelve("MUG-1", 4, location_id=other, closed="yes")
    shown = api.get(PATH, token=manager).data
    assert (shown["id"], shown["on_hand"], shown["available"], shown["reserved"]) == ("MUG-1@main", 6, 5, 1)
    there = api.get(PATH, token=manager, query={"location_id": other}).data
    assert (there["location_id"], there["on_hand"], there["places"]) == (other, 4, shown["places"])
    places = {place["location_id"]: place for place in shown["places"]}
    assert (places["main"]["buckets"], places["main"]["on_hand"], places["main"]["active"]) == (2, 6, True)
    assert (places[other]["buckets"], places[other]["on_hand"], places[other]["active"]) == (1, 4, False)


def test_a_location_that_has_none_shows_none(api: Api, manager: str) -> None:
    on_sale(api, manager, stock=3)
    other = api.post("/api/v1/locations", json={"name": "Other"}, token=manager).data["id"]
    shown = api.get(PATH, token=manager, query={"location_id": other}).data
    assert (shown["location_id"], shown["on_hand"], len(shown["places"])) == (other, 0, 1)


def test_an_unknown_sku_or_location_is_a_404(api: Api, manager: str) -> None:
    refused(api.get(PATH, token=manager), 404, "NOT_FOUND")
    on_sale(api, manager)
    refused(api.get(PATH, token=manager, query={"location_id": "moon"}), 404, "NOT_FOUND")
    assert api.get(PATH, token=manager, query={"location_id": "main"}).status == 200


def test_bad_parameters_are_named(api: Api, manager: str) -> None:
    for query, field in [({"location_id": "a b"}, "location_id"), ({"at": "main"}, "at")]:
        refused(api.get(PATH, token=manager, query=query), 400, "VALIDATION_ERROR", field)


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    assert api.get(PATH).status == 401
    refused(api.get(PATH, token=session()), 403, "FORBIDDEN")


def test_calls_and_policy(api: Api, manager: str) -> None:
    on_sale(api, manager, stock=1)
    calls = recorded(lambda: api.get(PATH, token=manager))
    assert operations(calls) == ["BatchGetItem", "Query"]
    assert_exact_policy(handler.declaration, calls.touches)
