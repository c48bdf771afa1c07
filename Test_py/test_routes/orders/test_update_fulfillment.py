"""PATCH /orders/{order_id}/fulfillments/{fulfillment_id}: how a parcel travels, and that it arrived."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.recorder import granted, record
from Test_py.conftest import Shop
from Test_py.support import parcels, people, shopping
from Test_py.support.client import Api
from Test_py.support.parcels import change_parcel, deliver, paid, shipped
from Test_py.support.shopkeeping import refused, tag
from utils.declarations import Function, Loaded


def test_when_all_has_arrived_the_order_is_completed(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    manager = people.staff(api, "manager")
    order = paid(cloud, api, "MUG-1", quantity=2)
    first = shipped(api, manager, order, lines=[{"sku": "MUG-1", "quantity": 1}])
    arrived = deliver(api, manager, first)
    assert (arrived.status, arrived.data["status"], arrived.data["version"]) == (200, "delivered", 2)
    assert arrived.data["delivered_at"] == arrived.data["updated_at"]
    seen = shopping.look(api, order)
    assert (seen["status"], seen["fulfillment_status"]) == ("processing", "partially_fulfilled")
    second = shipped(api, manager, order)
    assert shopping.look(api, order)["fulfillment_status"] == "fulfilled"
    assert deliver(api, manager, second).status == 200
    seen = shopping.look(api, order)
    assert (seen["status"], seen["fulfillment_status"]) == ("completed", "delivered")
    assert [one["status"] for one in seen["fulfillments"]] == ["delivered", "delivered"]
    state = shopping.assert_told_by_events(order)
    assert state.progress["fulfilled"] == {"MUG-1": 2}
    assert shopping.stock("MUG-1") == (3, 3, 0)


def test_tracking_comes_changes_and_goes(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    manager = people.staff(api, "manager")
    order = paid(cloud, api, "MUG-1")
    parcel = shipped(api, manager, order)
    told = change_parcel(api, manager, parcel, tracking=parcels.TRACKING)
    assert (told.data["tracking"], told.data["status"]) == (parcels.TRACKING, "shipped")
    assert shopping.look(api, order)["fulfillments"][0]["tracking"] == parcels.TRACKING
    assert change_parcel(api, manager, told.data).data["version"] == 2
    both = change_parcel(api, manager, told.data, tracking=None, status="delivered")
    assert both.data["status"] == "delivered"
    (shown,) = shopping.look(api, order)["fulfillments"]
    assert (shown.get("tracking"), shown["status"]) == (None, "delivered")
    assert shopping.types(order)[-4:] == [
        "fulfillment.updated", "fulfillment.updated", "fulfillment.delivered", "order.completed",
    ]  # fmt: skip
    shopping.assert_told_by_events(order)


def test_it_arrives_once(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    manager = people.staff(api, "manager")
    parcel = shipped(api, manager, paid(cloud, api, "MUG-1"))
    arrived = deliver(api, manager, parcel)
    refused(deliver(api, manager, arrived.data), 409, "INVALID_STATE")


def test_staff_says_what_it_saw(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    manager = people.staff(api, "manager")
    order = paid(cloud, api, "MUG-1")
    parcel = shipped(api, manager, order)
    path = f"{order.path}/fulfillments/{parcel['id']}"
    refused(api.patch(path, json={"status": "delivered"}, token=manager.token), 428, "VERSION_REQUIRED")
    stale = api.patch(path, json={"status": "delivered"}, token=manager.token, headers=tag(7))
    refused(stale, 412, "STALE_VERSION")
    assert shopping.look(api, order)["status"] == "processing"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "shipped"}, "status"),
        ({"status": 1}, "status"),
        ({"tracking": {"carrier": "X"}}, "tracking.number"),
        ({"tracking": {"carrier": "X", "number": "1" * 65}}, "tracking.number"),
        ({"lines": []}, "lines"),
    ],
)
def test_what_is_wrong_is_refused(api: Api, cloud: Shop, body: dict[str, Any], field: str) -> None:
    shopping.shelve("MUG-1", units=5)
    manager = people.staff(api, "manager")
    parcel = shipped(api, manager, paid(cloud, api, "MUG-1"))
    refused(change_parcel(api, manager, parcel, **body), 400, "VALIDATION_ERROR", field)


def test_a_parcel_of_another_order_is_a_missing_one(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    manager = people.staff(api, "manager")
    parcel = shipped(api, manager, paid(cloud, api, "MUG-1"))
    other = paid(cloud, api, "MUG-1")
    refused(change_parcel(api, manager, parcel | {"order_id": other.id}, status="delivered"), 404, "NOT_FOUND")
    refused(change_parcel(api, manager, parcel | {"id": "ful_x"}, status="delivered"), 404, "NOT_FOUND")
    refused(change_parcel(api, people.staff(api, "support"), parcel, status="delivered"), 403, "FORBIDDEN")
    refused(change_parcel(api, people.customer(api), parcel, status="delivered"), 403, "FORBIDDEN")


def test_it_is_two_calls_and_its_policy_is_exact(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    shopping.shelve("MUG-1", units=5)
    manager = people.staff(api, "manager")
    parcel = shipped(api, manager, paid(cloud, api, "MUG-1"))
    path = f"/api/v1/orders/{parcel['order_id']}/fulfillments/{parcel['id']}"
    with record() as calls:
        api.patch(path, json={"status": "delivered"}, token=manager.token, headers=tag(1), key="k-1")
    assert [call.operation for call in calls] == ["BatchGetItem", "TransactWriteItems"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "update_fulfillment")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
