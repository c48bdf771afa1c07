"""The sweeper: what the stream did not get published."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.lambda_context import invoke
from infra.local.recorder import record
from pushcart import queues
from pushcart.outbox import relay
from pushcart.outbox.relay import LeftPending
from pushcart.outbox.service import Target
from Test_py.support.clock import Clock
from Test_py.support.outbox import happen, messages, only, pending, relayed
from utils import aws
from utils.declarations import Loaded
from utils.errors import Unavailable

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def sweeper(functions: list[Loaded]) -> Loaded:
    return only(functions, "sweep_outbox")[0]


def test_what_is_pending_for_two_minutes_is_published_again(sweeper: Loaded, clock: Clock) -> None:
    happen("order.confirmed", targets=[Target(queues.payments)])
    invoke(sweeper, {})
    assert len(pending()) == 1, "the stream may still be at it"
    clock.shift(121)
    invoke(sweeper, {})
    assert (len(messages(queues.mail)), len(messages(queues.payments)), pending()) == (1, 1, [])


def test_an_idle_minute_costs_one_call(sweeper: Loaded, functions: list[Loaded], clock: Clock) -> None:
    happen("order.confirmed")
    relayed(functions)
    clock.shift(300)
    with record() as calls:
        invoke(sweeper, {})
    assert [call.operation for call in calls] == ["Query"]
    assert len(messages(queues.mail)) == 1


def test_one_that_cannot_be_published_holds_up_no_other_and_is_told(
    sweeper: Loaded, clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for sequence in range(1, 4):
        happen("order.confirmed", sequence=sequence)
    call, first = aws.call, iter([True])

    def fail_first(service: str, operation: str, **parameters: Any) -> Any:
        if operation == "Publish" and next(first, False):
            raise Unavailable
        return call(service, operation, **parameters)

    monkeypatch.setattr(aws, "call", fail_first)
    clock.shift(121)
    with pytest.raises(LeftPending, match="1 of 3"):
        invoke(sweeper, {})
    assert len(pending()) == 1
    assert pending()[0] in capsys.readouterr().out
    invoke(sweeper, {})
    assert pending() == []


def test_a_sweep_ends_even_when_more_is_pending_than_it_may_take(
    sweeper: Loaded, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "PAGE", 2)
    monkeypatch.setattr(relay, "MOST_IN_A_SWEEP", 4)
    for sequence in range(1, 7):
        happen("order.placed", sequence=sequence)
    clock.shift(121)
    invoke(sweeper, {})
    assert len(pending()) == 2
