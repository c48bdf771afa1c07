"""The nightly match: what nobody told of is found, told, and applied."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from infra.local.recorder import granted, record
from pushcart.payments import provider, sandbox
from pushcart.payments.ledger import SandboxCharge
from pushcart.payments.ports import NoAnswer
from pushcart.payments.sandbox import Sandbox
from pushcart.payments.service import matching
from Test_py.conftest import Shop
from Test_py.reliability.invariants import check
from Test_py.support import shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopkeeping import session
from Test_py.support.shopping import Placed
from utils.declarations import Function, Loaded
from utils.log import logger
from utils.transaction import Transaction

A_DAY = timedelta(days=1)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The charges that the provider was asked about."""
    keys: list[str] = []
    real = provider.call

    def call(name: str, operation: str, **parameters: Any) -> Any:
        keys.append(parameters["key"])
        return real(name, operation, **parameters)

    monkeypatch.setattr(provider, "call", call)
    return keys


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was logged of differences."""
    lines: list[dict[str, Any]] = []

    def warning(line: str, *, extra: dict[str, Any]) -> None:
        if line == matching.MISMATCH:
            lines.append(extra)

    monkeypatch.setattr(logger, "warning", warning)
    return lines


def bought(api: Api, cloud: Shop, *tokens: str) -> list[Placed]:
    shopping.shelve("MUG-1", price=1250, units=9)
    orders = [shopping.buy(api, "MUG-1", payment_token=token) for token in tokens]
    cloud.pumps.drain()
    return orders


def test_books_that_agree_are_left_alone(
    api: Api, cloud: Shop, clock: Clock, asked: list[str], told: list[dict[str, Any]]
) -> None:
    orders = bought(api, cloud, "tok_success", "tok_declined", "tok_late")
    clock.shift(A_DAY)
    asked.clear()
    with record() as calls:
        found = matching.match()
    assert found == 3
    assert sorted(asked) == sorted(order.charge_key for order in orders[:2]), "what is open is the reconciler's"
    assert told == []
    assert "SendMessageBatch" not in [call.operation for call in calls]


def test_money_given_back_by_hand_is_found_and_noted(
    api: Api, cloud: Shop, clock: Clock, told: list[dict[str, Any]]
) -> None:
    [order] = bought(api, cloud, "tok_success")
    Sandbox().refund(key=order.charge_key, refund_key="by hand", amount=400)
    matching.match()
    assert told == [], "the day's are matched the night after"
    clock.shift(A_DAY)
    matching.match()
    assert told == [
        {
            "payment_id": order.data["payment"]["id"],
            "ours": {"status": "captured", "captured": 1250, "refunded": 0},
            "theirs": {"status": "partially_refunded", "captured": 1250, "refunded": 400},
        }
    ]
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment"]["refunded"] == 400
    shopping.assert_told_by_events(order)
    clock.shift(A_DAY)
    matching.match()
    assert len(told) == 1


def test_money_that_came_to_an_order_that_is_over_is_found(
    api: Api, cloud: Shop, clock: Clock, told: list[dict[str, Any]]
) -> None:
    [order] = bought(api, cloud, "tok_late")
    clock.shift(timedelta(minutes=16))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "expired"
    sandbox.settle(order.charge_key, even_if_over=True)
    clock.shift(A_DAY)
    matching.match()
    cloud.pumps.drain()
    assert len(told) == 1
    assert shopping.look(api, order)["status"] == "confirmed"
    check()


def test_what_cannot_be_applied_is_told_each_night(
    api: Api, cloud: Shop, clock: Clock, told: list[dict[str, Any]]
) -> None:
    [order] = bought(api, cloud, "tok_success")
    refund = api.post(
        f"/api/v1/payments/{order.data['payment']['id']}/refunds", json={}, token=session("manager"), key="k"
    )
    assert refund.status == 202
    cloud.pumps.drain()
    tx = Transaction()
    tx.change(shopping.charge(order), SandboxCharge.refunds.set({}))
    tx.commit()
    for night in (1, 2):
        clock.shift(A_DAY)
        matching.match()
        cloud.pumps.drain()
        assert len(told) == night
    assert shopping.look(api, order)["payment_status"] == "refunded"


def test_a_charge_that_the_provider_has_never_heard_of_is_told(
    api: Api, cloud: Shop, clock: Clock, told: list[dict[str, Any]]
) -> None:
    [order] = bought(api, cloud, "tok_success")
    tx = Transaction()
    tx.remove(SandboxCharge.key_of(order.charge_key))
    tx.commit()
    clock.shift(A_DAY)
    matching.match()
    assert [line["theirs"] for line in told] == [None]


def test_a_provider_that_is_silent_or_not_taken_holds_up_nobody(
    api: Api, cloud: Shop, clock: Clock, told: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = bought(api, cloud, "tok_success", "tok_success", "tok_success")
    for order in orders:
        Sandbox().refund(key=order.charge_key, refund_key="by hand", amount=1)
    real = provider.call

    def call(name: str, operation: str, **parameters: Any) -> Any:
        if parameters["key"] == orders[0].charge_key:
            raise NoAnswer("silent")
        if parameters["key"] == orders[1].charge_key:
            raise provider.UnknownProvider("gone")
        return real(name, operation, **parameters)

    monkeypatch.setattr(provider, "call", call)
    clock.shift(A_DAY)
    matching.match()
    assert [line["payment_id"] for line in told] == [orders[2].data["payment"]["id"]]


def test_a_night_s_match_goes_on_where_it_was_and_comes_once(
    api: Api, cloud: Shop, clock: Clock, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "PAGE", 2)
    monkeypatch.setattr(matching, "MOST_IN_A_RUN", 2)
    orders = bought(api, cloud, *["tok_success"] * 5)
    clock.shift(A_DAY)
    asked.clear()
    assert [matching.match() for _ in range(5)] == [2, 2, 1, 0, 0]
    assert sorted(asked) == sorted(order.charge_key for order in orders)
    clock.shift(A_DAY)
    assert matching.match() == 2


def test_a_page_that_a_run_dies_of_is_matched_again(
    api: Api, cloud: Shop, clock: Clock, told: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "PAGE", 1)
    orders = bought(api, cloud, "tok_success", "tok_success")
    for order in orders:
        Sandbox().refund(key=order.charge_key, refund_key="by hand", amount=1)
    clock.shift(A_DAY)
    with monkeypatch.context() as patch:
        patch.setattr(matching, "_match", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            matching.match()
    matching.match()
    assert len(told) == 2


def test_old_ones_are_not_asked_after(api: Api, cloud: Shop, clock: Clock, asked: list[str]) -> None:
    bought(api, cloud, "tok_success")
    clock.shift(timedelta(days=matching.DAYS + 2))
    asked.clear()
    assert (matching.match(), asked) == (0, [])


def test_its_policy_is_exact(api: Api, cloud: Shop, clock: Clock, functions: list[Loaded]) -> None:
    [order] = bought(api, cloud, "tok_success")
    Sandbox().refund(key=order.charge_key, refund_key="by hand", amount=1)
    clock.shift(A_DAY)
    matcher = next(loaded for loaded in functions if loaded.declaration.name == "match_payments")
    assert isinstance(matcher.declaration, Function)
    with record() as calls:
        matcher.handler({}, None)
    assert [call.operation for call in calls] == ["GetItem", "Query", "GetItem", "SendMessageBatch", "PutItem"]
    # What Stripe needs besides is shown by the season (test_grants).
    own = {one for one in granted(matcher.declaration) if not one.action.startswith("secretsmanager:")}
    assert {one for one in own - calls.touches if one.action != "dynamodb:GetItem"} == set()
    assert calls.touches <= own
