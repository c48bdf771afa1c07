"""POST /payments/{payment_id}/void: what holds no money yet is let go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from infra.local.recorder import granted, record
from pushcart.payments import provider, sandbox
from pushcart.payments.ports import NoAnswer
from Test_py.conftest import Shop
from Test_py.reliability.invariants import check
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopkeeping import refused, session
from Test_py.support.shopping import Placed
from utils.declarations import Function, Loaded


def path(order: Placed) -> str:
    return f"/api/v1/payments/{order.data['payment']['id']}/void"


def waiting(api: Api, cloud: Shop, token: str = "tok_late") -> Placed:
    """Return an order whose payment is in the state that a token brings about."""
    shopping.shelve("MUG-1", price=1250, units=5)
    order = shopping.buy(api, "MUG-1", payment_token=token)
    cloud.pumps.drain()
    return order


@pytest.mark.parametrize("token", ["tok_late", "tok_requires_action"])
def test_an_attempt_is_stopped_and_the_order_paid_otherwise(api: Api, cloud: Shop, token: str) -> None:
    order = waiting(api, cloud, token)
    asked = api.post(path(order), token=session("manager"), key="k-1")
    assert asked.status == 202, asked.body
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"], shopping.stock("MUG-1")) == ("pending_payment", "voided", (5, 4, 1))
    assert shopping.charge(order).status == "voided"
    shopping.assert_told_by_events(order)
    assert shopping.pay_again(api, order, "tok_success").status == 202
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    check()


def test_one_that_was_not_sent_yet_never_is(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    assert api.post(path(order), token=session("manager"), key="k-1").status == 202
    cloud.pumps.drain()
    assert (shopping.look(api, order)["payment_status"], shopping.charges()) == ("voided", [])
    check()


def test_a_void_that_comes_too_late_pays_the_order(api: Api, cloud: Shop) -> None:
    order = waiting(api, cloud)
    sandbox.settle(order.charge_key)
    api.post(path(order), token=session("manager"), key="k-1")
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    check()


def test_a_silent_provider_is_asked_until_it_answers(
    api: Api, cloud: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = waiting(api, cloud)
    real = provider.call

    def silent(*_: Any, **__: Any) -> Any:
        raise NoAnswer("silent")

    monkeypatch.setattr(provider, "call", silent)
    api.post(path(order), token=session("manager"), key="k-1")
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment_status"] == "processing"
    monkeypatch.setattr(provider, "call", real)
    clock.shift(timedelta(minutes=6))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment_status"] == "voided"
    check()


def test_an_order_that_only_it_was_to_pay_is_cancelled(api: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYMENT_CAPTURE", "manual")
    order = waiting(api, cloud, "tok_success")
    assert shopping.look(api, order)["status"] == "confirmed"
    assert api.post(path(order), token=session("manager"), key="k-1").status == 202
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"], shopping.stock("MUG-1")) == ("cancelled", "voided", (5, 5, 0))
    assert shopping.captured() == [0]
    check()


@pytest.mark.parametrize("token", ["tok_success", "tok_declined"])
def test_what_holds_money_or_never_will_cannot_be_voided(api: Api, cloud: Shop, token: str) -> None:
    order = waiting(api, cloud, token)
    before = shopping.types(order)
    refused(api.post(path(order), token=session("manager"), key="k-1"), 409, "INVALID_STATE")
    assert shopping.types(order) == before


def test_who_may_and_bad_input(api: Api, cloud: Shop) -> None:
    order, ada = waiting(api, cloud), people.customer(api)
    assert api.post(path(order), key="k-1").status == 401
    refused(api.post(path(order), token=ada.token, key="k-2"), 403, "FORBIDDEN")
    refused(api.post(path(order), token=session("support"), key="k-3"), 403, "FORBIDDEN")
    manager, missing = session("manager"), "/api/v1/payments/pay_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1/void"
    refused(api.post(path(order), token=manager), 400, "IDEMPOTENCY_KEY_REQUIRED")
    refused(api.post(path(order), json={"amount": 1}, token=manager, key="k-4"), 400, "VALIDATION_ERROR", "amount")
    refused(api.post(missing, token=manager, key="k-5"), 404, "NOT_FOUND")
    refused(api.post("/api/v1/payments/nonsense/void", token=manager, key="k-6"), 404, "NOT_FOUND")
    assert shopping.charge(order).status == "processing"


def test_it_is_two_calls_and_its_policy_is_exact(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    order, manager = waiting(api, cloud), session("manager")
    api.get("/api/v1/users/me", token=manager)
    with record() as calls:
        assert api.post(path(order), token=manager, key="k-1").status == 202
    assert [call.operation for call in calls] == ["BatchGetItem", "TransactWriteItems"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "void_payment")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
