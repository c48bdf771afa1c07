"""The circuit breaker: when it opens, whom it lets try, what closes it, and that threads agree."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from Test_py.support.clock import Clock
from utils import circuit as circuits
from utils.circuit import Circuit, CircuitOpen
from utils.errors import Unavailable


def fail(circuit: Circuit, times: int = 1, trouble: type[Exception] = Unavailable) -> None:
    for _ in range(times):
        with pytest.raises(trouble), circuit.guarding():
            raise trouble


def passes(circuit: Circuit) -> bool:
    try:
        with circuit.guarding():
            return True
    except CircuitOpen:
        return False


def test_it_opens_after_as_many_failures_in_a_row_as_it_was_told() -> None:
    circuit = Circuit("x", failures=3)
    fail(circuit, 2)
    assert passes(circuit)
    fail(circuit, 2)
    assert passes(circuit), "an answer in between starts the count afresh"
    fail(circuit, 3)
    assert circuit.is_open
    assert not passes(circuit)


def test_who_is_refused_is_told_for_how_long_and_is_a_503(clock: Clock) -> None:
    circuit = Circuit("search", failures=1, seconds=30)
    fail(circuit)
    clock.shift(timedelta(seconds=10))
    with pytest.raises(CircuitOpen) as refused, circuit.guarding():
        raise AssertionError("nothing may be asked")
    assert refused.value.status == 503
    assert refused.value.retry_after in (19, 20)
    assert "search" in str(refused.value)
    assert "search" not in refused.value.entries[0].message, "callers learn nothing of what is behind"


def test_one_tries_and_its_failure_keeps_the_others_out_as_long_again(clock: Clock) -> None:
    circuit = Circuit("x", failures=2, seconds=30)
    fail(circuit, 2)
    clock.shift(timedelta(seconds=31))
    fail(circuit)
    assert not passes(circuit)
    clock.shift(timedelta(seconds=29))
    assert not passes(circuit)
    clock.shift(timedelta(seconds=2))
    assert passes(circuit)
    assert not circuit.is_open
    fail(circuit)
    assert passes(circuit), "the count began afresh"


def test_while_one_tries_the_others_are_refused(clock: Clock) -> None:
    circuit = Circuit("x", failures=1, seconds=30)
    fail(circuit)
    clock.shift(timedelta(seconds=31))
    with circuit.guarding():
        assert not passes(circuit)
    assert passes(circuit)


def test_one_that_never_tells_is_followed_by_another(clock: Clock) -> None:
    class Crash(BaseException):
        pass

    circuit = Circuit("x", failures=1, seconds=30)
    fail(circuit)
    clock.shift(timedelta(seconds=31))
    with pytest.raises(Crash), circuit.guarding():
        raise Crash
    assert not passes(circuit)
    clock.shift(timedelta(seconds=31))
    assert passes(circuit)


def test_what_does_not_count_neither_opens_nor_closes(clock: Clock) -> None:
    circuit = Circuit("x", failures=2, seconds=30, counts=(TimeoutError,))
    fail(circuit, 9, ZeroDivisionError)
    fail(circuit, 1, TimeoutError)
    fail(circuit, 1, ZeroDivisionError)
    fail(circuit, 1, TimeoutError)
    assert circuit.is_open
    clock.shift(timedelta(seconds=31))
    fail(circuit, 1, ZeroDivisionError)
    assert circuit.is_open


def test_a_clock_set_back_does_not_keep_it_open(clock: Clock) -> None:
    circuit = Circuit("x", failures=1, seconds=30)
    fail(circuit)
    clock.shift(timedelta(minutes=-10))
    assert passes(circuit)


def test_of_many_threads_one_tries(clock: Clock) -> None:
    circuit = Circuit("x", failures=1, seconds=30)
    fail(circuit)
    clock.shift(timedelta(seconds=31))
    start, tried, refused = threading.Barrier(16), [], []
    let_go = threading.Event()

    def ask() -> None:
        start.wait(timeout=10)
        try:
            with circuit.guarding():
                tried.append(1)
                let_go.wait(timeout=10)
        except CircuitOpen:
            refused.append(1)
            if len(refused) == 15:
                let_go.set()

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert (len(tried), len(refused)) == (1, 15)


def test_of_many_failing_threads_none_is_uncounted() -> None:
    circuit = Circuit("x", failures=64)
    threads = [threading.Thread(target=fail, args=(circuit, 4)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert circuit.is_open


def test_opening_and_closing_are_logged_without_what_was_said(capsys: pytest.CaptureFixture[str], clock: Clock) -> None:
    circuit = Circuit("mail", failures=1, seconds=30)
    with pytest.raises(Unavailable), circuit.guarding():
        raise Unavailable("to ada@example.org")
    clock.shift(timedelta(seconds=31))
    assert passes(circuit)
    said = capsys.readouterr().out
    assert said.count('"circuit open"') == 1
    assert said.count('"circuit closed"') == 1
    assert '"circuit":"mail"' in said
    assert "ada@" not in said


def test_all_can_be_closed_at_once() -> None:
    one, other = Circuit("one", failures=1), Circuit("other", failures=1)
    fail(one)
    fail(other)
    circuits.close_all()
    assert passes(one)
    assert passes(other)
