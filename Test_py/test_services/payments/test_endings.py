"""Orders that end badly for the queue: part of the price was taken, the provider is gone, or says nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pushcart.payments import provider, sandbox
from pushcart.payments.ledger import SandboxCharge
from pushcart.payments.models import PaymentItem
from pushcart.payments.ports import NoAnswer
from pushcart.payments.service import worker
from pushcart.payments.service.case import PROVIDER_GONE
from pushcart.states import PaymentStatus
from Test_py.conftest import Shop
from Test_py.reliability.invariants import check
from Test_py.support import shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopping import Placed
from utils import circuit
from utils.log import logger
from utils.transaction import Transaction


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was warned of."""
    warned: list[str] = []
    monkeypatch.setattr(logger, "warning", lambda line, **_: warned.append(line))
    return warned


def take_part(order: Placed, amount: int) -> None:
    """Take part of a price at the provider, as somebody may by hand."""
    charge = shopping.charge(order)
    tx = Transaction()
    status = SandboxCharge.status.set(str(PaymentStatus.PARTIALLY_CAPTURED))
    tx.change(charge, status, SandboxCharge.captured.set(amount))
    tx.commit()


def bought(api: Api, cloud: Shop, token: str = "tok_late") -> Placed:
    shopping.shelve("MUG-1", price=1250, units=5)
    order = shopping.buy(api, "MUG-1", payment_token=token)
    cloud.pumps.drain()
    return order


def pass_by(cloud: Shop, clock: Clock, minutes: int) -> None:
    clock.shift(timedelta(minutes=minutes))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()


@pytest.mark.parametrize("is_told", [True, False])
def test_part_of_the_price_goes_back_when_the_order_expires(
    api: Api, cloud: Shop, clock: Clock, *, is_told: bool
) -> None:
    """It used to be neither paid nor unpaid, so that it never ended and held its stock for ever."""
    order = bought(api, cloud)
    take_part(order, 500)
    if is_told:
        shopping.send_webhook(api, sandbox.webhook({"key": order.charge_key}))
        cloud.pumps.drain()
        seen = shopping.look(api, order)
        assert (seen["status"], seen["payment_status"]) == ("pending_payment", "partially_captured")
    pass_by(cloud, clock, 16)
    pass_by(cloud, clock, 1)
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment_status"], seen["payment"]["refunded"]) == ("expired", "refunded", 500)
    assert sum(shopping.charge(order).refunds.values()) == 500
    assert shopping.stock("MUG-1") == (5, 5, 0)
    shopping.assert_told_by_events(order)
    check()


def test_part_of_the_price_goes_back_when_the_order_is_cancelled(api: Api, cloud: Shop) -> None:
    order = bought(api, cloud)
    take_part(order, 500)
    shopping.cancel(api, order)
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment"]["refunded"], shopping.stock("MUG-1")) == ("cancelled", 500, (5, 5, 0))
    check()


def test_part_of_the_price_that_comes_to_an_earlier_attempt_goes_back(api: Api, cloud: Shop) -> None:
    order = bought(api, cloud, "tok_declined")
    assert shopping.pay_again(api, order, "tok_success").status == 202
    cloud.pumps.drain()
    take_part(order, 300)
    shopping.send_webhook(api, sandbox.webhook({"key": order.charge_key}))
    cloud.pumps.drain()
    assert sum(shopping.charge(order, 1).refunds.values()) == 300
    assert shopping.charge(order, 2).refunds == {}
    check()


def test_a_provider_that_is_not_taken_any_more_poisons_nothing(
    api: Api, cloud: Shop, clock: Clock, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its payments are asked after until it is taken again; meanwhile somebody is told."""
    paid, open_one = bought(api, cloud, "tok_success"), shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    monkeypatch.setenv("PAYMENT_PROVIDERS", "stripe")
    shopping.cancel(api, paid)
    deliveries = cloud.pumps.drain()
    assert not [delivery for delivery in deliveries if delivery.failed]
    assert PROVIDER_GONE in lines
    for _ in range(8):
        clock.shift(timedelta(minutes=5))
        cloud.pumps.run_schedules()
        assert not [delivery for delivery in cloud.pumps.drain() if delivery.failed]
    assert shopping.look(api, paid)["status"] == "confirmed"
    assert shopping.look(api, open_one)["payment_status"] == "review"
    assert shopping.stock("MUG-1") == (5, 3, 2), "nothing is concluded"
    monkeypatch.setenv("PAYMENT_PROVIDERS", "sandbox")
    circuit.close_all()
    pass_by(cloud, clock, 6)
    assert (shopping.look(api, paid)["status"], shopping.look(api, open_one)["status"]) == ("cancelled", "expired")
    check()


def test_a_silent_provider_holds_up_no_message_behind_it(
    api: Api, cloud: Shop, clock: Clock, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A FIFO queue gives out nothing of a group before its failed message, for as long as that is invisible."""
    order = bought(api, cloud, "tok_late")
    pass_by(cloud, clock, 16)
    assert shopping.look(api, order)["status"] == "expired"
    real = provider.call

    def call(name: str, operation: str, **parameters: Any) -> Any:
        raise NoAnswer("silent")

    monkeypatch.setattr(provider, "call", call)
    shopping.send_webhook(api, sandbox.settle(order.charge_key, even_if_over=True))
    assert not [delivery for delivery in cloud.pumps.drain() if delivery.failed]
    payment = PaymentItem.key_of(order.id, order.data["payment"]["id"])
    assert shopping.stored(payment).open_shard, "the reconciler asks on"
    pass_by(cloud, clock, 16)
    pass_by(cloud, clock, 6)
    assert worker.IN_REVIEW in lines
    monkeypatch.setattr(provider, "call", real)
    shopping.send_webhook(api, sandbox.webhook({"key": order.charge_key}))
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    assert shopping.stored(payment).open_shard is None
    check()


def test_what_was_asked_after_in_vain_is_left_alone_once_it_is_known(
    api: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = bought(api, cloud, "tok_success")
    payment = PaymentItem.key_of(order.id, order.data["payment"]["id"])
    with monkeypatch.context() as patch:
        patch.setenv("PAYMENT_PROVIDERS", "")
        shopping.send_webhook(api, sandbox.webhook({"key": order.charge_key}))
    webhook = sandbox.webhook({"key": order.charge_key})
    assert shopping.send_webhook(api, webhook).status == 204
    with monkeypatch.context() as patch:
        patch.setenv("PAYMENT_PROVIDERS", "")
        cloud.pumps.drain()
    assert shopping.stored(payment).open_shard
    shopping.send_webhook(api, sandbox.webhook({"key": order.charge_key}))
    cloud.pumps.drain()
    assert shopping.stored(payment).open_shard is None
    check()
