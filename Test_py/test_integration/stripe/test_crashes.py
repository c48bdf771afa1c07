"""The payments worker dies before or after each call it makes, to AWS or to Stripe, twice over: paid once or never."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from infra.local.gateway import Gateway
from infra.local.lambda_context import invoke
from infra.local.pumps import Pumps
from pushcart.payments.stripe_provider import transport
from Test_py.reliability import seam
from Test_py.reliability.faults import Counting, CrashAt
from Test_py.support import environment, shopping, stripe_stand_in, stripes
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.stripe_stand_in import StandIn
from utils import circuit, sealing
from utils.declarations import Loaded

WORKER = "on_payment_command"
VISIBILITY = 181


def deliver(loaded: Loaded, event: dict[str, Any]) -> Any:
    """Let the worker alone be one whose calls may be crashed at."""
    return (seam.call if loaded.declaration.name == WORKER else invoke)(loaded, event)


@contextmanager
def standing(fault: seam.Fault) -> Iterator[None]:
    """Let ``fault`` stand before AWS, and before Stripe."""
    real = transport.Transport.request
    with seam.standing(fault), pytest.MonkeyPatch.context() as patch:

        def request(sender: Any, method: str, url: str, *arguments: Any, **options: Any) -> Any:
            if not seam._inside.get():
                return real(sender, method, url, *arguments, **options)
            return fault(f"Stripe {method}", {}, lambda: real(sender, method, url, *arguments, **options))

        patch.setattr(transport.Transport, "request", request)
        yield


def paid(api: Api, pumps: Pumps, clock: Clock, stripe: StandIn) -> None:
    """An order is placed, and paid at once."""
    order = stripes.place(api)
    for _ in range(3):
        pumps.drain()
        clock.shift(VISIBILITY)
    pumps.run_schedules()
    pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    assert [amount for _, amount in stripe.moved] == [1250]
    assert shopping.stock("MUG-1") == (5, 4, 1)
    shopping.assert_told_by_events(order)


def lapsed(api: Api, pumps: Pumps, clock: Clock, stripe: StandIn) -> None:
    """An order waits for its payer, who never comes: it is voided at Stripe, and its stock goes back."""
    order = stripes.place(api, token="pm_action")
    for _ in range(3):
        pumps.drain()
        clock.shift(VISIBILITY)
    clock.shift(400)
    for _ in range(3):
        pumps.run_schedules()
        pumps.drain()
        clock.shift(VISIBILITY)
    pumps.drain()
    assert shopping.look(api, order)["status"] == "expired"
    assert [one["status"] for one in stripe.intents.values() if one["status"] != "requires_confirmation"] in (
        ["canceled"],
        [],
    )
    assert stripe.moved == []
    assert shopping.stock("MUG-1") == (5, 5, 0)
    shopping.assert_told_by_events(order)


def run(functions: list[Loaded], clock: Clock, flow: Callable[..., None], fault: seam.Fault) -> None:
    environment.restore()
    sealing.forget()
    circuit.close_all()
    with stripe_stand_in.running() as stripe, pytest.MonkeyPatch.context() as patch:
        stripe.knows_keys = False
        stripes.take_stripe(patch, stripe.url)
        shopping.shelve("MUG-1", price=1250, units=5)
        with standing(fault):
            flow(Api(Gateway(functions, call=invoke)), Pumps(functions, deliver=deliver), clock, stripe)
        stripes.forget()


@pytest.mark.parametrize("flow", [paid, lapsed])
def test_wherever_the_worker_dies(
    functions: list[Loaded], clock: Clock, flow: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    counting = Counting()
    run(functions, clock, flow, counting)
    assert {"Stripe post", "Stripe get"} <= set(counting.made)
    points = [(n, moment) for n in range(1, len(counting.made) + 1) for moment in ("before", "after")]
    for n, moment in points:
        crash = CrashAt(n, moment)  # type: ignore[arg-type]
        try:
            run(functions, clock, flow, crash)
        except AssertionError as broken:
            raise AssertionError(f"crash {moment} call {n} ({counting.made[n - 1]}): {broken}") from broken
        assert crash.crashed, f"call {n} was never made"
        capsys.readouterr()
    with capsys.disabled():
        print(f"\n  stripe, {flow.__name__}: {len(counting.made)} calls, {len(points)} crash points, each twice")
