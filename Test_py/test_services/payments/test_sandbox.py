"""The sandbox keeps the promises that a provider makes: one charge a key, one refund a key, and a void that holds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from pushcart.payments import sandbox
from pushcart.payments.ports import Charge, NoAnswer
from pushcart.payments.sandbox import Sandbox
from pushcart.states import PaymentStatus
from Test_py.support import shopping

KEY = "ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T:1"


@pytest.fixture(autouse=True)
def books(aws: None) -> None:
    """Empty books."""


def charge(token: str = "tok_success", *, capture: bool = True, amount: int = 1250) -> Charge:
    return Sandbox().charge(key=KEY, amount=amount, currency="EUR", token=token, capture=capture)


@pytest.mark.parametrize(
    ("token", "status", "captured", "code"),
    [
        ("tok_success", "captured", 1250, None),
        ("tok_declined", "failed", 0, "card_declined"),
        ("tok_insufficient_funds", "failed", 0, "insufficient_funds"),
        ("tok_requires_action", "requires_action", 0, None),
        ("tok_late", "processing", 0, None),
        ("anything_else", "failed", 0, "invalid_token"),
    ],
)
def test_each_token_does_what_it_says(token: str, status: str, captured: int, code: str | None) -> None:
    told = charge(token)
    assert (told.status, told.captured, told.failure_code) == (status, captured, code)
    assert (told.amount, told.currency, told.key) == (1250, "EUR", KEY)
    assert Sandbox().find(key=KEY) == told
    assert Sandbox().retrieve(reference=told.reference) == told
    assert bool(told.next_action) == (token == "tok_requires_action")


def test_an_answer_is_lost_once_though_it_charged() -> None:
    with pytest.raises(NoAnswer):
        charge("tok_timeout")
    found = Sandbox().find(key=KEY)
    assert found is not None
    assert (found.status, found.captured) == ("captured", 1250)
    assert charge("tok_timeout") == found


def test_a_key_is_charged_once_whatever_is_asked() -> None:
    first = charge("tok_success")
    assert charge("tok_declined", amount=9) == first
    with ThreadPoolExecutor(8) as pool:
        assert {pool.submit(charge).result().captured for _ in range(20)} == {1250}
    assert len(shopping.charges()) == 1


def test_what_was_authorised_is_captured_once() -> None:
    assert charge(capture=False).status == "authorized"
    assert [Sandbox().capture(key=KEY).captured for _ in range(2)] == [1250, 1250]


@pytest.mark.parametrize("token", ["tok_late", "tok_requires_action"])
def test_a_void_holds(token: str) -> None:
    charge(token)
    told = Sandbox().void(key=KEY)
    assert (told.status, told.next_action) == ("voided", None)
    sandbox.settle(KEY)
    assert Sandbox().void(key=KEY).status == "voided"
    assert Sandbox().capture(key=KEY).status == "voided"


def test_a_void_lets_an_authorisation_go() -> None:
    charge(capture=False)
    assert Sandbox().void(key=KEY).status == "voided"


def test_a_void_stops_a_charge_that_is_still_on_its_way() -> None:
    assert Sandbox().void(key=KEY).status == "voided"
    assert (charge().status, charge().captured) == ("voided", 0)


@pytest.mark.parametrize(("token", "status"), [("tok_success", "captured"), ("tok_declined", "failed")])
def test_a_void_that_is_too_late_says_so(token: str, status: str) -> None:
    charge(token)
    assert Sandbox().void(key=KEY).status == status


def test_a_refund_is_made_once_a_key_and_never_for_more_than_there_is() -> None:
    charge()
    provider = Sandbox()
    assert [provider.refund(key=KEY, refund_key="r-1", amount=500).refunded for _ in range(2)] == [500, 500]
    assert provider.refund(key=KEY, refund_key="r-2", amount=800).refunded == 500
    whole = provider.refund(key=KEY, refund_key="r-3", amount=750)
    assert (whole.status, whole.refunded, whole.captured) == ("refunded", 1250, 1250)


def test_a_charge_that_never_was_cannot_be_captured() -> None:
    with pytest.raises(NoAnswer):
        Sandbox().capture(key=KEY)
    assert Sandbox().find(key=KEY) is None


@pytest.mark.parametrize("capture", [True, False])
def test_it_settles_in_its_own_time(*, capture: bool) -> None:
    charge("tok_late", capture=capture)
    webhook = sandbox.settle(KEY)
    found = Sandbox().find(key=KEY)
    assert found is not None
    assert (found.status, found.captured) == (("captured", 1250) if capture else ("authorized", 0))
    notice = Sandbox().notice(headers=webhook.headers, body=webhook.body)
    assert notice is not None
    assert notice.key == KEY


def test_the_bank_may_insist() -> None:
    charge("tok_declined")
    sandbox.settle(KEY)
    assert Sandbox().void(key=KEY).status == "failed"
    sandbox.settle(KEY, even_if_over=True)
    assert Sandbox().void(key=KEY).status == PaymentStatus.CAPTURED
