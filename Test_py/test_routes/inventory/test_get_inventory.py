"""GET /api/v1/inventory/{sku}"""

from __future__ import annotations

from functions.inventory.get_inventory import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.shopkeeping import drafted, on_sale, operations, recorded, refused, session, stocked

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
        "on_hand": 7,
        "available": 7,
        "reserved": 0,
        "low_stock_threshold": 5,
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
        "version": 1,
    }


def test_a_sku_that_was_never_counted_has_none(api: Api, manager: str) -> None:
    drafted(api, manager)
    reply = api.get(PATH, token=manager)
    assert (reply.status, reply.data["on_hand"], reply.data["version"]) == (200, 0, 0)


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
    assert operations(calls) == ["BatchGetItem"]
    assert_exact_policy(handler.declaration, calls.touches)
