"""POST /payments/{payment_id}/refunds: money goes back at most once, and never more of it than was taken."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from infra.local.recorder import granted, record
from pushcart.access import BOUNDS
from pushcart.payments import provider, sandbox
from pushcart.payments.ports import NoAnswer
from pushcart.payments.refunds import RefundItem
from pushcart.payments.service import refunding
from pushcart.states import RefundStatus
from Test_py.conftest import Shop
from Test_py.reliability.invariants import check
from Test_py.reliability.schedules import interleaved
from Test_py.support import people, shopping
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.shopkeeping import refused, session
from Test_py.support.shopping import Placed
from utils.declarations import Function, Loaded
from utils.log import logger


def path(order: Placed) -> str:
    return f"/api/v1/payments/{order.data['payment']['id']}/refunds"


def paid(api: Api, cloud: Shop, *, token: str = "tok_success", price: int = 1250) -> Placed:
    """Return an order that is paid."""
    shopping.shelve("MUG-1", price=price, units=5)
    order = shopping.buy(api, "MUG-1", payment_token=token)
    cloud.settle_payments()
    return order


def since_paid(order: Placed) -> list[str]:
    """Return what was told of an order since it was confirmed, but for its invoice."""
    return [told for told in shopping.types(order) if told != "invoice.issued"][4:]


def refund(api: Api, order: Placed, manager: str, *, key: str, **body: Any) -> Reply:
    return api.post(path(order), json=body, token=manager, key=key)


def kept(order: Placed, refund_id: str) -> Any:
    return shopping.stored(RefundItem.key_of(order.id, refund_id))


def later(cloud: Shop, clock: Clock, minutes: int = 6) -> None:
    clock.shift(timedelta(minutes=minutes))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()


def test_all_that_is_left_goes_back_unless_an_amount_is_named(api: Api, cloud: Shop) -> None:
    order, manager = paid(api, cloud), session("manager")
    part = refund(api, order, manager, key="k-1", amount=500, reason="The handle was loose")
    assert part.status == 202, part.body
    assert part.data | {"created_at": "", "updated_at": ""} == {
        "id": f"ref_{order.id.partition('_')[2]}_1",
        "order_id": order.id,
        "payment_id": order.data["payment"]["id"],
        "return_id": None,
        "amount": {"amount": 500, "currency": "EUR"},
        "reason": "The handle was loose",
        "status": "pending",
        "failure_code": None,
        "created_at": "",
        "updated_at": "",
        "version": 1,
    }
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"], seen["payment"]["refunded"]) == (
        "confirmed",
        "partially_refunded",
        500,
    )
    rest = refund(api, order, manager, key="k-2")
    assert (rest.status, rest.data["amount"]["amount"], rest.data["id"][-2:]) == (202, 750, "_2")
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment_status"] == "refunded"
    assert sorted(shopping.charge(order).refunds.values()) == [500, 750]
    assert set(shopping.charge(order).refunds) == {f"{order.charge_key}:{one.data['id']}" for one in (part, rest)}
    assert since_paid(order) == [
        "refund.requested",
        "payment.partially_refunded",
        "refund.succeeded",
        "refund.requested",
        "payment.refunded",
        "refund.succeeded",
    ]
    assert shopping.stock("MUG-1") == (5, 4, 1), "money goes back; the goods do not by that"
    shopping.assert_told_by_events(order)
    check()


def test_no_more_than_is_left(api: Api, cloud: Shop) -> None:
    order, manager = paid(api, cloud), session("manager")
    over = refused(refund(api, order, manager, key="k-1", amount=1251), 409, "INVALID_STATE")
    assert over.json["errors"][0]["detail"] == "1250"
    assert refund(api, order, manager, key="k-2", amount=1000).status == 202
    still = refused(refund(api, order, manager, key="k-3", amount=251), 409, "INVALID_STATE")
    assert still.json["errors"][0]["detail"] == "250", "what is promised to a refund that is pending is not left"
    cloud.pumps.drain()
    assert refund(api, order, manager, key="k-4", amount=250).status == 202
    cloud.pumps.drain()
    refused(refund(api, order, manager, key="k-5"), 409, "INVALID_STATE")
    assert sum(shopping.charge(order).refunds.values()) == 1250
    check()


def test_one_key_is_one_refund(api: Api, cloud: Shop) -> None:
    order, manager = paid(api, cloud), session("manager")
    first = refund(api, order, manager, key="once", amount=500)
    assert refund(api, order, manager, key="once", amount=500).body == first.body
    cloud.pumps.drain()
    assert refund(api, order, manager, key="once", amount=500).body == first.body
    assert shopping.charge(order).refunds == {f"{order.charge_key}:{first.data['id']}": 500}


@pytest.mark.parametrize("token", ["tok_late", "tok_requires_action", "tok_declined"])
def test_only_what_an_order_is_paid_by_is_refunded(api: Api, cloud: Shop, token: str) -> None:
    order = paid(api, cloud, token=token)
    refused(refund(api, order, session("manager"), key="k-1", amount=1), 409, "INVALID_STATE")
    assert shopping.types(order).count("refund.requested") == 0


def test_an_order_that_is_being_cancelled_gives_all_of_it_back_anyway(api: Api, cloud: Shop) -> None:
    order = paid(api, cloud)
    shopping.cancel(api, order)
    reply = refused(refund(api, order, session("manager"), key="k-1", amount=1), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "cancel_requested"
    cloud.pumps.drain()
    refused(refund(api, order, session("manager"), key="k-2", amount=1), 409, "INVALID_STATE")
    assert sum(shopping.charge(order).refunds.values()) == 1250


def test_a_refund_that_is_refused_leaves_the_money_to_be_given_back(
    api: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(logger, "warning", lambda line, **_: lines.append(line))
    order, manager = paid(api, cloud, token="tok_refund_declined"), session("manager")
    asked = refund(api, order, manager, key="k-1")
    cloud.pumps.drain()
    item = kept(order, asked.data["id"])
    assert (item.status, item.failure_code, item.open_shard) == ("failed", "refund_declined", None)
    assert since_paid(order) == ["refund.requested", "refund.failed"]
    assert refunding.REFUND_FAILED in lines
    again = refund(api, order, manager, key="k-2")
    assert (again.status, again.data["amount"]["amount"]) == (202, 1250)
    cloud.pumps.drain()
    shopping.assert_told_by_events(order)
    check()


def test_a_lost_answer_is_asked_for_and_gives_back_once(api: Api, cloud: Shop) -> None:
    order = paid(api, cloud, token="tok_refund_timeout")
    asked = refund(api, order, session("manager"), key="k-1", amount=400)
    cloud.pumps.drain()
    assert kept(order, asked.data["id"]).status == "succeeded"
    assert list(shopping.charge(order).refunds.values()) == [400]
    check()


@pytest.mark.parametrize("outcome", [RefundStatus.SUCCEEDED, RefundStatus.FAILED])
@pytest.mark.parametrize("told", ["by webhook", "by nobody"])
def test_one_that_takes_its_time_is_told_of_or_asked_after(
    api: Api, cloud: Shop, clock: Clock, outcome: RefundStatus, told: str
) -> None:
    order = paid(api, cloud, token="tok_refund_late")
    asked = refund(api, order, session("manager"), key="k-1", amount=400)
    cloud.pumps.drain()
    assert kept(order, asked.data["id"]).status == "pending"
    webhook = sandbox.settle_refund(order.charge_key, f"{order.charge_key}:{asked.data['id']}", outcome)
    if told == "by webhook":
        for _ in range(50):
            assert shopping.send_webhook(api, webhook).status == 204
        cloud.pumps.drain()
    else:
        later(cloud, clock)
    assert kept(order, asked.data["id"]).status == outcome
    assert shopping.types(order).count(f"refund.{outcome}") == 1
    assert shopping.look(api, order)["payment"]["refunded"] == (400 if outcome is RefundStatus.SUCCEEDED else 0)
    shopping.assert_told_by_events(order)
    check()


def _silence(monkeypatch: pytest.MonkeyPatch, operations: set[str], *, after: bool) -> Callable[[], None]:
    real = provider.call

    def call(name: str, operation: str, **parameters: Any) -> Any:
        if operation in operations and not after:
            raise NoAnswer("silent")
        answer = real(name, operation, **parameters)
        if operation in operations:
            raise NoAnswer("lost")
        return answer

    monkeypatch.setattr(provider, "call", call)
    return lambda: monkeypatch.setattr(provider, "call", real)


@pytest.mark.parametrize("after", [False, True])
def test_an_unknown_outcome_is_settled_within_a_quarter_of_an_hour(
    api: Api, cloud: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    order = paid(api, cloud)
    asked = refund(api, order, session("manager"), key="k-1", amount=400)
    speak = _silence(monkeypatch, {"refund", "find"}, after=after)
    cloud.pumps.drain()
    assert (kept(order, asked.data["id"]).status, bool(kept(order, asked.data["id"]).sent_at)) == ("pending", True)
    later(cloud, clock, minutes=5)
    assert kept(order, asked.data["id"]).status == "pending"
    speak()
    minutes = 5
    while kept(order, asked.data["id"]).status == "pending":
        later(cloud, clock, minutes=1)
        minutes += 1
    assert minutes <= 15
    assert list(shopping.charge(order).refunds.values()) == [400]
    check()


def test_it_is_written_that_a_refund_may_have_been_before_the_provider_is_asked(
    api: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = paid(api, cloud)
    asked = refund(api, order, session("manager"), key="k-1")
    seen: list[Any] = []

    def call(_name: str, operation: str, **_parameters: Any) -> Any:
        seen.append((operation, bool(kept(order, asked.data["id"]).sent_at)))
        raise NoAnswer("silent")

    monkeypatch.setattr(provider, "call", call)
    cloud.pumps.drain()
    assert seen == [("refund", True), ("find", True)]


def test_a_silence_that_lasts_is_for_somebody_to_look_at(
    api: Api, cloud: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    order = paid(api, cloud)
    refund(api, order, session("manager"), key="k-1")
    _silence(monkeypatch, {"refund", "find"}, after=False)
    monkeypatch.setattr(logger, "warning", lambda line, **_: lines.append(line))
    cloud.pumps.drain()
    assert refunding.REFUND_IN_REVIEW not in lines
    later(cloud, clock, minutes=16)
    assert refunding.REFUND_IN_REVIEW in lines


def test_two_at_once_never_come_to_more_than_was_taken(api: Api, cloud: Shop) -> None:
    order, manager = paid(api, cloud), session("manager")
    with ThreadPoolExecutor(6) as pool:
        replies = [
            future.result()
            for future in [
                pool.submit(refund, api, order, manager, key=f"k-{number}", amount=700) for number in range(6)
            ]
        ]
    assert sorted(reply.status for reply in replies) == [202, *[409] * 5]
    cloud.pumps.drain()
    assert list(shopping.charge(order).refunds.values()) == [700]
    check()


@pytest.mark.parametrize("seed", range(12))
def test_in_whatever_order_their_steps_come(api: Api, cloud: Shop, seed: int) -> None:
    order, manager = paid(api, cloud), session("manager")
    asks = [lambda number=number: refund(api, order, manager, key=f"k-{number}", amount=700) for number in range(2)]
    replies = interleaved([*asks, lambda: shopping.cancel(api, order, key="cancel")], seed=seed)
    statuses = [reply.status if isinstance(reply, Reply) else reply for reply in replies]
    assert set(statuses) <= {202, 409}, statuses
    check(settled=False)
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "cancelled"
    assert sum(shopping.charge(order).refunds.values()) == 1250
    check()


def test_support_goes_as_far_as_its_bound_and_a_manager_beyond(api: Api, cloud: Shop) -> None:
    bound = BOUNDS["payments:refund"]["support"].amount or 0
    assert bound == 5_000
    order = paid(api, cloud, price=bound + 1)
    support, manager = session("support"), session("manager")
    reply = refused(refund(api, order, support, key="k-1"), 403, "FORBIDDEN")
    assert "admin or manager" in reply.json["errors"][0]["message"]
    assert refund(api, order, support, key="k-2", amount=bound).status == 202
    refused(refund(api, order, support, key="k-3", amount=1), 403, "FORBIDDEN")
    assert refund(api, order, manager, key="k-4", amount=1).status == 202
    cloud.pumps.drain()
    assert sorted(shopping.charge(order).refunds.values()) == [1, bound]


def test_who_may(api: Api, cloud: Shop) -> None:
    ada = people.customer(api)
    order = paid(api, cloud)
    assert api.post(path(order), json={}, key="k-1").status == 401
    refused(refund(api, order, ada.token, key="k-2"), 403, "FORBIDDEN")
    assert api.post(path(order), json={}, key="k-3", **order.credentials).status == 401
    assert shopping.charge(order).refunds == {}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": "500"}, "amount"),
        ({"amount": 1.5}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": 2**53}, "amount"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": 7}, "reason"),
        ({"currency": "USD"}, "currency"),
        ({"payment_id": "pay_1"}, "payment_id"),
    ],
)
def test_bad_input(api: Api, cloud: Shop, body: dict[str, Any], field: str) -> None:
    order = paid(api, cloud)
    refused(refund(api, order, session("manager"), key="k-1", **body), 400, "VALIDATION_ERROR", field)
    assert shopping.types(order).count("refund.requested") == 0


def test_a_missing_payment_a_missing_key_and_no_json(api: Api) -> None:
    manager = session("manager")
    missing = "/api/v1/payments/pay_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1/refunds"
    refused(api.post(missing, json={}, token=manager, key="k-1"), 404, "NOT_FOUND")
    refused(api.post("/api/v1/payments/nonsense/refunds", json={}, token=manager, key="k-2"), 404, "NOT_FOUND")
    refused(api.post(missing, json={}, token=manager), 400, "IDEMPOTENCY_KEY_REQUIRED")
    broken = api.post(missing, body="{", headers={"content-type": "application/json"}, token=manager, key="k-3")
    refused(broken, 400, "MALFORMED_JSON")


def test_a_hundred_refunds_are_enough(api: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refunding, "MAX_REFUNDS", 2)
    order, manager = paid(api, cloud), session("manager")
    statuses = [refund(api, order, manager, key=f"k-{number}", amount=1).status for number in range(3)]
    assert statuses == [202, 202, 409]


def test_it_is_two_calls_and_its_policy_is_exact(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    order, manager = paid(api, cloud), session("manager")
    api.get("/api/v1/users/me", token=manager)
    with record() as calls:
        assert refund(api, order, manager, key="k-1").status == 202
    assert [call.operation for call in calls] == ["BatchGetItem", "TransactWriteItems"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "refund_payment")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
