"""Tables that refuse one call in five, where goods leave and come back and money is given back."""

from __future__ import annotations

from collections import Counter

import pytest

from Test_py.reliability.faults import Throttle
from Test_py.reliability.flows import SKU, Stage
from Test_py.reliability.invariants import check
from Test_py.reliability.seam import standing
from Test_py.support import parcels, shopping
from Test_py.support.client import Reply
from Test_py.support.clock import Clock
from Test_py.support.refunds import path_of
from Test_py.support.shopping import Placed
from utils.declarations import Loaded

ORDERS, FEW = 25, 6


def serve(stage: Stage, orders: list[Placed], throttle: Throttle) -> list[Reply]:
    """Of each order: send it, let it arrive, ask it back, give part of its price back and take it in, throttled."""
    staff, replies = stage.staff(), []
    headers = {"if-match": "*"}
    with standing(throttle):
        for number, order in enumerate(orders):
            replies.append(parcels.ship(stage.api, staff, order))
            if replies[-1].status == 201:
                path = f"{order.path}/fulfillments/{replies[-1].data['id']}"
                arrived = {"status": "delivered"}
                replies.append(stage.api.patch(path, json=arrived, token=staff.token, headers=headers))
            refund = stage.api.post(
                path_of(order, "refunds"), json={"amount": 100}, token=staff.token, key=f"back-{number}"
            )
            wanted = [{"sku": SKU, "quantity": 1}]
            replies += [refund, parcels.ask_back(stage.api, order, wanted, by=staff)]
            if replies[-1].status == 201:
                path = f"{parcels.RETURNS}/{replies[-1].data['id']}"
                for status in ("approved", "received"):
                    body = {"status": status}
                    replies.append(stage.api.patch(path, json=body, token=staff.token, headers=headers))
                    if replies[-1].status >= 400:
                        break
    return replies


def shop_with(functions: list[Loaded], clock: Clock, *, count: int) -> tuple[Stage, list[Placed]]:
    """Return a shop in which so many orders are paid."""
    stage = Stage.fresh(functions, clock)
    shopping.shelve(SKU, units=count)
    orders = [shopping.placed(shopping.place(stage.api, shopping.lay_cart(SKU))) for _ in range(count)]
    stage.pumps.drain(max_rounds=1000)
    return stage, orders


def test_one_call_in_five_is_throttled(
    functions: list[Loaded], clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    stage, orders = shop_with(functions, clock, count=ORDERS)
    throttle = Throttle(0.2, seed=1)
    replies = serve(stage, orders, throttle)
    told = Counter(reply.status for reply in replies)
    served = sum(count for status, count in told.items() if status < 300)
    assert set(told) <= {200, 201, 202, 503}, told
    assert served >= 0.995 * len(replies)
    assert 1.1 * throttle.wanted < throttle.attempts <= 1.5 * throttle.wanted
    stage.rest()
    check()
    with capsys.disabled():
        ratio = throttle.attempts / throttle.wanted
        print(f"\n  throttled at 20 %: {served} of {len(replies)} requests served with {ratio:.2f} x the calls")


def test_whoever_is_not_served_is_left_with_nothing_in_part(functions: list[Loaded], clock: Clock) -> None:
    stage, orders = shop_with(functions, clock, count=FEW)
    replies = serve(stage, orders, Throttle(0.7, seed=2))
    refused = [reply for reply in replies if reply.status >= 300]
    assert 2 < len(refused) < len(replies)
    # What was not shipped for want of a table cannot be asked back either.
    assert {(reply.status, *reply.codes) for reply in refused} <= {(503, "UNAVAILABLE"), (409, "INVALID_STATE")}
    check(settled=False)
    stage.rest()
    check()
