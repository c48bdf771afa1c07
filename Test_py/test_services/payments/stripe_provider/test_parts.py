"""Stripe's units, words and errors, and how the shop is set up for it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcart.payments.ports import NoAnswer
from pushcart.payments.stripe_provider import client, credentials, statuses
from pushcart.payments.stripe_provider.amounts import NOT_TAKEN, STEPS, Inexpressible, from_stripe, to_stripe
from pushcart.payments.stripe_provider.asking import Refused, asking
from pushcart.payments.stripe_provider.charges import told
from pushcart.payments.stripe_provider.transport import Transport
from pushcart.states import PaymentStatus, RefundStatus
from Test_py.support import stripes
from utils.errors import Unavailable
from utils.log import redacted
from utils.string_formatters import EXPONENTS

CURRENCIES = sorted({"EUR", "USD", "MGA", "HUF", "TWD", *EXPONENTS} - NOT_TAKEN)


@pytest.mark.parametrize(
    ("currency", "ours", "theirs"),
    [
        ("EUR", 1999, 1999),
        ("JPY", 500, 500),
        ("KRW", 12000, 12000),
        ("BHD", 5120, 5120),
        ("KWD", 10, 10),
        ("ISK", 5, 500),
        ("UGX", 5, 500),
        ("MGA", 700, 7),
        ("EUR", 0, 0),
    ],
)
def test_amounts_in_stripe_s_units(currency: str, ours: int, theirs: int) -> None:
    assert to_stripe(ours, currency) == theirs
    assert from_stripe(theirs, currency) == ours


@pytest.mark.parametrize(("amount", "currency"), [(5125, "BHD"), (1, "TND"), (750, "MGA"), (100, "CLF"), (1, "UYI")])
def test_what_stripe_cannot_move_exactly_is_not_moved(amount: int, currency: str) -> None:
    with pytest.raises(Inexpressible):
        to_stripe(amount, currency)


@pytest.mark.parametrize("currency", ["ISK", "UGX"])
def test_a_part_of_a_unit_of_ours_is_not_read(currency: str) -> None:
    with pytest.raises(Inexpressible):
        from_stripe(550, currency)


@given(amount=st.integers(0, 10**12), currency=st.sampled_from(CURRENCIES))
def test_an_amount_goes_there_and_back_unchanged_or_not_at_all(amount: int, currency: str) -> None:
    try:
        theirs = to_stripe(amount, currency)
    except Inexpressible:
        return
    assert from_stripe(theirs, currency) == amount
    assert theirs % STEPS.get(currency, 1) == 0


def intent(status: str, **more: Any) -> dict[str, Any]:
    held = {"id": "pi_1", "currency": "eur", "amount": 1000, "metadata": {"charge_key": "k"}, "status": status}
    return held | more


@pytest.mark.parametrize(
    ("status", "received", "given_back", "after"),
    [
        ("requires_confirmation", 0, [], PaymentStatus.PROCESSING),
        ("requires_payment_method", 0, [], PaymentStatus.FAILED),
        ("requires_action", 0, [], PaymentStatus.REQUIRES_ACTION),
        ("processing", 0, [], PaymentStatus.PROCESSING),
        ("requires_capture", 0, [], PaymentStatus.AUTHORIZED),
        ("canceled", 0, [], PaymentStatus.VOIDED),
        ("succeeded", 1000, [], PaymentStatus.CAPTURED),
        ("succeeded", 600, [], PaymentStatus.PARTIALLY_CAPTURED),
        ("succeeded", 600, [("succeeded", 100)], PaymentStatus.PARTIALLY_REFUNDED),
        ("succeeded", 600, [("succeeded", 600)], PaymentStatus.REFUNDED),
        ("succeeded", 1000, [("pending", 600), ("failed", 200), ("canceled", 100)], PaymentStatus.CAPTURED),
        ("succeeded", 1000, [("requires_action", 600), ("succeeded", 200)], PaymentStatus.PARTIALLY_REFUNDED),
    ],
)
def test_each_status_in_our_words(
    status: str, received: int, given_back: list[tuple[str, int]], after: PaymentStatus
) -> None:
    refunds = [{"status": word, "amount": amount, "metadata": {"refund_key": word}} for word, amount in given_back]
    charge = told(intent(status, amount_received=received), refunds)
    assert (charge.status, charge.captured) == (after, received)
    assert charge.refunded == sum(amount for word, amount in given_back if word == "succeeded")
    assert [one.status is RefundStatus.FAILED for one in charge.refunds] == [
        word in ("failed", "canceled") for word, _ in given_back
    ]


@pytest.mark.parametrize(
    "strange",
    [{}, intent("new"), intent("succeeded", amount=None), intent("succeeded", currency="isk", amount=550)],
)
def test_what_cannot_be_read_tells_nothing(strange: dict[str, Any]) -> None:
    with pytest.raises(NoAnswer):
        told(strange, [])


@pytest.mark.parametrize(
    ("action", "shown"),
    [
        (None, None),
        ({"type": "use_stripe_sdk", "use_stripe_sdk": {"source": "src_1"}}, {"type": "provider_script"}),
        ({"type": "redirect_to_url", "redirect_to_url": {"url": "javascript:alert(1)"}}, {"type": "provider_script"}),
        ({"type": "redirect_to_url", "redirect_to_url": {"url": "http://pay.example"}}, {"type": "provider_script"}),
        ({"type": "redirect_to_url"}, {"type": "provider_script"}),
        (
            {"type": "oxxo_display_details", "oxxo_display_details": {"hosted_voucher_url": "https://pay.example/v"}},
            {"type": "redirect", "url": "https://pay.example/v"},
        ),
    ],
)
def test_what_a_payer_is_asked_to_do(action: dict[str, Any] | None, shown: dict[str, Any] | None) -> None:
    assert statuses.next_action(action) == shown


def test_reasons_are_few() -> None:
    told_to_payers = set(statuses.FAILURE_CODES.values()) | {statuses.DECLINED, statuses.REFUSED}
    assert len(told_to_payers) <= 14
    for unknown in ("fraudulent", "lost_card", "stolen_card", "pickup_card", None, 7):
        assert statuses.failure_code(unknown) == "card_declined"


def errors() -> list[tuple[Any, type[Exception], str]]:
    import stripe

    made = stripe.InvalidRequestError("no", "amount", code="amount_too_small")
    return [
        (stripe.CardError("no", None, "expired_card"), Refused, "expired_card"),
        (made, Refused, "amount_not_supported"),
        (stripe.InvalidRequestError("no", "x", code="parameter_unknown"), Refused, "refused"),
        (stripe.RateLimitError("slow down"), NoAnswer, "look"),
        (stripe.APIError("broken"), NoAnswer, "look"),
        (stripe.APIConnectionError("gone"), NoAnswer, "look"),
        (stripe.AuthenticationError("who?"), NoAnswer, "accept"),
        (stripe.PermissionError("no"), NoAnswer, "accept"),
        (stripe.IdempotencyError("again?"), NoAnswer, "accept"),
    ]


@pytest.mark.parametrize("n", range(9))
def test_each_error_is_a_refusal_or_no_answer(n: int) -> None:
    error, kind, word = errors()[n]
    with pytest.raises(kind, match=word), asking("look"):
        raise error


def test_a_fault_of_ours_stays_one() -> None:
    with pytest.raises(ZeroDivisionError), asking("look"):
        raise ZeroDivisionError


@pytest.mark.usefixtures("aws")
class TestSettingUp:
    def test_elsewhere_than_on_this_machine_stripe_is_stripe(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stripes.take_stripe(monkeypatch, "")
        assert client._base() == "https://api.stripe.com"

    @pytest.mark.parametrize("stage", ["dev", "staging", "prod"])
    def test_no_stage_on_aws_sends_its_key_elsewhere(self, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
        stripes.take_stripe(monkeypatch, "http://127.0.0.1:8420")
        monkeypatch.setenv("PUSHCART_STAGE", stage)
        with pytest.raises(Unavailable):
            client._base()

    @pytest.mark.parametrize(
        "url",
        [
            "http://192.0.2.1",
            "https://stripe.example.com",
            "http://127.0.0.1.example.com",
            "http://127.0.0.1@example.com",
            "http://user@127.0.0.1",
            "http://127.0.0.1/v2",
            "http://127.0.0.1?x",
            "ftp://127.0.0.1",
            "nonsense",
        ],
    )
    def test_a_stand_in_is_on_this_machine(self, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
        stripes.take_stripe(monkeypatch, url)
        with pytest.raises(Unavailable):
            client._base()

    @pytest.mark.parametrize(
        ("stage", "key", "good"),
        [
            ("test", "sk_test_1", True),
            ("dev", "rk_test_1", True),
            ("prod", "sk_live_1", True),
            ("prod", "rk_live_1", True),
            ("test", "sk_live_1", False),
            ("staging", "rk_live_1", False),
            ("prod", "sk_test_1", False),
        ],
    )
    def test_real_money_is_moved_in_one_stage_and_no_other_there(
        self, monkeypatch: pytest.MonkeyPatch, stage: str, key: str, good: bool
    ) -> None:
        stripes.take_stripe(monkeypatch, "", api_key=key)
        monkeypatch.setenv("PUSHCART_STAGE", stage)
        if good:
            assert credentials.api_key() == key
        else:
            with pytest.raises(Unavailable):
                credentials.api_key()

    @pytest.mark.parametrize(
        "value", ["", "no JSON", "[]", "{}", '{"api_key": "pk_test_1"}', '{"api_key": "sk_test_1 "}', '{"key": "x"}']
    )
    def test_what_is_no_key_is_said_without_showing_it(
        self, monkeypatch: pytest.MonkeyPatch, value: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stripes.take_stripe(monkeypatch, "")
        stripes.put_credentials(value or "{}")
        with pytest.raises(Unavailable) as refused:
            credentials.api_key()
        assert "_test_" not in capsys.readouterr().out + str(refused.value)

    def test_one_client_serves_until_the_key_changes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stripes.take_stripe(monkeypatch, "")
        first = client.client()
        assert client.client() is first
        stripes.take_stripe(monkeypatch, "", api_key="sk_test_new")
        assert client.client() is not first

    def test_the_client_is_pinned_and_repeats_nothing_by_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import stripe

        stripes.take_stripe(monkeypatch, "")
        made = client.client()
        options = made._requestor._options
        assert (options.stripe_version, options.max_network_retries) == (client.API_VERSION, 0)
        assert isinstance(made._requestor._client, Transport)
        assert stripe.enable_telemetry is False
        assert stripe.verify_ssl_certs is True


def test_the_pinned_version_is_the_one_that_the_sdk_was_made_for() -> None:
    """An update of the SDK is looked at: its words are those of its own version."""
    import stripe

    assert stripe.api_version == client.API_VERSION


def test_stripe_s_secrets_are_taken_out_of_what_is_logged() -> None:
    for secret in ("pm_1AbCdEfG", "sk_test_4eC39Hq", "rk_live_4eC39Hq", "whsec_abc123", "pi_3Mtw_secret_YrKJ"):
        assert secret not in redacted(f"no such thing: {secret}.")
