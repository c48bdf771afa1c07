"""As many orders with a capped code as there may be, whoever comes at once; what ends unpaid gives its use back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import count

from Test_py.conftest import Shop
from Test_py.reliability.invariants import check
from Test_py.support import shopping
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.crowd import together
from Test_py.support.pricing import post, promotion_body, used
from Test_py.support.shopkeeping import session
from Test_py.support.shopping import Basket

BUYERS, FEWER, CAP, PRICE = 64, 12, 5, 1250
NUMBERS = count(1)


def offered(api: Api) -> str:
    """Return a promotion of which ``CAP`` orders may have one."""
    return str(post(api, "/promotions", promotion_body("FIRST", max_uses=CAP), session("manager"))["id"])


def basket(api: Api) -> Basket:
    """Return a cart of one mug with the code in it, from a network of its own: codes are not for trying out."""
    filled = shopping.fill_cart(api, "MUG-1")
    path, home = f"/api/v1/carts/{filled.id}/promotions", f"10.7.{next(NUMBERS)}.1"
    reply = api.post(path, json={"code": "first"}, source_ip=home, **filled.credentials)
    assert reply.status in {200, 201}, reply.body
    return filled


def rush(api: Api, buyers: int = BUYERS, payment_token: str = "tok_success") -> list[Reply]:
    """Let everybody order one with the code, all at once."""
    baskets = [basket(api) for _ in range(buyers)]

    def order(one: Basket) -> Callable[[], Reply]:
        return lambda: shopping.place(api, one, payment_token)

    return together([order(one) for one in baskets], threads=buyers)


def assert_sold(replies: list[Reply]) -> None:
    assert Counter(reply.status for reply in replies) == {201: CAP, 409: len(replies) - CAP}
    for reply in replies:
        if reply.status == 201:
            assert reply.data["totals"]["total"]["amount"] == PRICE * 9 // 10
        else:
            (error,) = reply.json["errors"]
            assert (error["code"], error["detail"]) == ("INVALID_STATE", "promotion_used_up: FIRST")


def test_64_buyers_with_a_code_for_5(api: Api, drain: Callable[[], object]) -> None:
    shopping.shelve(units=BUYERS, price=PRICE)
    promotion_id = offered(api)
    assert_sold(rush(api))
    drain()
    assert len(check().orders) == used(promotion_id) == CAP
    assert shopping.stock("MUG-1") == (BUYERS, BUYERS - CAP, CAP)


def test_who_does_not_pay_makes_room_for_others(cloud: Shop, api: Api, clock: Clock) -> None:
    shopping.shelve(units=BUYERS, price=PRICE)
    promotion_id = offered(api)
    assert_sold(rush(api, FEWER, "tok_declined"))
    cloud.pumps.drain()
    assert used(promotion_id) == CAP
    clock.shift(16 * 60)
    cloud.pumps.run_schedules(due_only=False)
    cloud.pumps.drain()
    assert used(promotion_id) == 0
    assert_sold(rush(api, FEWER))
    cloud.pumps.drain()
    check()
    assert used(promotion_id) == CAP
