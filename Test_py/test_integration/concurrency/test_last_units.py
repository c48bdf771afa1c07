"""As many sales as units, whoever comes at once; a 409 for the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from Test_py.reliability.invariants import check
from Test_py.support import environment, shopping
from Test_py.support.client import Api, Reply
from Test_py.support.crowd import together
from Test_py.support.shopping import Basket
from utils import sealing

BUYERS = 64
UNITS = 5
ROUNDS = 100


def rush(api: Api, baskets: Sequence[Basket]) -> list[Reply]:
    """Order what is in every basket, all at once."""

    def order(basket: Basket) -> Callable[[], Reply]:
        return lambda: shopping.place(api, basket)

    return together([order(basket) for basket in baskets], threads=len(baskets))


def assert_sold(replies: Sequence[Reply], units: int) -> None:
    """Hold the answers to: so many orders, and stock that is short for the rest, told by SKU and count."""
    assert Counter(reply.status for reply in replies) == {201: units, 409: len(replies) - units}
    for reply in replies:
        if reply.status == 409:
            assert set(reply.codes) == {"INSUFFICIENT_STOCK"}, reply.body


def test_64_buyers_of_5_units(api: Api, drain: Callable[[], object]) -> None:
    shopping.shelve(units=UNITS)
    baskets = [shopping.fill_cart(api, "MUG-1") for _ in range(BUYERS)]
    assert_sold(rush(api, baskets), UNITS)
    assert shopping.stock("MUG-1") == (UNITS, 0, UNITS)
    drain()
    assert len(check().orders) == UNITS


def test_two_lines_in_each_cart_and_the_scarcer_one_decides(api: Api, drain: Callable[[], object]) -> None:
    shopping.shelve("MUG-1", units=UNITS)
    shopping.shelve("CUP-1", units=UNITS - 2)
    orders = (("MUG-1", "CUP-1"), ("CUP-1", "MUG-1"))
    baskets = [shopping.lay_cart(*orders[number % 2]) for number in range(BUYERS)]
    replies = rush(api, baskets)
    assert_sold(replies, UNITS - 2)
    assert shopping.stock("MUG-1") == (UNITS, 2, UNITS - 2)
    assert shopping.stock("CUP-1") == (UNITS - 2, 0, UNITS - 2)
    assert any("CUP-1" in reply.body.decode() for reply in replies if reply.status == 409)
    drain()
    check()


def test_whoever_wants_two_gets_two_or_none(api: Api, drain: Callable[[], object]) -> None:
    shopping.shelve(units=UNITS)
    baskets = [shopping.fill_cart(api, "MUG-1", quantity=2) for _ in range(BUYERS)]
    assert_sold(rush(api, baskets), UNITS // 2)
    assert shopping.stock("MUG-1") == (UNITS, 1, UNITS - 1)
    drain()
    check()


def test_one_cart_becomes_one_order_whoever_orders_it_how_often(api: Api) -> None:
    shopping.shelve(units=UNITS)
    replies = rush(api, [shopping.fill_cart(api, "MUG-1")] * 16)
    assert Counter(reply.status for reply in replies) == {201: 1, 409: 15}
    assert {code for reply in replies if reply.status == 409 for code in reply.codes} == {"INVALID_STATE"}
    assert shopping.stock("MUG-1") == (UNITS, UNITS - 1, 1)


@pytest.mark.torture
def test_200_buyers_of_1_unit_100_times(api: Api) -> None:
    for _ in range(ROUNDS):
        environment.restore()
        sealing.forget()
        shopping.shelve(units=1)
        assert_sold(rush(api, [shopping.lay_cart("MUG-1") for _ in range(200)]), 1)
        assert shopping.stock("MUG-1") == (1, 0, 1)
        check(settled=False)
