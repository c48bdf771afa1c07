"""Orders paid by Stripe from checkout to refund, with everything that may happen on the way."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from pushcart.payments.service.commands import enqueue
from pushcart.states import PaymentStatus
from Test_py.conftest import Shop
from Test_py.support import people, shopping, stripes
from Test_py.support.accounts import dump
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopping import Placed
from Test_py.support.stripe_stand_in import StandIn

REDELIVERY = 181
TROUBLES = ["500", "429", "409", "garbage", "reset before", "reset after", "late"]
_events = count(1)


@pytest.fixture(autouse=True)
def goods(cloud: Shop, stripe: StandIn) -> None:
    shopping.shelve("MUG-1", price=1250, units=5)


def taken(stripe: StandIn) -> list[int]:
    return [amount for _, amount in stripe.moved]


def tell(api: Api, stripe: StandIn, kind: str, about: dict[str, Any] | None = None, *, event_id: str = "") -> None:
    """Send a webhook of Stripe's, of the first PaymentIntent unless told otherwise."""
    about = about or stripe.intents["pi_000001"]
    sent = stripe.webhook(kind, about, event_id=event_id or f"evt_{next(_events)}")
    assert stripes.send(api, sent).status == 204


def settle(cloud: Shop, clock: Clock) -> None:
    """Let redeliveries and the reconciler do their part, within the time that stock is held."""
    for _ in range(4):
        cloud.pumps.drain()
        clock.shift(REDELIVERY)
        cloud.pumps.run_schedules()
    cloud.pumps.drain()


def paid(api: Api, cloud: Shop) -> Placed:
    order = stripes.place(api)
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    return order


def test_paid_at_once(api: Api, cloud: Shop, stripe: StandIn) -> None:
    order = paid(api, cloud)
    assert (taken(stripe), shopping.stock("MUG-1")) == ([1250], (5, 4, 1))
    tell(api, stripe, "payment_intent.succeeded")
    cloud.pumps.drain()
    assert shopping.types(order).count("payment.captured") == 1
    shopping.assert_told_by_events(order)


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("operation", ["make", "look", "confirm"])
@pytest.mark.parametrize("knows_keys", [True, False])
def test_whatever_is_lost_the_buyer_pays_once(
    api: Api, cloud: Shop, stripe: StandIn, clock: Clock, operation: Any, trouble: Any, knows_keys: bool
) -> None:
    stripe.knows_keys = knows_keys
    stripe.will(operation, trouble, trouble)
    order = stripes.place(api)
    settle(cloud, clock)
    assert shopping.look(api, order)["status"] == "confirmed"
    assert (taken(stripe), shopping.stock("MUG-1")) == ([1250], (5, 4, 1))
    shopping.assert_told_by_events(order)


def test_an_action_and_its_webhook(api: Api, cloud: Shop, stripe: StandIn) -> None:
    order = stripes.place(api, token="pm_action")
    cloud.pumps.drain()
    shown = shopping.look(api, order)["payment"]
    assert (shown["status"], shown["next_action"]["type"]) == ("requires_action", "redirect")
    assert "_secret_" not in dump()
    tell(api, stripe, "payment_intent.requires_action")
    stripe.settle("pi_000001", paid=True)
    tell(api, stripe, "payment_intent.succeeded")
    cloud.pumps.drain()
    shown = shopping.look(api, order)
    assert (shown["status"], shown["payment"]["next_action"]) == ("confirmed", None)
    assert taken(stripe) == [1250]


def test_an_action_that_fails_and_another_card(api: Api, cloud: Shop, stripe: StandIn) -> None:
    order = stripes.place(api, token="pm_action")
    cloud.pumps.drain()
    stripe.settle("pi_000001", paid=False)
    tell(api, stripe, "payment_intent.payment_failed")
    cloud.pumps.drain()
    shown = shopping.look(api, order)["payment"]
    assert (shown["status"], shown["failure_code"]) == ("failed", "authentication_failed")
    body = {"payment": {"provider": "stripe", "token": "pm_card_visa"}}
    assert api.post(f"{order.path}/payments", json=body, key="again", **order.credentials).status == 202
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    assert taken(stripe) == [1250]


def test_declined_twice_and_paid_then(api: Api, cloud: Shop, stripe: StandIn) -> None:
    order = stripes.place(api, token="pm_declined")
    cloud.pumps.drain()
    for token, key in (("pm_no_funds", "a"), ("pm_card_visa", "b")):
        body = {"payment": {"provider": "stripe", "token": token}}
        assert api.post(f"{order.path}/payments", json=body, key=key, **order.credentials).status == 202
        cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    assert [one["status"] for one in stripe.intents.values()] == ["requires_payment_method"] * 2 + ["succeeded"]
    assert taken(stripe) == [1250]


def test_webhooks_doubled_late_and_out_of_order(api: Api, cloud: Shop, stripe: StandIn, clock: Clock) -> None:
    order = stripes.place(api, token="pm_late")
    cloud.pumps.drain()
    before = dict(stripe.intents["pi_000001"])
    stripe.settle("pi_000001", paid=True)
    for _ in range(50):
        tell(api, stripe, "payment_intent.succeeded", event_id="evt_same")
    tell(api, stripe, "payment_intent.processing", before)
    tell(api, stripe, "payment_intent.payment_failed", before)
    cloud.pumps.drain()
    clock.shift(600)
    tell(api, stripe, "payment_intent.succeeded", event_id="evt_same")
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    assert shopping.types(order).count("payment.captured") == 1
    assert taken(stripe) == [1250]


