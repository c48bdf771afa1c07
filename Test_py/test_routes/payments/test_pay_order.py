"""POST /orders/{order_id}/payments: another attempt, while the stock is held and nothing was taken."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from infra.local.recorder import granted, record
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from utils.declarations import Function, Loaded

MISSING = "/api/v1/orders/ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T/payments"
PAYMENT = {"provider": "sandbox", "token": "tok_success"}


def test_declined_and_then_paid(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", price=1250, units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_declined")
    cloud.pumps.drain()
    reply = shopping.pay_again(api, order, "tok_success")
    assert reply.status == 202
    assert reply.data["id"] == f"pay_{order.id.removeprefix('ord_')}_2"
    assert (reply.data["status"], reply.data["amount"]["amount"], reply.data["order_id"]) == (
        "processing",
        1250,
        order.id,
    )
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment"]["id"]) == ("confirmed", reply.data["id"])
    assert shopping.stock("MUG-1") == (5, 4, 1)
    assert [int(charge.captured) for charge in (shopping.charge(order, 1), shopping.charge(order, 2))] == [0, 1250]
    state = shopping.assert_told_by_events(order)
    assert state.attempt == 2


def test_an_attempt_that_may_still_succeed_is_waited_for(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    for token in ("tok_success", "tok_late", "tok_requires_action"):
        order = shopping.buy(api, "MUG-1", payment_token=token)
        if token != "tok_success":
            cloud.pumps.drain()
        reply = shopping.pay_again(api, order, "tok_success")
        assert (reply.status, reply.codes) == (409, ["INVALID_STATE"])
        cloud.pumps.drain()
    assert len(shopping.charges()) == 3


def test_what_is_paid_or_over_takes_no_more_money(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1")
    paid = shopping.buy(api, "MUG-1")
    declined = shopping.buy(api, "MUG-1", payment_token="tok_declined")
    cancelled = shopping.buy(api, "MUG-1", payment_token="tok_declined")
    cloud.pumps.drain()
    shopping.cancel(api, cancelled)
    assert shopping.pay_again(api, cancelled, "tok_success").json["errors"][0]["detail"] == "cancel_requested"
    clock.shift(timedelta(seconds=901))
    assert shopping.pay_again(api, declined, "tok_success").json["errors"][0]["detail"] == "expired"
    cloud.pumps.drain()
    for order in (paid, declined, cancelled):
        assert shopping.pay_again(api, order, "tok_success").codes == ["INVALID_STATE"]


def test_ten_attempts_are_enough(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", payment_token="tok_declined")
    cloud.pumps.drain()
    for _ in range(9):
        assert shopping.pay_again(api, order, "tok_declined").status == 202
        cloud.pumps.drain()
    reply = shopping.pay_again(api, order, "tok_success")
    assert (reply.status, reply.json["errors"][0]["detail"]) == (409, "attempts")
    shopping.assert_told_by_events(order)


def test_of_many_attempts_at_once_one_is_made(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", price=1250)
    order = shopping.buy(api, "MUG-1", payment_token="tok_declined")
    cloud.pumps.drain()
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: shopping.pay_again(api, order, "tok_success"), range(12)))
    assert sorted(reply.status for reply in replies) == [202] + [409] * 11
    cloud.pumps.drain()
    assert sum(shopping.captured()) == 1250


def test_the_same_key_makes_one_attempt(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", payment_token="tok_declined")
    cloud.pumps.drain()
    first = shopping.pay_again(api, order, "tok_declined", key="once")
    cloud.pumps.drain()
    assert shopping.pay_again(api, order, "tok_declined", key="once").body == first.body
    assert shopping.stored_attempts(order) == 2


def test_somebody_else_s_order_is_a_missing_one(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", payment_token="tok_declined")
    cloud.pumps.drain()
    eve, manager = people.customer(api), people.staff(api, "manager")
    body = {"payment": PAYMENT}
    for number, stranger in enumerate(({"token": eve.token}, {"token": manager.token}, {}, {"order_token": "v1.x"})):
        theirs = api.post(f"{order.path}/payments", json=body, key=f"a-{number}", **stranger)
        none = api.post(MISSING, json=body, key=f"b-{number}", **stranger)
        assert (theirs.status, theirs.codes) == (404, ["NOT_FOUND"])
        assert theirs.json["errors"] == none.json["errors"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "payment"),
        ({"payment": None}, "payment"),
        ({"payment": {"provider": "sandbox"}}, "payment.token"),
        ({"payment": {**PAYMENT, "provider": "stripe"}}, "payment.provider"),
        ({"payment": {**PAYMENT, "token": 7}}, "payment.token"),
        ({"payment": {**PAYMENT, "token": "t" * 256}}, "payment.token"),
        ({"payment": {**PAYMENT, "amount": 1}}, "payment.amount"),
        ({"payment": PAYMENT, "amount": 1}, "amount"),
    ],
)
def test_bad_input_is_told_by_field(api: Api, body: dict[str, Any], field: str) -> None:
    reply = api.post(MISSING, json=body, key="k-1")
    assert (reply.status, reply.codes) == (400, ["VALIDATION_ERROR"])
    assert reply.json["errors"][0]["field"] == field


def test_a_key_is_needed(api: Api) -> None:
    assert api.post(MISSING, json={"payment": PAYMENT}).codes == ["IDEMPOTENCY_KEY_REQUIRED"]


def test_it_is_two_calls_and_its_policy_is_exact(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    ada = people.customer(api)
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", payment_token="tok_declined", token=ada.token)
    cloud.pumps.drain()
    with record() as calls:
        assert shopping.pay_again(api, order, "tok_success").status == 202
    assert [call.operation for call in calls] == ["BatchGetItem", "TransactWriteItems"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "pay_order")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
