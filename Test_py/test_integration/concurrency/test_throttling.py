"""Tables that refuse one call in five: nearly all are served, the rest is told to come back, nothing is half done."""

from __future__ import annotations

import pytest

from Test_py.reliability.faults import Throttle
from Test_py.reliability.flows import SKU, Stage
from Test_py.reliability.invariants import check
from Test_py.reliability.seam import standing
from Test_py.support import shopping
from Test_py.support.client import Reply
from Test_py.support.clock import Clock
from utils.declarations import Loaded

REQUESTS = 200


def order_all(stage: Stage, count: int, throttle: Throttle) -> list[Reply]:
    """Order so many carts, one after the other, under throttling."""
    shopping.shelve(SKU, units=count)
    baskets = [shopping.lay_cart(SKU) for _ in range(count)]
    with standing(throttle):
        return [shopping.place(stage.api, basket, key=f"key-{n}") for n, basket in enumerate(baskets)]


def test_one_call_in_five_is_throttled(functions: list[Loaded], clock: Clock) -> None:
    stage, throttle = Stage.fresh(functions, clock), Throttle(0.2, seed=1)
    replies = order_all(stage, REQUESTS, throttle)
    served = [reply for reply in replies if reply.status == 201]
    assert {reply.status for reply in replies} <= {201, 503}
    assert len(served) >= 0.995 * REQUESTS
    assert throttle.attempts <= 1.5 * throttle.wanted
    assert throttle.attempts > throttle.wanted * 1.1, "nothing was throttled"
    assert len(check(settled=False).orders) == len(served)
    assert shopping.stock(SKU) == (REQUESTS, REQUESTS - len(served), len(served))


@pytest.mark.parametrize("seed", range(3))
def test_whoever_is_not_served_is_told_so_and_left_with_nothing(
    functions: list[Loaded], clock: Clock, seed: int
) -> None:
    stage = Stage.fresh(functions, clock)
    replies = order_all(stage, 40, Throttle(0.8, seed=seed))
    refused = [number for number, reply in enumerate(replies) if reply.status != 201]
    assert 5 < len(refused) < 40
    for number in refused:
        assert (replies[number].status, replies[number].codes) == (503, ["UNAVAILABLE"])
        assert int(replies[number].headers["retry-after"]) >= 1
    assert len(check(settled=False).orders) == 40 - len(refused)


def test_workers_that_are_throttled_finish_all_the_same(functions: list[Loaded], clock: Clock) -> None:
    stage = Stage.fresh(functions, clock)
    orders = [shopping.buy(stage.api, SKU) for _ in range(4)]
    with standing(Throttle(0.6, seed=3)):
        stage.rest()
    stage.rest()
    check()
    assert {shopping.look(stage.api, order)["status"] for order in orders} == {"confirmed"}
