"""Stripe's adapter, operation by operation, against a stand-in that can be told to fail."""

from __future__ import annotations

import pytest

from pushcart.payments.models import charge_of, payment_id
from pushcart.payments.ports import NoAnswer
from pushcart.payments.repository import payment_key
from pushcart.payments.stripe_provider import book, transport
from pushcart.payments.stripe_provider.adapter import Stripe
from pushcart.states import PaymentStatus, RefundStatus
from Test_py.support import shopping
from Test_py.support.accounts import dump
from Test_py.support.stripe_stand_in import API_KEY, StandIn
from Test_py.support.stripes import ask, attempt, charge

SILENCES = ["500", "503", "429", "409", "garbage", "redirect", "reset before", "reset after", "late", "401"]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK_SECONDS", "MOVE_SECONDS"):
        monkeypatch.setattr(transport, name, 0.3)
    monkeypatch.setattr(transport, "BACKOFF_SECONDS", 0)


def taken(stripe: StandIn) -> list[int]:
    return [amount for _, amount in stripe.moved]


def test_an_attempt_is_one_payment_intent_made_then_confirmed(stripe: StandIn) -> None:
    key = attempt()
    paid = charge(key)
    assert (paid.key, paid.status, paid.amount, paid.currency) == (key, PaymentStatus.CAPTURED, 1999, "EUR")
    assert (paid.captured, paid.refunded, paid.next_action, paid.failure_code) == (1999, 0, None, None)
    assert stripe.operations() == ["make", "look", "confirm"]
    assert taken(stripe) == [1999]
    assert book.reference_of(key) == paid.reference == "pi_000001"
    assert book.key_of("pi_000001") == key


def test_what_is_sent(stripe: StandIn) -> None:
    key = attempt()
    charge(key)
    (_, made, headers), _, (_, confirmed, confirming) = stripe.asked
    order_id, _ = charge_of(key) or ("", "")
    assert made == {
        "amount": "1999",
        "currency": "eur",
        "payment_method": "pm_card_visa",
        "capture_method": "automatic",
        "metadata[charge_key]": key,
        "metadata[order_id]": order_id,
        "metadata[payment_id]": payment_id(order_id, 1),
    }
    assert confirmed["return_url"].endswith(f"/orders/{order_id}")
    assert headers["authorization"] == f"Bearer {API_KEY}"
    assert headers["stripe-version"] == "2026-10-28.endive"
    assert (headers["idempotency-key"], confirming["idempotency-key"]) == (f"{key}:make", f"{key}:confirm")
    assert "x-stripe-client-telemetry" not in headers
    assert "platform" not in headers["x-stripe-client-user-agent"]


def test_manual_capture_authorises_and_part_of_it_can_be_taken_once(stripe: StandIn) -> None:
    key = attempt()
    assert charge(key, capture=False).status is PaymentStatus.AUTHORIZED
    assert taken(stripe) == []
    part = ask("capture", key, amount=600)
    assert (part.status, part.captured, part.amount) == (PaymentStatus.PARTIALLY_CAPTURED, 600, 1999)
    assert ask("capture", key, amount=700).captured == 600
    assert taken(stripe) == [600]


def test_a_whole_capture_and_one_of_more_than_there_is(stripe: StandIn) -> None:
    key = attempt()
    charge(key, capture=False)
    assert ask("capture", key, amount=5000).status is PaymentStatus.AUTHORIZED
    assert ask("capture", key).status is PaymentStatus.CAPTURED
    assert taken(stripe) == [1999]


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("pm_declined", "card_declined"),
        ("pm_no_funds", "insufficient_funds"),
        ("pm_stolen", "card_declined"),
        ("pm_expired", "expired_card"),
        ("pm_nobodys", "invalid_token"),
        ("tok_visa", "invalid_token"),
    ],
)
def test_what_is_refused_has_failed_for_a_reason_that_a_payer_may_know(stripe: StandIn, token: str, code: str) -> None:
    key = attempt(token=token)
    failed = charge(key, token=token)
    assert (failed.status, failed.failure_code, failed.captured) == (PaymentStatus.FAILED, code, 0)
    assert taken(stripe) == []
    again = ask("find", key)
    assert again is None or (again.status, again.failure_code) == (PaymentStatus.FAILED, code)


