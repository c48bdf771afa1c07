"""Every operation of the port against localstripe, which knows no idempotency keys: what is done twice shows."""

from __future__ import annotations

import time
from typing import Any

import pytest

from pushcart.payments.ports import NoAnswer
from pushcart.payments.stripe_provider import transport
from pushcart.payments.stripe_provider.adapter import Stripe
from pushcart.states import PaymentStatus, RefundStatus
from Test_py.conftest import Shop
from Test_py.support import shopping, stripes
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.localstripe import (
    ACTION_CARD,
    DECLINED_AFTER_ACTION_CARD,
    DECLINED_CARD,
    REFUSED_IBAN,
    LocalStripe,
)
from Test_py.support.stripes import ask, attempt, charge


class Cut:
    """Cuts the wire before or after the n-th request of a kind that moves something."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at: tuple[int, str] | None = None
        self.seen = 0
        real = transport.Transport.request

        def request(sender: Any, method: str, *arguments: Any, **options: Any) -> Any:
            self.seen += 1
            moment = self.at[1] if self.at and self.at[0] == self.seen else ""
            if moment == "before":
                raise Cut.silence()
            answer = real(sender, method, *arguments, **options)
            if moment == "after":
                raise Cut.silence()
            return answer

        monkeypatch.setattr(transport.Transport, "request", request)

    @staticmethod
    def silence() -> Exception:
        import stripe

        made: Exception = stripe.APIConnectionError("cut")
        return made


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Cut:
    return Cut(monkeypatch)


def test_a_charge(local: LocalStripe) -> None:
    key = attempt()
    paid = charge(key)
    assert (paid.status, paid.captured, paid.currency, paid.key) == (PaymentStatus.CAPTURED, 1999, "EUR", key)
    assert ask("find", key) == paid == Stripe().retrieve(reference=paid.reference)
    assert charge(key) == paid
    assert (local.charges(), local.taken()) == (1, 1999)


def test_a_declined_card(local: LocalStripe) -> None:
    key = attempt()
    failed = charge(key, token=local.card(DECLINED_CARD))
    assert (failed.status, failed.failure_code) == (PaymentStatus.FAILED, "card_declined")
    found = ask("find", key)
    assert (found.status, found.failure_code) == (PaymentStatus.FAILED, "card_declined")
    assert local.taken() == 0


def test_a_token_of_nobody_s(local: LocalStripe) -> None:
    key = attempt()
    failed = charge(key, token="pm_nobodys")
    assert failed.status is PaymentStatus.FAILED
    assert ask("find", key) is None


@pytest.mark.parametrize(
    ("card", "succeed", "after"),
    [
        (ACTION_CARD, True, PaymentStatus.CAPTURED),
        (ACTION_CARD, False, PaymentStatus.FAILED),
        (DECLINED_AFTER_ACTION_CARD, True, PaymentStatus.FAILED),
    ],
)
def test_an_action_of_the_payer_s(local: LocalStripe, card: str, succeed: bool, after: PaymentStatus) -> None:
    key = attempt()
    waits = charge(key, token=local.card(card))
    assert waits.status is PaymentStatus.REQUIRES_ACTION
    assert waits.next_action is not None
    assert waits.next_action["type"] == "redirect"
    local.act(waits.reference, succeed=succeed)
    assert ask("find", key).status is after
    assert local.taken() == (1999 if after is PaymentStatus.CAPTURED else 0)


def test_a_bank_account_that_is_refused_later(local: LocalStripe) -> None:
    key = attempt()
    assert charge(key, token=local.account(REFUSED_IBAN)).status is PaymentStatus.PROCESSING
    time.sleep(0.8)
    assert ask("find", key).status is PaymentStatus.FAILED
    assert local.taken() == 0


@pytest.mark.parametrize(("amount", "after"), [(None, "captured"), (600, "partially_captured")])
def test_authorised_and_captured(local: LocalStripe, amount: int | None, after: str) -> None:
    key = attempt()
    assert charge(key, capture=False).status is PaymentStatus.AUTHORIZED
    assert local.taken() == 0
    for _ in range(2):
        done = ask("capture", key, amount=amount)
        assert (done.status, done.captured) == (after, amount or 1999)
    assert local.taken() == (amount or 1999)


def test_voided(local: LocalStripe) -> None:
    key = attempt()
    charge(key, capture=False)
    assert ask("void", key).status is PaymentStatus.VOIDED
    assert ask("capture", key).status is PaymentStatus.VOIDED
    never = attempt()
    assert ask("void", never).status is PaymentStatus.VOIDED
    assert charge(never).status is PaymentStatus.VOIDED
    assert local.taken() == 0


def test_refunded_in_parts(local: LocalStripe) -> None:
    key = attempt()
    charge(key)
    for refund, amount, refunded in (("ref_1", 500, 500), ("ref_1", 500, 500), ("ref_2", 1499, 1999)):
        back = ask("refund", key, refund_key=f"{key}:{refund}", amount=amount)
        assert back.refunded == refunded
    assert back.status is PaymentStatus.REFUNDED
    too_much = ask("refund", key, refund_key=f"{key}:ref_3", amount=1).refund_under(f"{key}:ref_3")
    assert too_much.status is RefundStatus.FAILED
    assert local.given_back() == 1999


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
def test_whatever_request_is_cut_one_is_charged_and_given_back_once(
    local: LocalStripe, cut: Cut, n: int, moment: str
) -> None:
    """make, look, confirm; look, refund, look: each lost on its way there, or its answer on its way back."""
    key = attempt()
    cut.at = (n, moment)
    found = _insist(lambda: ask("find", key) or charge(key))
    assert found.status is PaymentStatus.CAPTURED
    back = _insist(lambda: ask("refund", key, refund_key=f"{key}:ref_1", amount=500))
    assert back.refunded == 500
    assert cut.seen >= n, "the cut came"
    assert (local.charges(), local.taken(), local.given_back()) == (1, 1999, 500)


def _insist(request: Any) -> Any:
    """Ask again as the queue and the reconciler do, until there is an answer."""
    for _ in range(3):
        try:
            return request()
        except NoAnswer:
            continue
    raise AssertionError("no answer in three tries")


def test_an_order_is_paid_captured_refunded_and_told(api: Api, cloud: Shop, local: LocalStripe) -> None:
    shopping.shelve("MUG-1", price=1250, units=5)
    order = stripes.place(api)
    cloud.pumps.drain()
    shown = shopping.look(api, order)
    assert (shown["status"], shown["payment_status"], shown["payment"]["provider"]) == (
        "confirmed",
        "captured",
        "stripe",
    )
    assert shopping.stock("MUG-1") == (5, 4, 1)
    assert local.taken() == 1250
    shopping.assert_told_by_events(order)


def test_an_order_that_waits_for_its_payer(api: Api, cloud: Shop, local: LocalStripe) -> None:
    shopping.shelve("MUG-1", price=1250, units=5)
    order = stripes.place(api, token=local.card(ACTION_CARD))
    cloud.pumps.drain()
    shown = shopping.look(api, order)["payment"]
    assert shown["status"] == "requires_action"
    local.act(shown["next_action"]["url"].rpartition("/")[2], succeed=True)
    cloud.pumps.run_schedules(due_only=False)
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] in ("pending_payment", "confirmed")


def test_an_order_that_lapses_is_voided_there_first(api: Api, cloud: Shop, local: LocalStripe, clock: Clock) -> None:
    shopping.shelve("MUG-1", price=1250, units=5)
    order = stripes.place(api, token=local.card(ACTION_CARD))
    cloud.pumps.drain()
    reference = shopping.look(api, order)["payment"]["next_action"]["url"].rpartition("/")[2]
    clock.shift(901)
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "expired"
    assert local.request("GET", f"/v1/payment_intents/{reference}")["status"] == "canceled"
    assert shopping.stock("MUG-1") == (5, 5, 0)
