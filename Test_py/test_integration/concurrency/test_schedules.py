"""Requests that run at once, one AWS call at a time, in the orders that seeds give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from pushcart.orders.models import OrderItem
from pushcart.payments import sandbox
from pushcart.states import OrderStatus
from Test_py.reliability.flows import SKU, Stage
from Test_py.reliability.invariants import check
from Test_py.reliability.schedules import interleaved
from Test_py.support import shopping
from Test_py.support.client import Reply
from Test_py.support.clock import Clock
from utils.declarations import Loaded

SEEDS = 200
RIVAL_SEEDS = 40
LAST = 2
FINAL = {OrderStatus.CONFIRMED, OrderStatus.EXPIRED, OrderStatus.CANCELLED}


def replies(results: list[Reply | BaseException]) -> list[Reply]:
    """Return the answers; a request that raised raises again."""
    answered = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        answered.append(result)
    return answered


def buyers_of_the_last(functions: list[Loaded], clock: Clock, seed: int) -> None:
    """Let three buyers order the last two units in the order of a seed."""
    stage = Stage.fresh(functions, clock)
    shopping.shelve(SKU, units=LAST)
    baskets = [shopping.lay_cart(SKU) for _ in range(3)]

    def order(basket: shopping.Basket) -> Callable[[], Reply]:
        return lambda: shopping.place(stage.api, basket)

    answered = replies(interleaved([order(basket) for basket in baskets], seed=seed))
    told = [reply.status if reply.status == 201 else (reply.status, *reply.codes) for reply in answered]
    assert Counter(told) == {201: LAST, (409, "INSUFFICIENT_STOCK"): 1}, f"seed {seed}: {told}"
    assert shopping.stock(SKU) == (LAST, 0, LAST), f"seed {seed}"
    check(settled=False)


def rivals(functions: list[Loaded], clock: Clock, seed: int) -> None:
    """Let the buyer pay again, twice, and cancel, and the bank change its mind, all at once; then let it rest."""
    stage = Stage.fresh(functions, clock)
    basket = shopping.fill_cart(stage.api, SKU)
    order = stage.order("tok_declined", basket=basket)
    stage.pumps.drain()
    webhook = sandbox.settle(order.charge_key, even_if_over=seed % 2 == 0)
    answered = replies(
        interleaved(
            [
                lambda: shopping.pay_again(stage.api, order, "tok_success"),
                lambda: shopping.cancel(stage.api, order),
                lambda: shopping.pay_again(stage.api, order, "tok_late"),
                lambda: shopping.send_webhook(stage.api, webhook),
            ],
            seed=seed,
        )
    )
    assert all(reply.status in {202, 204, 409} for reply in answered), f"seed {seed}: {answered}"
    assert sum(answered[place].status == 202 for place in (0, 2)) <= 1, f"seed {seed}: two attempts at once"
    stage.rest()
    stage.expire()
    check()
    assert shopping.stored(OrderItem.key_of(order.id)).status in FINAL, f"seed {seed}"


def test_three_buyers_of_the_last_two(functions: list[Loaded], clock: Clock) -> None:
    for seed in range(SEEDS):
        buyers_of_the_last(functions, clock, seed)


def test_one_order_wanted_in_many_ways_at_once(functions: list[Loaded], clock: Clock) -> None:
    for seed in range(RIVAL_SEEDS):
        rivals(functions, clock, seed)


@pytest.mark.torture
def test_many_more_orders_of_calls(functions: list[Loaded], clock: Clock) -> None:
    for seed in range(10_000):
        buyers_of_the_last(functions, clock, seed)
        if seed % 5 == 0:
            rivals(functions, clock, seed)