def test_an_action_is_an_address_and_no_secret(stripe: StandIn) -> None:
    key = attempt(token="pm_action")
    waits = charge(key, token="pm_action")
    assert waits.status is PaymentStatus.REQUIRES_ACTION
    assert waits.next_action == {"type": "redirect", "url": "https://hooks.stripe.test/3ds/pi_000001"}
    assert "secret" not in str(waits)
    stripe.settle("pi_000001", paid=True)
    done = ask("find", key)
    assert (done.status, done.next_action) == (PaymentStatus.CAPTURED, None)
    assert taken(stripe) == [1999]


def test_an_action_that_fails_has_failed(stripe: StandIn) -> None:
    key = attempt(token="pm_action")
    charge(key, token="pm_action")
    stripe.settle("pi_000001", paid=False)
    failed = ask("find", key)
    assert (failed.status, failed.failure_code) == (PaymentStatus.FAILED, "authentication_failed")


def test_what_was_never_asked_for_is_not_found(stripe: StandIn) -> None:
    key = attempt()
    assert ask("find", key) is None
    assert ask("find", key) is None
    assert stripe.asked == []
    assert Stripe().retrieve(reference="pi_nobodys") is None
    charge(key)
    found = Stripe().retrieve(reference="pi_000001")
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("knows_keys", [True, False])
@pytest.mark.parametrize("trouble", SILENCES)
@pytest.mark.parametrize("operation", ["make", "look", "confirm"])
def test_no_answer_charges_nobody_twice(stripe: StandIn, operation: str, trouble: str, knows_keys: bool) -> None:
    stripe.knows_keys = knows_keys
    key = attempt()
    # A look that is not served just now is tried again by itself.
    passing = operation == "look" and trouble in ("429", "503")
    stripe.will(operation, *[trouble] * (2 if passing else 1))  # type: ignore[arg-type]
    with pytest.raises(NoAnswer):
        charge(key)
    for _ in range(3):
        found = ask("find", key)
        if found is not None:
            break
        found = charge(key)
    assert found.status is PaymentStatus.CAPTURED
    assert taken(stripe) == [1999]
    assert [one for one in stripe.intents.values() if one["status"] == "succeeded"] != []
    assert charge(key).status is PaymentStatus.CAPTURED
    assert taken(stripe) == [1999]


def test_a_day_later_keys_are_forgotten_and_nobody_is_charged_twice(stripe: StandIn) -> None:
    key = attempt()
    stripe.will("confirm", "reset after")
    with pytest.raises(NoAnswer):
        charge(key)
    stripe.forget()
    assert charge(key).status is PaymentStatus.CAPTURED
    assert taken(stripe) == [1999]


@pytest.mark.parametrize("knows_keys", [True, False])
def test_two_at_once_make_one_that_can_be_paid(stripe: StandIn, knows_keys: bool) -> None:
    stripe.knows_keys = knows_keys
    key = attempt()
    stripe.will("make", "reset after")
    with pytest.raises(NoAnswer):
        charge(key)
    charge(key)
    assert len(stripe.intents) == (1 if knows_keys else 2)
    assert taken(stripe) == [1999]


def test_a_void_stops_what_is_still_on_its_way(stripe: StandIn) -> None:
    key = attempt()
    assert ask("void", key).status is PaymentStatus.VOIDED
    assert stripe.asked == []
    late = charge(key)
    assert late.status is PaymentStatus.VOIDED
    assert ask("find", key).status is PaymentStatus.VOIDED
    assert ask("void", key).status is PaymentStatus.VOIDED
    assert "confirm" not in stripe.operations()
    retrieved = Stripe().retrieve(reference=book.reference_of(key) or "")
    assert retrieved is not None
    assert retrieved.status is PaymentStatus.VOIDED


def test_a_void_of_what_was_made_and_not_confirmed(stripe: StandIn) -> None:
    key = attempt()
    stripe.will("confirm", "reset before")
    with pytest.raises(NoAnswer):
        charge(key)
    assert ask("find", key) is None
    assert ask("void", key).status is PaymentStatus.VOIDED
    assert charge(key).status is PaymentStatus.VOIDED
    assert taken(stripe) == []


