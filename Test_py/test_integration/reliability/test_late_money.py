"""Money that arrives after an order has ended, with a crash before and after each call that deals with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pushcart.payments import sandbox
from Test_py.reliability.flows import Stage, persistently
from Test_py.reliability.invariants import check
from Test_py.reliability.seam import Fault, standing
from Test_py.reliability.sweep import crashes, swept
from Test_py.support import shopping
from Test_py.support.clock import Clock
from utils.declarations import Loaded

SKU = "LATE-1"


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


@pytest.mark.parametrize(("sold", "end"), ENDS, ids=["the stock is there", "the stock is sold"])
def test_a_crash_at_any_call_loses_nothing(
    functions: list[Loaded], clock: Clock, end: tuple[str, str, int], *, sold: bool
) -> None:
    with swept(crashes) as sweep:
        assert arrive(functions, clock, sweep, sold=sold) == end