def test_what_a_webhook_says_is_not_believed(api: Api, cloud: Shop, stripe: StandIn) -> None:
    order = stripes.place(api, token="pm_late")
    cloud.pumps.drain()
    claimed = stripe.intents["pi_000001"] | {"status": "succeeded", "amount_received": 1250}
    tell(api, stripe, "payment_intent.succeeded", claimed)
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment_status"] == "processing"


def test_no_webhook_at_all_and_the_reconciler_finds_out(api: Api, cloud: Shop, stripe: StandIn, clock: Clock) -> None:
    order = stripes.place(api, token="pm_late")
    cloud.pumps.drain()
    stripe.settle("pi_000001", paid=True)
    clock.shift(301)
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"


def test_an_order_that_lapses_is_voided_at_stripe_first(api: Api, cloud: Shop, stripe: StandIn, clock: Clock) -> None:
    order = stripes.place(api, token="pm_action")
    cloud.pumps.drain()
    clock.shift(901)
    stripe.will("cancel", "reset after")
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "pending_payment", "nothing is concluded from silence"
    assert shopping.stock("MUG-1") == (5, 4, 1)
    clock.shift(61)
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "expired"
    assert stripe.intents["pi_000001"]["status"] == "canceled"
    assert (taken(stripe), shopping.stock("MUG-1")) == ([], (5, 5, 0))


def test_the_answer_to_the_charge_is_lost_until_the_order_lapses(
    api: Api, cloud: Shop, stripe: StandIn, clock: Clock
) -> None:
    """The charge went through unseen: when the shop would end the order, it learns that it is paid."""
    stripe.will("confirm", "reset after")
    stripe.will("look", "none")
    stripe.troubles += [("look", "500")] * 30
    order = stripes.place(api)
    cloud.pumps.drain()
    assert (taken(stripe), shopping.look(api, order)["payment_status"]) == ([1250], "processing")
    clock.shift(901)
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "pending_payment", "nothing is concluded from silence"
    stripe.troubles.clear()
    clock.shift(181)
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    assert (taken(stripe), shopping.stock("MUG-1")) == ([1250], (5, 4, 1))


def test_cancelled_before_its_payer_acts(api: Api, cloud: Shop, stripe: StandIn) -> None:
    order = stripes.place(api, token="pm_action")
    cloud.pumps.drain()
    assert shopping.cancel(api, order).status == 202
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "cancelled"
    assert stripe.intents["pi_000001"]["status"] == "canceled"
    stripe.settle("pi_000001", paid=True)
    assert taken(stripe) == []


def test_authorised_and_captured_by_staff(
    api: Api, cloud: Shop, stripe: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYMENT_CAPTURE", "manual")
    order = stripes.place(api)
    cloud.pumps.drain()
    shown = shopping.look(api, order)
    assert (shown["status"], shown["payment_status"], taken(stripe)) == ("confirmed", "authorized", [])
    stripe.will("capture", "reset after")
    staff = people.staff(api, "manager")
    path = f"/api/v1/payments/{shown['payment']['id']}/capture"
    assert api.post(path, token=staff.token, key="capture").status == 202
    cloud.pumps.drain()
    enqueue("payment.sync", order.id, once="look", payment_id=shown["payment"]["id"])
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment_status"] == "captured"
    assert taken(stripe) == [1250]


@pytest.mark.parametrize("trouble", [None, *TROUBLES])
def test_refunded_in_part_and_whole_each_once(
    api: Api, cloud: Shop, stripe: StandIn, clock: Clock, trouble: Any
) -> None:
    stripe.knows_keys = False
    order = paid(api, cloud)
    payment = shopping.look(api, order)["payment"]["id"]
    staff = people.staff(api, "manager")
    for amount, key in ((500, "part"), (750, "rest")):
        if trouble:
            stripe.will("refund", trouble)
        asked = {"amount": amount, "reason": "requested_by_customer"}
        token = people.logged_in(api, staff).token
        reply = api.post(f"/api/v1/payments/{payment}/refunds", json=asked, token=token, key=key)
        assert reply.status == 202, reply.body
        settle(cloud, clock)
    shown = shopping.look(api, order)["payment"]
    assert (shown["status"], shown["refunded"]) == ("refunded", 1250)
    assert taken(stripe) == [1250, -500, -750]
    shopping.assert_told_by_events(order)


def test_a_refund_by_hand_at_stripe_is_learned_of(api: Api, cloud: Shop, stripe: StandIn) -> None:
    order = paid(api, cloud)
    stripe.answer("refund", "", {"payment_intent": "pi_000001", "amount": "300"}, "")
    tell(api, stripe, "refund.created", stripe.refunds["re_000001"])
    cloud.pumps.drain()
    shown = shopping.look(api, order)["payment"]
    assert (shown["status"], shown["refunded"]) == (PaymentStatus.PARTIALLY_REFUNDED, 300)


def test_while_stripe_is_away_it_is_left_alone_and_the_sandbox_is_not(
    api: Api, cloud: Shop, stripe: StandIn, clock: Clock
) -> None:
    stripe.troubles += [("make", "500")] * 99
    orders = [stripes.place(api) for _ in range(3)]
    cloud.pumps.drain()
    for _ in range(2):
        clock.shift(REDELIVERY)
        cloud.pumps.run_schedules()
        cloud.pumps.drain()
    away = len(stripe.asked)
    other = shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    assert shopping.look(api, other)["status"] == "confirmed"
    assert away < 20, "nobody goes on asking"
    stripe.troubles.clear()
    clock.shift(301)
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert {shopping.look(api, order)["status"] for order in orders} == {"confirmed"}
    assert taken(stripe) == [1250] * 3
