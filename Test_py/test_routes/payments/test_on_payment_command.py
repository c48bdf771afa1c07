"""The payments queue: what each command and each sandbox token comes to, and that nothing is charged twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from infra.local.clients import client
from infra.local.recorder import granted, record
from pushcart import queues
from pushcart.payments import provider, sandbox
from pushcart.payments.ports import NoAnswer
from pushcart.payments.service.commands import enqueue
from pushcart.states import PaymentStatus
from Test_py.conftest import Shop
from Test_py.reliability.invariants import check
from Test_py.support import shopping
from Test_py.support.accounts import dump
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopping import Placed
from utils.declarations import Loaded


class Wire:
    """The seam to the provider: counts what is asked, and loses what a test wants lost."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.silent_for: set[str] = set()
        self.lost_after: set[str] = set()
        real = provider.call

        def call(name: str, operation: str, **parameters: Any) -> Any:
            self.asked.append(operation)
            if operation in self.silent_for:
                raise NoAnswer("silent")
            answer = real(name, operation, **parameters)
            if operation in self.lost_after:
                raise NoAnswer("lost")
            return answer

        monkeypatch.setattr(provider, "call", call)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


def sync(order: Placed, once: str = "now") -> None:
    """Ask the queue to look at an order's payment again."""
    enqueue("payment.sync", order.id, once=once, payment_id=order.data["payment"]["id"])


def lapse(cloud: Shop, clock: Clock) -> None:
    """Let every reservation end, and let the shop notice."""
    clock.shift(timedelta(seconds=901))
    cloud.pumps.drain()
    cloud.pumps.run_schedules()
    cloud.pumps.drain()


def test_a_charge_confirms_the_order_and_keeps_its_stock(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", price=1250, units=5)
    order = shopping.buy(api, "MUG-1", quantity=2)
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"]) == ("confirmed", "captured")
    assert (seen["payment"]["captured"], seen["payment"]["refunded"]) == (2500, 0)
    assert shopping.stock("MUG-1") == (5, 3, 2)
    assert shopping.reservation(order) == "committed"
    assert (shopping.charge(order).status, int(shopping.charge(order).captured)) == ("captured", 2500)
    told = ["order.placed", "payment.due", "payment.captured", "order.confirmed", "invoice.issued"]
    assert shopping.types(order) == told
    shopping.assert_told_by_events(order)


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("tok_declined", "card_declined"),
        ("tok_insufficient_funds", "insufficient_funds"),
        ("tok_no_such_thing", "invalid_token"),
    ],
)
def test_a_decline_leaves_the_order_waiting_with_its_stock(api: Api, cloud: Shop, token: str, code: str) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", payment_token=token)
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"]) == ("pending_payment", "failed")
    assert seen["payment"]["failure_code"] == code
    assert shopping.stock("MUG-1") == (5, 4, 1)
    assert shopping.reservation(order) == "held"
    shopping.assert_told_by_events(order)


def test_an_answer_that_is_lost_charges_once(api: Api, cloud: Shop, wire: Wire) -> None:
    shopping.shelve("MUG-1", price=1250)
    order = shopping.buy(api, "MUG-1", payment_token="tok_timeout")
    cloud.pumps.drain()
    assert wire.asked == ["charge", "find"]
    assert shopping.look(api, order)["status"] == "confirmed"
    assert shopping.captured() == [1250]


