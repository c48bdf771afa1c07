"""The crash sweep: the process dies before and after every AWS call of every flow, twice over; nothing breaks.

The sandbox provider keeps its books behind the same seam, so its calls are points of the sweep too. A crash after a
read is the crash before whatever comes next, so reads are swept before only.
"""

from __future__ import annotations

import pytest

from pushcart.orders.models import OrderItem
from Test_py.reliability.faults import Counting, CrashAt, LoseAnswer, Moment
from Test_py.reliability.flows import FLOWS, SKU, Flow, Stage
from Test_py.reliability.invariants import check
from Test_py.reliability.money_flows import ALL_FLOWS, MONEY_FLOWS
from Test_py.reliability.seam import Fault, standing
from Test_py.support import shopping
from Test_py.support.clock import Clock
from utils.declarations import Loaded

READS = {"GetItem", "BatchGetItem", "Query", "GetSecretValue", "GetPublicKey"}


def run(flow: Flow, functions: list[Loaded], clock: Clock, fault: Fault) -> None:
    """Act a flow out under a fault, let it come to rest, and hold it to its end and to the invariants."""
    stage = Stage.fresh(functions, clock)
    basket = stage.cart()
    flow.prepare(stage, basket)
    with standing(fault):
        order = flow.act(stage, basket)
    check()
    assert shopping.stored(OrderItem.key_of(order.id)).status == flow.status
    assert shopping.stock(SKU) == flow.stock


@pytest.mark.parametrize("flow", ALL_FLOWS, ids=lambda flow: flow.name)
def test_every_call_of_every_flow(
    flow: Flow, functions: list[Loaded], clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    counting = Counting()
    run(flow, functions, clock, counting)
    moments: dict[bool, tuple[Moment, ...]] = {True: ("before",), False: ("before", "after")}
    points = [
        (n, moment) for n, operation in enumerate(counting.made, start=1) for moment in moments[operation in READS]
    ]
    for n, moment in points:
        crash = CrashAt(n, moment)
        try:
            run(flow, functions, clock, crash)
        except AssertionError as broken:
            raise AssertionError(f"{flow.name}: crash {moment} call {n} ({counting.made[n - 1]}): {broken}") from broken
        assert crash.crashed, f"call {n} was never made"
        capsys.readouterr()
    with capsys.disabled():
        print(
            f"\n  {flow.name}: {len(counting.made)} calls, {len(points)} crash points, each twice: no invariant broken"
        )


@pytest.mark.parametrize("flow", [FLOWS[0], FLOWS[4], MONEY_FLOWS[0], MONEY_FLOWS[5]], ids=lambda flow: flow.name)
def test_every_write_whose_answer_is_lost(flow: Flow, functions: list[Loaded], clock: Clock) -> None:
    counting = Counting()
    run(flow, functions, clock, counting)
    writes = [n for n, operation in enumerate(counting.made, start=1) if operation not in READS]
    assert writes
    for n in writes:
        run(flow, functions, clock, LoseAnswer(n))
