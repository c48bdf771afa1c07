"""POST /payments/{payment_id}/capture: where staff captures, an order is confirmed once authorised."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from infra.local.recorder import granted, record
from pushcart.payments import provider, sandbox
from pushcart.payments.models import PaymentItem
from pushcart.payments.ports import NoAnswer
from Test_py.conftest import Shop
from Test_py.reliability.invariants import check
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopkeeping import refused
from Test_py.support.shopping import Placed
from utils.declarations import Function, Loaded


@pytest.fixture(autouse=True)
def staff_captures(environment_variables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYMENT_CAPTURE", "manual")


def path(order: Placed) -> str:
    return f"/api/v1/payments/{order.data['payment']['id']}/capture"


def authorised(api: Api, cloud: Shop) -> Placed:
    shopping.shelve("MUG-1", price=1250, units=5)
    order = shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    return order


def test_an_authorised_order_is_confirmed_and_captured_later(api: Api, cloud: Shop) -> None:
    order = authorised(api, cloud)
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"], seen["payment"]["captured"]) == ("confirmed", "authorized", 0)
    assert shopping.reservation(order) == "committed"
    manager = people.staff(api, "manager")
    asked = api.post(path(order), token=manager.token, key="k-1")
    assert (asked.status, asked.data["status"]) == (202, "authorized")
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["payment_status"], seen["payment"]["captured"]) == ("captured", 1250)
    assert int(shopping.charge(order).captured) == 1250
    shopping.assert_told_by_events(order)


def test_capturing_twice_takes_the_money_once(api: Api, cloud: Shop) -> None:
    order = authorised(api, cloud)
    manager = people.staff(api, "manager")
    first = api.post(path(order), token=manager.token, key="once")
    assert api.post(path(order), token=manager.token, key="once").body == first.body
    api.post(path(order), token=manager.token, key="other")
    cloud.pumps.drain()
    assert int(shopping.charge(order).captured) == 1250
    again = api.post(path(order), token=manager.token, key="k-3")
    assert (again.status, again.codes) == (409, ["INVALID_STATE"])
    shopping.assert_told_by_events(order)


def test_a_capture_without_an_answer_is_asked_for_again(
    api: Api, cloud: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = authorised(api, cloud)
    manager = people.staff(api, "manager")
    api.post(path(order), token=manager.token, key="k-1")
    real, asked = provider.call, []

    def call(name: str, operation: str, **parameters: str) -> object:
        asked.append(operation)
        answer = real(name, operation, **parameters)
        if asked == ["capture"]:
            raise NoAnswer("lost")
        return answer

    monkeypatch.setattr(provider, "call", call)
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment_status"] == "authorized"
    clock.shift(timedelta(minutes=6))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment_status"] == "captured"
    assert int(shopping.charge(order).captured) == 1250
    assert shopping.stored(PaymentItem.key_of(order.id, order.data["payment"]["id"])).open_shard is None
    shopping.assert_told_by_events(order)


def test_part_of_it_is_captured_and_the_rest_released(api: Api, cloud: Shop, clock: Clock) -> None:
    order = authorised(api, cloud)
    manager = people.staff(api, "manager")
    assert api.post(path(order), json={"amount": 500}, token=manager.token, key="k-1").status == 202
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"], seen["payment"]["captured"]) == (
        "confirmed",
        "partially_captured",
        500,
    )
    assert (shopping.charge(order).status, int(shopping.charge(order).captured)) == ("partially_captured", 500)
    refused(api.post(path(order), json={"amount": 750}, token=manager.token, key="k-2"), 409, "INVALID_STATE")
    clock.shift(timedelta(minutes=20))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.captured() == [500]
    check()


def test_all_of_it_by_its_amount_is_all_of_it(api: Api, cloud: Shop) -> None:
    order = authorised(api, cloud)
    manager = people.staff(api, "manager")
    api.post(path(order), json={"amount": 1250}, token=manager.token, key="k-1")
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment_status"] == "captured"


def test_no_more_than_was_authorised(api: Api, cloud: Shop) -> None:
    order = authorised(api, cloud)
    manager = people.staff(api, "manager")
    reply = refused(api.post(path(order), json={"amount": 1251}, token=manager.token, key="k-1"), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "1250"
    cloud.pumps.drain()
    assert shopping.captured() == [0]


def test_an_order_that_is_being_cancelled_is_not_captured(api: Api, cloud: Shop) -> None:
    order = authorised(api, cloud)
    manager = people.staff(api, "manager")
    assert shopping.cancel(api, order).status == 202
    refused(api.post(path(order), token=manager.token, key="k-1"), 409, "INVALID_STATE")
    cloud.pumps.drain()
    assert (shopping.look(api, order)["status"], shopping.captured()) == ("cancelled", [0])
    check()


def test_what_is_authorised_after_the_end_is_let_go(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1", price=1250, units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    clock.shift(timedelta(seconds=901))
    cloud.pumps.drain()
    shopping.send_webhook(api, sandbox.settle(order.charge_key, even_if_over=True))
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"]) == ("expired", "voided")
    assert (shopping.charge(order).status, int(shopping.charge(order).captured)) == ("voided", 0)
    assert shopping.stock("MUG-1") == (5, 5, 0)
    shopping.assert_told_by_events(order)


def test_only_what_is_authorised_can_be_captured(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", payment_token="tok_declined")
    manager = people.staff(api, "manager")
    for key in ("before", "after"):
        reply = api.post(path(order), token=manager.token, key=key)
        assert (reply.status, reply.codes) == (409, ["INVALID_STATE"])
        cloud.pumps.drain()


def test_who_may(api: Api, cloud: Shop) -> None:
    ada = people.customer(api)
    order = authorised(api, cloud)
    support = people.staff(api, "support")
    assert api.post(path(order), key="k-1").status == 401
    assert api.post(path(order), token=ada.token, key="k-1").codes == ["FORBIDDEN"]
    assert api.post(path(order), token=support.token, key="k-1").codes == ["FORBIDDEN"]
    assert shopping.charge(order).status == "authorized"


def test_a_missing_payment_and_bad_input(api: Api) -> None:
    manager = people.staff(api, "manager")
    missing = "/api/v1/payments/pay_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1/capture"
    assert api.post(missing, token=manager.token, key="k-1").codes == ["NOT_FOUND"]
    assert api.post("/api/v1/payments/nonsense/capture", token=manager.token, key="k-2").codes == ["NOT_FOUND"]
    assert api.post(missing, token=manager.token).codes == ["IDEMPOTENCY_KEY_REQUIRED"]
    wrong: list[dict[str, Any]] = [{"amount": 0}, {"amount": "1"}, {"amount": 1.5}, {"amount": 2**53}, {"all": True}]
    for number, bad in enumerate(wrong):
        refused(api.post(missing, token=manager.token, key=f"b-{number}", json=bad), 400, "VALIDATION_ERROR", *bad)


def test_it_is_two_calls_and_its_policy_is_exact(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    order = authorised(api, cloud)
    manager = people.staff(api, "manager")
    api.get("/api/v1/users/me", token=manager.token)
    with record() as calls:
        assert api.post(path(order), token=manager.token, key="k-1").status == 202
    assert [call.operation for call in calls] == ["BatchGetItem", "TransactWriteItems"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "capture_payment")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
