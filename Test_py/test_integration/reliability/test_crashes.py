"""The crash sweep: the process dies before and after every AWS call of every flow, twice over; nothing breaks.

The sandbox provider keeps its books behind the same seam, so its calls are points of the sweep too.
"""

from __future__ import annotations

import pytest

from pushcart.orders.models import OrderItem
from Test_py.reliability.flows import FLOWS, SKU, Flow, Stage
from Test_py.reliability.invariants import check
from Test_py.reliability.money_flows import ALL_FLOWS, MONEY_FLOWS
from Test_py.reliability.seam import standing
from Test_py.reliability.sweep import Faults, Sweep, crashes, lost_answers, swept
from Test_py.support import shopping
from Test_py.support.clock import Clock
from utils.declarations import Loaded


def _prepared(flow: Flow, functions: list[Loaded], clock: Clock) -> tuple[Stage, shopping.Basket]:
    stage = Stage.fresh(functions, clock)
    basket = stage.cart()
    flow.prepare(stage, basket)
    return stage, basket


def go_through(flow: Flow, functions: list[Loaded], clock: Clock, faults: Faults) -> Sweep:
    """Act a flow out under faults; let each copy come to rest, and hold it to its end and to the invariants."""
    # Once in calm: a client or a font that is loaded now is loaded for every copy.
    flow.act(*_prepared(flow, functions, clock))
    prepared = _prepared(flow, functions, clock)
    with swept(faults) as sweep:
        with standing(sweep):
            order = flow.act(*prepared)
        check()
        assert shopping.stored(OrderItem.key_of(order.id)).status == flow.status
        assert shopping.stock(SKU) == flow.stock
    return sweep


@pytest.mark.parametrize("flow", ALL_FLOWS, ids=lambda flow: flow.name)
def test_every_call_of_every_flow(
    flow: Flow, functions: list[Loaded], clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    found = go_through(flow, functions, clock, crashes)
    with capsys.disabled():
        print(f"\n  {flow.name}: {found.calls} calls, {found.points} crash points, each twice: no invariant broken")


@pytest.mark.parametrize("flow", [FLOWS[0], FLOWS[4], MONEY_FLOWS[0], MONEY_FLOWS[5]], ids=lambda flow: flow.name)
def test_every_write_whose_answer_is_lost(flow: Flow, functions: list[Loaded], clock: Clock) -> None:
    go_through(flow, functions, clock, lost_answers)