@pytest.mark.parametrize(
    ("token", "capture", "after"),
    [
        ("pm_action", True, PaymentStatus.VOIDED),
        ("pm_late", True, PaymentStatus.VOIDED),
        ("pm_card_visa", False, PaymentStatus.VOIDED),
        ("pm_card_visa", True, PaymentStatus.CAPTURED),
    ],
)
def test_a_void_of_each_state(stripe: StandIn, token: str, capture: bool, after: PaymentStatus) -> None:
    key = attempt(token=token)
    charge(key, token=token, capture=capture)
    assert ask("void", key).status is after
    assert ask("void", key).status is after


@pytest.mark.parametrize("trouble", SILENCES)
@pytest.mark.parametrize("operation", ["cancel", "capture"])
def test_a_void_or_a_capture_without_an_answer_is_asked_again(stripe: StandIn, operation: str, trouble: str) -> None:
    stripe.knows_keys = False
    key = attempt()
    charge(key, capture=False)
    stripe.will(operation, trouble)  # type: ignore[arg-type]
    ours = {"cancel": "void"}.get(operation, operation)
    with pytest.raises(NoAnswer):
        ask(ours, key)
    done = ask(ours, key).status
    assert done is (PaymentStatus.VOIDED if ours == "void" else PaymentStatus.CAPTURED)
    assert taken(stripe) == ([] if ours == "void" else [1999])


def test_refunds_in_parts_each_once(stripe: StandIn) -> None:
    key = attempt()
    charge(key)
    first = ask("refund", key, refund_key=f"{key}:ref_1", amount=500)
    assert (first.status, first.refunded) == (PaymentStatus.PARTIALLY_REFUNDED, 500)
    assert first.refund_under(f"{key}:ref_1").status is RefundStatus.SUCCEEDED
    assert ask("refund", key, refund_key=f"{key}:ref_1", amount=900).refunded == 500
    whole = ask("refund", key, refund_key=f"{key}:ref_2", amount=1499)
    assert (whole.status, whole.refunded) == (PaymentStatus.REFUNDED, 1999)
    assert taken(stripe) == [1999, -500, -1499]
    refund = next(headers for operation, _, headers in stripe.asked if operation == "refund")
    assert refund["idempotency-key"] == f"{key}:ref_1"


def test_more_than_there_is_fails_and_moves_nothing(stripe: StandIn) -> None:
    key = attempt()
    charge(key)
    stripe.refund_status = "pending"
    pending = ask("refund", key, refund_key=f"{key}:ref_1", amount=1500)
    assert pending.refund_under(f"{key}:ref_1").status is RefundStatus.PENDING
    assert (pending.status, pending.refunded) == (PaymentStatus.CAPTURED, 0)
    failed = ask("refund", key, refund_key=f"{key}:ref_2", amount=500).refund_under(f"{key}:ref_2")
    assert (failed.status, failed.failure_code) == (RefundStatus.FAILED, "refund_declined")
    assert stripe.operations().count("refund") == 1
    stripe.settle_refund("re_000001", "succeeded")
    assert ask("find", key).refunded == 1500


def test_a_refund_that_fails_later_is_told(stripe: StandIn) -> None:
    key = attempt()
    charge(key)
    stripe.refund_status = "pending"
    ask("refund", key, refund_key=f"{key}:ref_1", amount=500)
    stripe.settle_refund("re_000001", "failed")
    found = ask("find", key)
    assert found.refund_under(f"{key}:ref_1").status is RefundStatus.FAILED
    assert (found.status, found.refunded) == (PaymentStatus.CAPTURED, 0)


@pytest.mark.parametrize("trouble", SILENCES)
def test_a_refund_without_an_answer_is_made_once(stripe: StandIn, trouble: str) -> None:
    stripe.knows_keys = False
    key = attempt()
    charge(key)
    stripe.will("refund", trouble)  # type: ignore[arg-type]
    with pytest.raises(NoAnswer):
        ask("refund", key, refund_key=f"{key}:ref_1", amount=500)
    assert ask("refund", key, refund_key=f"{key}:ref_1", amount=500).refunded == 500
    assert taken(stripe) == [1999, -500]


def test_more_refunds_than_one_page_are_all_counted(stripe: StandIn) -> None:
    key = attempt()
    charge(key)
    for number in range(12):
        ask("refund", key, refund_key=f"{key}:ref_{number}", amount=100)
    assert ask("find", key).refunded == 1200
    assert ask("refund", key, refund_key=f"{key}:ref_0", amount=100).refunded == 1200


