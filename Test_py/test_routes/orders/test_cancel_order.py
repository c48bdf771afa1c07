"""POST /orders/{order_id}/cancel: the provider is asked first, and the stock goes back."""

from __future__ import annotations

import pytest

from infra.local.recorder import granted, record
from pushcart.access import BOUNDS
from pushcart.payments import sandbox
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.shopkeeping import refused
from utils.declarations import Function, Loaded


@pytest.mark.parametrize("token", ["tok_late", "tok_requires_action", "tok_declined"])
def test_an_unpaid_order_is_cancelled(api: Api, cloud: Shop, token: str) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", payment_token=token)
    cloud.pumps.drain()
    asked = shopping.cancel(api, order)
    assert asked.status == 202
    assert (asked.data["status"], asked.data["cancel_requested"]) == ("pending_payment", True)
    assert asked.data["version"] == shopping.look(api, order)["version"]
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["cancel_reason"], seen["cancel_requested"]) == ("cancelled", "requested", False)
    assert seen["payment_status"] in {"voided", "failed"}
    assert shopping.stock("MUG-1") == (5, 5, 0)
    assert shopping.reservation(order) == "released"
    shopping.assert_told_by_events(order)


def test_one_that_was_not_charged_yet_is_never_charged(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    shopping.cancel(api, order)
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"]) == ("cancelled", "voided")
    assert shopping.charges() == []
    shopping.assert_told_by_events(order)


def test_one_whose_money_was_on_its_way_is_paid(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    sandbox.settle(order.charge_key)
    shopping.cancel(api, order)
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["cancel_requested"]) == ("confirmed", False)
    shopping.assert_told_by_events(order)


def test_only_an_order_that_waits_can_be_cancelled(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    reply = shopping.cancel(api, order)
    assert (reply.status, reply.codes) == (409, ["INVALID_STATE"])
    assert shopping.look(api, order)["status"] == "confirmed"


def test_asking_twice_is_as_asking_once(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    first = shopping.cancel(api, order, key="once")
    assert shopping.cancel(api, order, key="once").body == first.body
    assert shopping.cancel(api, order, key="other").status == 202
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "cancelled"
    assert shopping.stock("MUG-1") == (5, 5, 0)
    shopping.assert_told_by_events(order)


def test_support_may_up_to_an_amount_and_a_manager_beyond(api: Api) -> None:
    shopping.shelve("MUG-1")
    shopping.shelve("RING-1", price=(BOUNDS["orders:cancel"]["support"].amount or 0) + 1)
    cheap, dear = shopping.buy(api, "MUG-1"), shopping.buy(api, "RING-1")
    support, manager = people.staff(api, "support"), people.staff(api, "manager")
    assert api.post(f"{cheap.path}/cancel", token=support.token, key="k-1").status == 202
    refused(api.post(f"{dear.path}/cancel", token=support.token, key="k-2"), 403, "FORBIDDEN")
    assert shopping.look(api, dear)["cancel_requested"] is False
    assert api.post(f"{dear.path}/cancel", token=manager.token, key="k-3").status == 202


def test_somebody_else_s_is_a_missing_one(api: Api) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    eve = people.customer(api)
    theirs = api.post(f"{order.path}/cancel", token=eve.token, key="k-1")
    none = api.post("/api/v1/orders/ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T/cancel", token=eve.token, key="k-2")
    assert theirs.status == 404
    assert theirs.json["errors"] == none.json["errors"]
    assert shopping.look(api, order)["cancel_requested"] is False


def test_a_key_and_no_body_are_wanted(api: Api) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    assert api.post(f"{order.path}/cancel", **order.credentials).codes == ["IDEMPOTENCY_KEY_REQUIRED"]
    extra = api.post(f"{order.path}/cancel", json={"reason": "bored"}, key="k-1", **order.credentials)
    assert extra.codes == ["VALIDATION_ERROR"]


def test_it_is_two_calls_and_its_policy_is_exact(api: Api, functions: list[Loaded]) -> None:
    ada = people.customer(api)
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", token=ada.token)
    with record() as calls:
        shopping.cancel(api, order)
    assert [call.operation for call in calls] == ["BatchGetItem", "TransactWriteItems"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "cancel_order")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
