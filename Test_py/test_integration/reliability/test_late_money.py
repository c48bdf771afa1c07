"""Money that arrives after an order has ended, with a crash before and after each call that deals with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pushcart.payments import sandbox
from Test_py.reliability.faults import Counting, CrashAt, Moment
from Test_py.reliability.flows import Stage, persistently
from Test_py.reliability.invariants import check
from Test_py.reliability.seam import Fault, standing
from Test_py.support import shopping
from Test_py.support.clock import Clock
from utils.declarations import Loaded

SKU = "LATE-1"
READS = {"GetItem", "BatchGetItem", "Query", "GetSecretValue"}


def arrive(functions: list[Loaded], clock: Clock, fault: Fault, *, sold: bool) -> tuple[str, str, int]:
    """Let the money come under a fault; return how the order and its payment ended, and what the provider keeps."""
    stage = Stage.fresh(functions, clock)
    shopping.shelve(SKU, price=1250, units=1)
    order = shopping.buy(stage.api, SKU, payment_token="tok_late")
    stage.pumps.drain()
    clock.shift(timedelta(seconds=901))
    stage.pumps.drain()
    if sold:
        shopping.buy(stage.api, SKU)
        stage.pumps.drain()
    webhook = sandbox.settle(order.charge_key, even_if_over=True)
    with standing(fault):
        assert persistently(lambda: shopping.send_webhook(stage.api, webhook)).status == 204
        stage.rest()
    check()
    charge, seen = shopping.charge(order), shopping.look(stage.api, order)
    return seen["status"], seen["payment_status"], int(charge.captured) - sum(charge.refunds.values())


ENDS = [(False, ("confirmed", "captured", 1250)), (True, ("cancelled", "refunded", 0))]
WITH_ENDS = pytest.mark.parametrize(("sold", "end"), ENDS, ids=["the stock is there", "the stock is sold"])


def sweep(functions: list[Loaded], clock: Clock, end: tuple[str, str, int], moment: Moment, *, sold: bool) -> None:
    counting = Counting()
    assert arrive(functions, clock, counting, sold=sold) == end
    for n, operation in enumerate(counting.made, start=1):
        if moment == "before" or operation not in READS:
            crash = CrashAt(n, moment)
            assert arrive(functions, clock, crash, sold=sold) == end, f"crash {moment} call {n}, {operation}"
            assert crash.crashed


@WITH_ENDS
def test_a_crash_after_any_write_loses_nothing(
    functions: list[Loaded], clock: Clock, end: tuple[str, str, int], *, sold: bool
) -> None:
    """A crash before a write is one after the write before it, or after a read between the two."""
    sweep(functions, clock, end, "after", sold=sold)


@pytest.mark.torture
@WITH_ENDS
def test_a_crash_before_any_call_loses_nothing(
    functions: list[Loaded], clock: Clock, end: tuple[str, str, int], *, sold: bool
) -> None:
    sweep(functions, clock, end, "before", sold=sold)