def test_a_required_action_is_shown_and_confirms_when_done(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", payment_token="tok_requires_action")
    cloud.pumps.drain()
    waiting = shopping.look(api, order)
    assert (waiting["status"], waiting["payment_status"]) == ("pending_payment", "requires_action")
    assert waiting["payment"]["next_action"]["type"] == "redirect"
    assert shopping.send_webhook(api, sandbox.settle(order.charge_key)).status == 204
    cloud.pumps.drain()
    done = shopping.look(api, order)
    assert (done["status"], done["payment"]["next_action"]) == ("confirmed", None)
    shopping.assert_told_by_events(order)


def test_a_refused_action_fails_the_attempt(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", payment_token="tok_requires_action")
    cloud.pumps.drain()
    shopping.send_webhook(api, sandbox.settle(order.charge_key, PaymentStatus.FAILED))
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"]) == ("pending_payment", "failed")
    assert seen["payment"]["failure_code"] == "card_declined"


def test_a_late_charge_waits_for_its_webhook(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment_status"] == "processing"
    shopping.send_webhook(api, sandbox.settle(order.charge_key))
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    shopping.assert_told_by_events(order)


def test_a_late_charge_that_nobody_tells_of_is_found_by_the_reconciler(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    sandbox.settle(order.charge_key)
    clock.shift(timedelta(minutes=6))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"


def test_a_command_that_comes_again_changes_nothing(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    before = dump()
    data = {"order_id": order.id, "payment_id": order.data["payment"]["id"]}
    for number in range(3):
        enqueue("payment.due", order.id, once=str(number), payment_id=data["payment_id"])
        sync(order, once=str(number))
        enqueue("payment.expire", order.id, once=str(number))
        enqueue("payment.cancel", order.id, once=str(number))
        enqueue("payment.capture", order.id, once=str(number), payment_id=data["payment_id"])
    cloud.pumps.drain()
    assert dump() == before


def test_a_command_about_no_order_is_done_with(api: Api, cloud: Shop) -> None:
    enqueue("payment.sync", "ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T", once="1", payment_id="pay_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1")
    (delivery,) = cloud.pumps.drain()
    assert not delivery.failed


def test_what_is_no_command_is_not_done(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    enqueue("payment.explode", order.id, once="1")
    (delivery,) = cloud.pumps.drain()
    assert delivery.failed


def test_it_is_written_that_a_charge_may_have_been_before_the_provider_is_asked(
    api: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    seen: list[Any] = []

    def call(_name: str, operation: str, **_parameters: Any) -> Any:
        seen.append((operation, '"sent_at"' in dump()))
        raise NoAnswer("silent")

    monkeypatch.setattr(provider, "call", call)
    cloud.pumps.drain()
    assert seen == [("charge", True), ("find", True)]
    assert shopping.look(api, order)["payment_status"] == "processing"


def test_what_was_sent_is_asked_after_before_it_is_charged_again(api: Api, cloud: Shop, wire: Wire) -> None:
    shopping.shelve("MUG-1", price=1250)
    order = shopping.buy(api, "MUG-1")
    wire.lost_after, wire.silent_for = {"charge"}, {"find"}
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment_status"] == "processing"
    wire.asked.clear()
    wire.silent_for = set()
    sync(order)
    cloud.pumps.drain()
    assert wire.asked == ["find"]
    assert shopping.look(api, order)["status"] == "confirmed"
    assert shopping.captured() == [1250]


def test_a_charge_that_never_arrived_is_made_when_the_provider_is_back(
    api: Api, cloud: Shop, wire: Wire, clock: Clock
) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    wire.silent_for = {"charge", "find"}
    cloud.pumps.drain()
    wire.silent_for = set()
    clock.shift(timedelta(minutes=6))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"


def test_an_outcome_unknown_for_too_long_is_for_somebody_to_review(
    api: Api, cloud: Shop, wire: Wire, clock: Clock
) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    wire.silent_for = {"charge", "find", "void"}
    cloud.pumps.drain()
    clock.shift(timedelta(minutes=16))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"]) == ("pending_payment", "review")
    assert shopping.stock("MUG-1") == (5, 4, 1)
    shopping.assert_told_by_events(order)
    wire.silent_for = set()
    clock.shift(timedelta(minutes=6))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "expired"
    assert shopping.stock("MUG-1") == (5, 5, 0)
    shopping.assert_told_by_events(order)


def test_stock_stays_held_while_the_provider_is_silent_about_a_void(
    api: Api, cloud: Shop, wire: Wire, clock: Clock
) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    wire.silent_for = {"void"}
    lapse(cloud, clock)
    assert shopping.look(api, order)["status"] == "pending_payment"
    assert shopping.stock("MUG-1") == (5, 4, 1)
    wire.silent_for = set()
    clock.shift(timedelta(minutes=1))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "expired"
    assert shopping.stock("MUG-1") == (5, 5, 0)


def test_a_void_that_comes_too_late_pays_the_order(api: Api, cloud: Shop, wire: Wire, clock: Clock) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    sandbox.settle(order.charge_key)
    lapse(cloud, clock)
    assert shopping.look(api, order)["status"] == "confirmed"
    assert shopping.stock("MUG-1") == (5, 4, 1)
    shopping.assert_told_by_events(order)


def test_money_that_comes_after_the_end_takes_the_order_up_again(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    lapse(cloud, clock)
    assert shopping.look(api, order)["status"] == "expired"
    shopping.send_webhook(api, sandbox.settle(order.charge_key, even_if_over=True))
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    assert shopping.stock("MUG-1") == (5, 4, 1)
    assert shopping.reservation(order) == "committed"
    assert shopping.ledger("MUG-1") == (0, -1, 1)
    shopping.assert_told_by_events(order)


def sold_out_before_the_money_came(api: Api, cloud: Shop, clock: Clock) -> Placed:
    """Let an order expire, sell what it held to somebody else, and let its money arrive after all."""
    shopping.shelve("MUG-1", price=1250, units=1)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    lapse(cloud, clock)
    shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    shopping.send_webhook(api, sandbox.settle(order.charge_key, even_if_over=True))
    return order


def test_money_for_stock_that_is_gone_goes_back(api: Api, cloud: Shop, clock: Clock) -> None:
    order = sold_out_before_the_money_came(api, cloud, clock)
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["cancel_reason"], seen["payment_status"]) == ("cancelled", "stock_lost", "refunded")
    charge = shopping.charge(order)
    assert (int(charge.captured), sum(charge.refunds.values())) == (1250, 1250)
    assert shopping.stock("MUG-1") == (1, 0, 1)
    assert shopping.ledger("MUG-1") == (0, -1, 1)
    shopping.assert_told_by_events(order)


@pytest.mark.parametrize("silence", ["silent_for", "lost_after"])
def test_a_refund_without_an_answer_is_asked_for_until_it_is_certain(
    api: Api, cloud: Shop, clock: Clock, wire: Wire, silence: str
) -> None:
    order = sold_out_before_the_money_came(api, cloud, clock)
    setattr(wire, silence, {"refund"})
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "expired"
    setattr(wire, silence, set())
    clock.shift(timedelta(minutes=6))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["cancel_reason"], seen["payment_status"]) == ("cancelled", "stock_lost", "refunded")
    assert sum(shopping.charge(order).refunds.values()) == 1250
    shopping.assert_told_by_events(order)


def test_a_refund_that_gave_back_too_little_is_not_taken_for_one(
    api: Api, cloud: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = sold_out_before_the_money_came(api, cloud, clock)
    real, asked = provider.call, []

    def call(name: str, operation: str, **parameters: Any) -> Any:
        asked.append(operation)
        if asked.count("refund") == 1 and operation == "refund":
            return real(name, "find", key=parameters["key"])
        return real(name, operation, **parameters)

    monkeypatch.setattr(provider, "call", call)
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "expired"
    clock.shift(timedelta(minutes=6))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment_status"] == "refunded"
    assert sum(shopping.charge(order).refunds.values()) == 1250


def test_money_of_an_earlier_attempt_goes_back_when_a_later_one_paid(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", price=1250)
    order = shopping.buy(api, "MUG-1", payment_token="tok_declined")
    cloud.pumps.drain()
    assert shopping.pay_again(api, order, "tok_success").status == 202
    cloud.pumps.drain()
    shopping.send_webhook(api, sandbox.settle(order.charge_key, even_if_over=True))
    cloud.pumps.drain()
    first, second = shopping.charge(order, 1), shopping.charge(order, 2)
    assert (int(first.captured), sum(first.refunds.values())) == (1250, 1250)
    assert (int(second.captured), second.refunds) == (1250, {})
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"]) == ("confirmed", "captured")
    shopping.assert_told_by_events(order)


@pytest.mark.parametrize(("units", "status", "payment"), [(2, "confirmed", "captured"), (1, "cancelled", "refunded")])
def test_money_that_comes_after_a_cancellation(api: Api, cloud: Shop, units: int, status: str, payment: str) -> None:
    shopping.shelve("MUG-1", price=1250, units=units)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    shopping.cancel(api, order)
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "cancelled"
    shopping.buy(api, "MUG-1")
    shopping.send_webhook(api, sandbox.settle(order.charge_key, even_if_over=True))
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"]) == (status, payment)
    assert shopping.stock("MUG-1") == (units, 0, units)
    shopping.assert_told_by_events(order)


def test_money_that_is_told_of_while_a_cancellation_is_on_its_way_is_not_lost(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", payment_token="tok_declined")
    cloud.pumps.drain()
    assert shopping.cancel(api, order).status == 202
    shopping.send_webhook(api, sandbox.settle(order.charge_key, even_if_over=True))
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    check()


def test_what_is_only_authorised_is_captured_at_once(api: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some providers answer so, though they were asked to capture."""
    real, asked = provider.call, []

    def call(name: str, operation: str, **parameters: Any) -> Any:
        asked.append(operation)
        if operation == "charge":
            parameters["capture"] = False
        return real(name, operation, **parameters)

    monkeypatch.setattr(provider, "call", call)
    shopping.shelve("MUG-1", price=1250)
    order = shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    assert asked == ["charge", "capture"]
    assert shopping.look(api, order)["payment"]["captured"] == 1250
    assert shopping.captured() == [1250]


@pytest.mark.parametrize("token", ["tok_success", "tok_declined"])
def test_an_order_that_costs_nothing_is_confirmed_without_asking_anybody(
    api: Api, cloud: Shop, wire: Wire, token: str
) -> None:
    shopping.shelve("GIFT-1", price=0)
    order = shopping.buy(api, "GIFT-1", payment_token=token)
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"], seen["payment"]["captured"]) == ("confirmed", "captured", 0)
    assert wire.asked == []
    assert shopping.charges() == []
    check()
    assert shopping.cancel(api, order).status == 202
    cloud.pumps.drain()
    assert (shopping.look(api, order)["status"], shopping.stock("GIFT-1"), wire.asked) == ("cancelled", (5, 5, 0), [])
    check()


def test_an_order_of_fifty_lines_fits_into_each_transaction(api: Api, cloud: Shop, clock: Clock) -> None:
    skus = [shopping.shelve(f"MUG-{number:02d}", units=3) for number in range(50)]
    late = shopping.placed(shopping.place(api, shopping.lay_cart(*skus), "tok_late"))
    cloud.pumps.drain()
    with record() as calls:
        lapse(cloud, clock)
    assert shopping.look(api, late)["status"] == "expired"
    assert {shopping.stock(sku) for sku in skus} == {(3, 3, 0)}
    shopping.send_webhook(api, sandbox.settle(late.charge_key, even_if_over=True))
    with record() as more:
        cloud.pumps.drain()
    assert shopping.look(api, late)["status"] == "confirmed"
    sizes = [
        len(call.parameters["TransactItems"])
        for call in [*calls, *more]
        if call.operation == "TransactWriteItems"
        and any(resource.endswith("-orders-1") for resource in call.resources)
        and len(call.parameters["TransactItems"]) > 50
    ]
    assert sizes == [55, 55]


def test_it_may_do_what_it_does_and_nothing_more(
    api: Api, cloud: Shop, clock: Clock, functions: list[Loaded], wire: Wire
) -> None:
    touched = set()
    worker = next(loaded for loaded in functions if loaded.declaration.name == "on_payment_command")

    def call(loaded: Loaded, event: dict[str, Any]) -> Any:
        from infra.local.lambda_context import invoke

        with record() as calls:
            answer = invoke(loaded, event)
        if loaded is worker:
            touched.update(calls.touches)
        return answer

    watched = cloud.connect(call)
    order = sold_out_before_the_money_came(api, watched, clock)
    watched.pumps.drain()
    assert shopping.look(api, order)["cancel_reason"] == "stock_lost"
    paid = shopping.buy(api, shopping.shelve("CUP-1"))
    watched.pumps.drain()
    assert shopping.cancel(api, paid).status == 202
    watched.pumps.drain()
    own = {touch for touch in granted(worker.declaration) if not touch.action.startswith("sqs:")}
    # Orders by Stripe, and with promotions, are in the season (test_grants).
    left = {"table/pushcart-test-pricing-1", "secret/pushcart-test-stripe"}
    assert touched == {touch for touch in own if touch.resource not in left}


def test_the_queue_holds_no_token_and_nobody_s_address(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    shopping.buy(api, "MUG-1")
    for stream in cloud.pumps.streams:
        while stream.poll():
            pass
    messages = client("sqs").receive_message(QueueUrl=queues.payments.url)["Messages"]
    assert len(messages) == 1
    assert "tok_success" not in messages[0]["Body"]
    assert shopping.EMAIL not in messages[0]["Body"]
