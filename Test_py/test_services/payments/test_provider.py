"""The seam to providers: which are taken, and the circuit that leaves one alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pushcart.payments import provider
from pushcart.payments.ports import NoAnswer
from pushcart.payments.sandbox import Sandbox
from Test_py.support.clock import Clock
from utils.errors import Unavailable


class Moody(Sandbox):
    """A provider that answers as its mood is."""

    mood: Exception | None = None
    asked = 0

    def find(self, *, key: str) -> Any:
        Moody.asked += 1
        if Moody.mood:
            raise Moody.mood
        return None


@pytest.fixture(autouse=True)
def moody(monkeypatch: pytest.MonkeyPatch) -> None:
    Moody.mood, Moody.asked = None, 0
    monkeypatch.setattr(provider, "provider", lambda _: Moody())


def ask() -> Any:
    return provider.call("sandbox", "find", key="k")


def ask_in_vain(times: int) -> None:
    for _ in range(times):
        with pytest.raises(NoAnswer):
            ask()


@pytest.mark.parametrize("trouble", [NoAnswer("silent"), Unavailable()])
def test_after_five_calls_without_an_answer_nobody_asks(clock: Clock, trouble: Exception) -> None:
    Moody.mood = trouble
    ask_in_vain(5)
    Moody.mood = None
    ask_in_vain(3)
    assert Moody.asked == 5


def test_one_tries_after_thirty_seconds_and_its_answer_closes_the_circuit(clock: Clock) -> None:
    Moody.mood = NoAnswer("silent")
    ask_in_vain(5)
    clock.shift(timedelta(seconds=31))
    ask_in_vain(2)
    assert Moody.asked == 6, "one tried, in vain, and the next was kept back"
    clock.shift(timedelta(seconds=31))
    Moody.mood = None
    assert ask() is None
    assert ask() is None


def test_an_answer_in_between_starts_the_count_afresh() -> None:
    for _ in range(3):
        Moody.mood = NoAnswer("silent")
        ask_in_vain(4)
        Moody.mood = None
        assert ask() is None


def test_a_fault_of_ours_is_not_the_provider_s() -> None:
    Moody.mood = ZeroDivisionError()
    for _ in range(9):
        with pytest.raises(ZeroDivisionError):
            ask()


def test_only_what_is_configured_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert isinstance(provider.provider("sandbox"), Sandbox)
    with pytest.raises(provider.UnknownProvider):
        provider.provider("stripe")
    monkeypatch.setenv("PAYMENT_PROVIDERS", " stripe , other ")
    assert provider.configured() == ("stripe", "other")
    with pytest.raises(provider.UnknownProvider):
        provider.provider("sandbox")
