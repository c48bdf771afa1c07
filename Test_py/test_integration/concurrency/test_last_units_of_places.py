"""As many sales as units, wherever they lie: at several locations, and in the buckets of a hot SKU."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pushcart.inventory import service
from pushcart.inventory.models import StockItem
from pushcart.inventory.repository import stock as repository
from pushcart.inventory.service import InsufficientStock, Place, Wanted
from Test_py.reliability.invariants import InvariantBroken, check
from Test_py.support.crowd import together
from Test_py.support.shopkeeping import stored
from Test_py.support.stockkeeping import shelve
from utils.clock import now
from utils.rerun import until_settled
from utils.transaction import Transaction

BUYERS = 64


@pytest.fixture(autouse=True)
def tables(aws: None) -> None:
    """Empty tables for each test."""


def rush(*wants: Wanted, buyers: int = BUYERS) -> Counter[str]:
    """Let everybody want the same at once, as checkout does, and again if overtaken."""

    def buyer(number: int) -> Callable[[], str]:
        return lambda: until_settled(lambda: attempt(number))

    def attempt(number: int) -> str:
        tx = Transaction(batch=True)
        found = tx.read(*(service.stock_key(want.sku, *(want.place or Place())) for want in wants))
        try:
            lines = service.allocate(tx, wants, found)
        except InsufficientStock:
            return "short"
        service.reserve(tx, order_id=f"ord_{number}", lines=lines, held_until=now() + timedelta(minutes=15))
        tx.commit()
        return "sold"

    return Counter(together([buyer(number) for number in range(buyers)], threads=buyers))


def left(sku: str) -> dict[Place, tuple[int, int]]:
    """Return what is available and reserved in each place."""
    return {one.place: (int(one.available), int(one.reserved)) for one in repository.everywhere(sku)}


def total(sku: str) -> tuple[int, int, int]:
    found = repository.everywhere(sku)
    assert all(one.on_hand == one.available + one.reserved and one.available >= 0 for one in found)
    names = ("on_hand", "available", "reserved")
    on_hand, available, reserved = (sum(int(getattr(one, name)) for one in found) for name in names)
    return on_hand, available, reserved


def test_64_buyers_of_5_units_at_two_locations() -> None:
    shelve("A", 2)
    shelve("A", 3, location_id="loc_2")
    assert rush(Wanted("A", 1)) == {"sold": 5, "short": BUYERS - 5}
    assert left("A") == {Place("main", 0): (0, 2), Place("loc_2", 0): (0, 3)}
    books_balance("A")


def test_64_buyers_of_5_units_over_hot_buckets() -> None:
    for bucket in range(5):
        shelve("A", 1, bucket=bucket)
    assert rush(Wanted("A", 1)) == {"sold": 5, "short": BUYERS - 5}
    assert set(left("A").values()) == {(0, 1)}
    books_balance("A")


def test_whoever_wants_two_of_buckets_that_hold_one_each_gets_two_or_none() -> None:
    for bucket in range(5):
        shelve("A", 1, bucket=bucket)
    assert rush(Wanted("A", 2), buyers=16) == {"sold": 2, "short": 14}
    assert total("A") == (5, 1, 4)
    books_balance("A")


def test_two_lines_and_the_scarcer_one_decides() -> None:
    shelve("A", 2)
    shelve("A", 3, location_id="loc_2")
    shelve("B", 1, bucket=0)
    shelve("B", 2, bucket=1)
    assert rush(Wanted("A", 1), Wanted("B", 1)) == {"sold": 3, "short": BUYERS - 3}
    assert (total("A"), total("B")) == ((5, 2, 3), (3, 0, 3))
    books_balance("A", "B")


def test_two_lines_of_one_sku_are_two_units() -> None:
    shelve("A", 5)
    assert rush(Wanted("A", 1), Wanted("A", 1), buyers=16) == {"sold": 2, "short": 14}
    assert total("A") == (5, 1, 4)
    books_balance("A")


def books_balance(*skus: str) -> None:
    """Hold what each place has reserved against what the reservations say, by the one checker."""
    assert {stock.sku for stock in check(settled=False).stock} == set(skus)


def test_the_checker_tells_buckets_apart() -> None:
    shelve("A", 1, reserved=1)
    shelve("A", 1, bucket=1)
    tx = Transaction()
    lines = [service.ReservedLine("A", "main", 1, 1)]
    service.reserve(tx, order_id="ord_1", lines=lines, held_until=now())
    tx.commit()
    moved: Any = stored(StockItem.key_of("A", "main", 1))
    assert (int(moved.available), int(moved.reserved)) == (0, 1)
    with pytest.raises(InvariantBroken, match="bucket=0"):
        check(settled=False)
