"""Functions whose clocks are ten minutes apart: orders may end otherwise than meant, and no invariant breaks."""

from __future__ import annotations

from datetime import datetime

from infra.local.gateway import Gateway
from infra.local.pumps import Pumps
from pushcart.orders.models import OrderItem
from pushcart.payments import sandbox
from pushcart.states import OrderStatus
from Test_py.reliability.flows import SKU, Stage
from Test_py.reliability.invariants import check
from Test_py.reliability.skew import APART, Clocks, clocks_apart
from Test_py.support import parcels, shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from utils.clock import now
from utils.declarations import Handler, Loaded

TOKENS = ("tok_success", "tok_declined", "tok_requires_action", "tok_timeout", "tok_late")
REFUND_TOKENS = ("tok_success", "tok_refund_timeout", "tok_refund_late")
SEEDS, LATER_SEEDS = 20, 6
ENDS = {OrderStatus.CONFIRMED, OrderStatus.EXPIRED, OrderStatus.CANCELLED}


def live(functions: list[Loaded], clock: Clock, seed: int) -> OrderStatus:
    """Let an order live its life between functions of different times; return how it ended."""
    stage, clocks = Stage.fresh(functions, clock), Clocks(functions, seed)
    stage.api, stage.pumps = Api(Gateway(functions, call=clocks)), Pumps(functions, deliver=clocks)
    token = TOKENS[seed % len(TOKENS)]
    order = stage.order(token, basket=shopping.fill_cart(stage.api, SKU))
    stage.redeliver()
    if token == "tok_late":
        assert shopping.send_webhook(stage.api, sandbox.settle(order.charge_key)).status in {204, 401}
    if token == "tok_declined":
        assert shopping.pay_again(stage.api, order, "tok_success").status in {202, 409}
    if token == "tok_requires_action":
        assert shopping.cancel(stage.api, order).status in {202, 409}
    stage.redeliver()
    check(settled=False)
    stage.expire()
    check()
    return OrderStatus(shopping.stored(OrderItem.key_of(order.id)).status)


def test_no_invariant_breaks(functions: list[Loaded], clock: Clock) -> None:
    with clocks_apart():
        ends = {live(functions, clock, seed) for seed in range(SEEDS)}
    assert ends <= ENDS
    assert OrderStatus.CONFIRMED in ends


def live_on(functions: list[Loaded], clock: Clock, seed: int) -> OrderStatus:
    """Let a paid order be sent, sent back and its money given back, or be called off; return how it ended.

    The workers' clocks are off. That of a route is not: ten minutes are the life of a session's token.
    """
    stage, clocks = Stage.fresh(functions, clock), Clocks(functions, seed)
    order = stage.order(REFUND_TOKENS[seed % len(REFUND_TOKENS)], basket=stage.cart())
    stage.pumps.drain()
    stage.pumps = Pumps(functions, deliver=clocks)
    staff = stage.staff()
    if seed % 2:
        assert shopping.cancel(stage.api, order).status == 202
    else:
        parcels.shipped(stage.api, staff, order)
        item = parcels.asked_back(stage.api, order, SKU, by=staff)
        parcels.decided(stage.api, staff, item, "approved", "received", "refunded")
    stage.redeliver()
    for charge in shopping.charges():
        for refund_key in charge.book("refunds_pending"):
            webhook = sandbox.settle_refund(charge.charge_key, refund_key)
            assert shopping.send_webhook(stage.api, webhook).status == 204
    check(settled=False)
    stage.rest()
    books = check()
    assert not [one for all_of in books.refunds.values() for one in all_of if one.is_pending]
    return OrderStatus(books.orders[order.id].status)


def test_no_invariant_breaks_where_goods_and_money_come_back(functions: list[Loaded], clock: Clock) -> None:
    with clocks_apart():
        ends = {live_on(functions, clock, seed) for seed in range(LATER_SEEDS)}
    assert ends == {OrderStatus.CANCELLED, OrderStatus.PROCESSING}


def test_the_clocks_are_apart(functions: list[Loaded], clock: Clock) -> None:
    seen: dict[str, datetime] = {}

    def looking(name: str) -> Handler:
        return lambda event, context: seen.update({name: now()})

    clocks = Clocks(functions, seed=0)
    with clocks_apart():
        for loaded in functions:
            clocks(loaded._replace(handler=looking(loaded.declaration.name)), {})
        here = now()
    ahead = {name for name, moment in seen.items() if moment - here > APART / 2}
    assert ahead == {name for name, offset in clocks.offsets.items() if offset}
    assert 0 < len(ahead) < len(functions)
    assert abs(now() - here) < APART / 2
