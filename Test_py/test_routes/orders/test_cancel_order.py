"""POST /orders/{order_id}/cancel: the provider is asked first, and the stock goes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from infra.local.recorder import granted, record
from pushcart.access import BOUNDS
from pushcart.payments import sandbox
from pushcart.payments.service import refunding
from Test_py.conftest import Shop
from Test_py.reliability.invariants import check
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
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


def test_a_paid_order_is_cancelled_once_its_money_is_back(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", price=1250, units=5)
    order = shopping.buy(api, "MUG-1", quantity=2)
    cloud.pumps.drain()
    asked = shopping.cancel(api, order)
    assert asked.status == 202
    assert (asked.data["status"], asked.data["cancel_requested"]) == ("confirmed", True)
    assert shopping.stock("MUG-1") == (5, 3, 2)
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["cancel_reason"], seen["cancel_requested"]) == ("cancelled", "requested", False)
    assert (seen["payment_status"], seen["payment"]["refunded"]) == ("refunded", 2500)
    assert sum(shopping.charge(order).refunds.values()) == 2500
    assert shopping.stock("MUG-1") == (5, 5, 0)
    assert shopping.ledger("MUG-1") == (0, 0, 0)
    assert shopping.reservation(order) == "released"
    assert shopping.types(order)[5:] == [
        "payment.cancel",
        "refund.requested",
        "payment.refunded",
        "refund.succeeded",
        "order.cancelled",
    ]
    shopping.assert_told_by_events(order)
    check()


def test_what_was_given_back_before_is_not_given_back_twice(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", price=1250, units=5)
    order = shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    manager = people.staff(api, "manager")
    path = f"/api/v1/payments/{order.data['payment']['id']}/refunds"
    assert api.post(path, json={"amount": 300}, token=manager.token, key="k-1").status == 202
    assert shopping.cancel(api, order).status == 202
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "cancelled"
    assert sorted(shopping.charge(order).refunds.values()) == [300, 950]
    check()


@pytest.mark.parametrize("token", ["tok_refund_late", "tok_refund_timeout"])
def test_it_ends_only_when_the_money_is_certainly_back(api: Api, cloud: Shop, clock: Clock, token: str) -> None:
    shopping.shelve("MUG-1", price=1250, units=5)
    order = shopping.buy(api, "MUG-1", payment_token=token)
    cloud.pumps.drain()
    shopping.cancel(api, order)
    cloud.pumps.drain()
    if token == "tok_refund_late":
        seen = shopping.look(api, order)
        assert (seen["status"], seen["cancel_requested"], shopping.stock("MUG-1")) == ("confirmed", True, (5, 4, 1))
        [pending] = shopping.charge(order).refunds_pending
        sandbox.settle_refund(order.charge_key, pending)
        clock.shift(timedelta(minutes=6))
        cloud.pumps.run_schedules()
        cloud.pumps.drain()
    assert (shopping.look(api, order)["status"], shopping.stock("MUG-1")) == ("cancelled", (5, 5, 0))
    check()


def test_an_order_whose_money_cannot_be_given_back_lives_on(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", price=1250, units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_refund_declined")
    cloud.pumps.drain()
    for key in ("once", "again"):
        assert shopping.cancel(api, order, key=key).status == 202
        cloud.pumps.drain()
        seen = shopping.look(api, order)
        assert (seen["status"], seen["cancel_requested"], seen["payment_status"]) == ("confirmed", False, "captured")
        assert shopping.types(order)[-1] == "order.kept"
    assert shopping.stock("MUG-1") == (5, 4, 1)
    check()


def test_an_order_with_as_many_refunds_as_there_may_be_is_kept_and_holds_up_no_queue(
    api: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refunding, "MAX_REFUNDS", 1)
    shopping.shelve("MUG-1", price=1250, units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_refund_declined")
    cloud.pumps.drain()
    for key in ("once", "again"):
        assert shopping.cancel(api, order, key=key).status == 202
        cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["cancel_requested"]) == ("confirmed", False)
    kept = [kind for kind in shopping.types(order) if kind in {"refund.requested", "order.kept"}]
    assert kept == ["refund.requested", "order.kept", "order.kept"]
    shopping.assert_told_by_events(order)
    check()


def test_what_is_only_authorised_is_let_go(api: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYMENT_CAPTURE", "manual")
    shopping.shelve("MUG-1", price=1250, units=5)
    order = shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    shopping.cancel(api, order)
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"], shopping.stock("MUG-1")) == ("cancelled", "voided", (5, 5, 0))
    assert (shopping.charge(order).status, shopping.captured()) == ("voided", [0])
    check()


def test_what_was_shipped_cannot_be_cancelled(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", quantity=2)
    cloud.pumps.drain()
    manager = people.staff(api, "manager")
    lines = {"lines": [{"sku": "MUG-1", "quantity": 1}]}
    shipped = api.post(f"{order.path}/fulfillments", json=lines, token=manager.token, key="ship")
    assert shipped.status == 201, shipped.body
    reply = refused(shopping.cancel(api, order), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "partially_fulfilled"


def test_nothing_is_shipped_while_it_is_being_cancelled(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    manager = people.staff(api, "manager")
    shopping.cancel(api, order)
    refused(api.post(f"{order.path}/fulfillments", json={}, token=manager.token, key="ship"), 409, "INVALID_STATE")
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "cancelled"


def test_what_is_over_is_over(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    shopping.cancel(api, order)
    cloud.pumps.drain()
    reply = refused(shopping.cancel(api, order), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "cancelled"


def test_support_may_not_end_what_is_paid(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    support, manager = people.staff(api, "support"), people.staff(api, "manager")
    refused(api.post(f"{order.path}/cancel", token=support.token, key="k-1"), 403, "FORBIDDEN")
    assert api.post(f"{order.path}/cancel", token=manager.token, key="k-2").status == 202


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