def test_a_refund_by_hand_is_counted(stripe: StandIn) -> None:
    key = attempt()
    charge(key)
    stripe.answer("refund", "", {"payment_intent": "pi_000001", "amount": "300"}, "")
    found = ask("find", key)
    assert (found.status, found.refunded, found.refunds[0].key) == (PaymentStatus.PARTIALLY_REFUNDED, 300, "")


def test_another_s_payment_intent_tells_nothing(stripe: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    key = attempt()
    charge(key)
    stripe.intents["pi_000001"]["metadata"]["charge_key"] = attempt()
    with pytest.raises(NoAnswer):
        ask("find", key)
    assert "a payment intent is not the one that it should be" in capsys.readouterr().out


def test_a_payment_intent_that_is_gone_tells_nothing(stripe: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    key = attempt()
    charge(key)
    stripe.intents.clear()
    for operation in ("find", "void", "capture"):
        with pytest.raises(NoAnswer):
            ask(operation, key)
    assert "stripe does not know what it made" in capsys.readouterr().out


@pytest.mark.parametrize("status", ["partially_funded", "", "SUCCEEDED"])
def test_a_status_that_nobody_knows_tells_nothing(stripe: StandIn, status: str) -> None:
    key = attempt()
    charge(key)
    stripe.intents["pi_000001"]["status"] = status
    with pytest.raises(NoAnswer):
        ask("find", key)


@pytest.mark.parametrize(
    ("currency", "ours", "theirs"),
    [("JPY", 500, "500"), ("BHD", 5120, "5120"), ("ISK", 300, "30000"), ("MGA", 700, "7")],
)
def test_each_currency_is_charged_in_stripe_s_units(stripe: StandIn, currency: str, ours: int, theirs: str) -> None:
    key = attempt(amount=ours, currency=currency)
    if int(theirs) < 50:
        theirs, ours = theirs + "00", ours * 100
    paid = charge(key, amount=ours, currency=currency)
    assert (stripe.asked[0][1]["amount"], stripe.asked[0][1]["currency"]) == (theirs, currency.lower())
    assert (paid.amount, paid.captured, paid.currency) == (ours, ours, currency)


def test_an_amount_between_stripe_s_units_is_never_rounded(stripe: StandIn) -> None:
    key = attempt(amount=5125, currency="BHD")
    failed = charge(key, amount=5125, currency="BHD")
    assert (failed.status, failed.failure_code) == (PaymentStatus.FAILED, "amount_not_supported")
    assert stripe.asked == []
    paid = attempt(amount=5120, currency="BHD")
    charge(paid, amount=5120, currency="BHD")
    refused = ask("refund", paid, refund_key=f"{paid}:ref_1", amount=1005).refund_under(f"{paid}:ref_1")
    assert refused.status is RefundStatus.FAILED
    assert taken(stripe) == [5120]


def test_nothing_secret_is_logged_or_stored(stripe: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    for token in ("pm_action", "pm_declined", "pm_nobodys", "pm_card_visa"):
        charge(attempt(token=token), token=token)
    stripe.will("look", "401", "401")
    with pytest.raises(NoAnswer):
        ask("find", attempt_with_reference())
    said = capsys.readouterr()
    kept = dump()
    for secret in (API_KEY, "secret_canary", "whsec_"):
        assert secret not in said.out + said.err + kept
    assert "pm_nobodys" not in said.out + said.err
    assert "stripe does not accept our requests" in said.out


def attempt_with_reference() -> str:
    key = attempt()
    book.remember(key, "pi_000001")
    return key


def test_the_book_keeps_the_first_reference(stripe: StandIn) -> None:
    key = attempt()
    assert book.remember(key, "pi_1") == "pi_1"
    assert book.remember(key, "pi_2") == "pi_1"
    assert book.reference_of(key) == "pi_1"
    assert book.key_of("pi_2") is None
    for nobodys in ("ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T:1", "nonsense"):
        with pytest.raises(LookupError):
            book.reference_of(nobodys)
    assert shopping.stored(payment_key("ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T", "pay_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1")) is None


def test_an_attempt_s_version_is_not_touched(stripe: StandIn) -> None:
    key = attempt()
    ids = charge_of(key) or ("", "")
    book.remember(key, "pi_1")
    assert int(shopping.stored(payment_key(*ids)).version) == 1
