"""Where the units for an order are taken from."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from infra.local.recorder import record
from pushcart.inventory import service
from pushcart.inventory.models import StockItem
from pushcart.inventory.service import InsufficientStock, Place, ReservedLine, Wanted
from Test_py.support.shopkeeping import operations, stored
from Test_py.support.stockkeeping import shelve
from utils.clock import now
from utils.errors import Overtaken
from utils.transaction import Transaction


@pytest.fixture(autouse=True)
def tables(aws: None) -> None:
    """Empty tables for each test."""


def allocate(*wants: Wanted) -> list[ReservedLine]:
    """Read what is wanted where it is thought to be, as checkout does, and allocate."""
    tx = Transaction(batch=True)
    found = tx.read(*(service.stock_key(want.sku, *(want.place or Place())) for want in wants))
    return service.allocate(tx, wants, found)


def free(sku: str, *place: Any) -> int:
    return int(stored(service.stock_key(sku, *place)).available)


def test_a_hint_that_holds_costs_no_call() -> None:
    shelve("A", 5)
    shelve("A", 5, location_id="loc_2")
    with record() as calls:
        lines = allocate(Wanted("A", 5, Place("loc_2", 0)))
    assert lines == [ReservedLine("A", "loc_2", 5)]
    assert operations(calls) == ["BatchGetItem"]


def test_whoever_is_short_there_is_served_from_elsewhere_by_one_query() -> None:
    shelve("A", 1)
    shelve("A", 2, location_id="loc_2")
    shelve("B", 1)
    with record() as calls:
        lines = allocate(Wanted("A", 2), Wanted("B", 1))
    assert lines == [ReservedLine("A", "loc_2", 2), ReservedLine("B", "main", 1)]
    assert operations(calls) == ["BatchGetItem", "Query"]


def test_a_place_that_is_gone_is_no_end() -> None:
    shelve("A", 3)
    assert allocate(Wanted("A", 2, Place("loc_9", 4))) == [ReservedLine("A", "main", 2)]


def test_a_line_is_taken_whole_from_one_location() -> None:
    shelve("A", 2)
    shelve("A", 2, location_id="loc_2")
    with pytest.raises(InsufficientStock) as short:
        allocate(Wanted("A", 3))
    assert [entry.detail for entry in short.value.entries] == ["A: requested 3, available 2"]


def test_every_short_sku_is_told() -> None:
    shelve("A", 2)
    shelve("B", 9)
    with pytest.raises(InsufficientStock) as short:
        allocate(Wanted("A", 3), Wanted("B", 9), Wanted("GONE", 1))
    assert [entry.detail for entry in short.value.entries] == [
        "A: requested 3, available 2",
        "GONE: requested 1, available 0",
    ]


def test_two_lines_of_one_sku_do_not_count_on_the_same_units() -> None:
    shelve("A", 3)
    shelve("A", 2, location_id="loc_2")
    assert allocate(Wanted("A", 2), Wanted("A", 2)) == [ReservedLine("A", "main", 2), ReservedLine("A", "loc_2", 2)]
    with pytest.raises(InsufficientStock):
        allocate(Wanted("A", 2), Wanted("A", 2), Wanted("A", 2))


def test_nothing_is_sold_from_an_inactive_location() -> None:
    shelve("A", 5, closed="yes")
    with pytest.raises(InsufficientStock) as short:
        allocate(Wanted("A", 1))
    assert short.value.entries[0].detail == "A: requested 1, available 0"
    tx = Transaction()
    service.reserve(tx, order_id="ord_1", lines=[ReservedLine("A", "main", 1)], held_until=now())
    with pytest.raises(Overtaken):
        tx.commit()


def test_what_only_several_buckets_have_is_gathered_in_one() -> None:
    for bucket, units in enumerate((3, 4, 2)):
        shelve("A", units, bucket=bucket)
    assert allocate(Wanted("A", 8)) == [ReservedLine("A", "main", 8, 1)]
    assert [free("A", "main", bucket) for bucket in range(3)] == [0, 8, 1]
    assert all(
        int(item.on_hand) == int(item.available)
        for item in (stored(StockItem.key_of("A", "main", one)) for one in (0, 1, 2))
    )


def test_what_all_buckets_have_can_be_had() -> None:
    for bucket in range(10):
        shelve("A", 1, bucket=bucket)
    (line,) = allocate(Wanted("A", 10))
    assert (line.quantity, free("A", "main", line.bucket)) == (10, 10)
    with pytest.raises(InsufficientStock):
        allocate(Wanted("A", 11))


def test_buckets_that_were_sold_from_meanwhile_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from pushcart.inventory.repository import stock as repository

    shelve("A", 2)
    shelve("A", 2, bucket=1)
    move = repository.move_free

    def late(tx: Transaction, sku: str, changes: Any) -> None:
        shelve("A", 0, bucket=1, reserved=2)
        shelve("A", 0, reserved=2)
        move(tx, sku, changes)

    monkeypatch.setattr(repository, "move_free", late)
    with pytest.raises(Overtaken):
        allocate(Wanted("A", 3))
    assert (free("A"), free("A", "main", 1)) == (0, 0)


def test_many_who_come_at_once_are_spread_over_the_buckets() -> None:
    for bucket in range(4):
        shelve("A", 100, bucket=bucket)
    chosen = Counter(allocate(Wanted("A", 1, Place("loc_9", 0)))[0].bucket for _ in range(60))
    assert set(chosen) == {0, 1, 2, 3}


def test_a_hint_is_the_place_that_has_most() -> None:
    rows = [StockItem("p", "s", sku="A", location_id=one, bucket=n, available=n) for n, one in enumerate("abc")]
    assert service.hint([*rows, None]) == Place("c", 2)
    rows[2].closed = "yes"
    assert service.hint(rows) == Place("b", 1)
    assert service.hint([]) == service.hint([None]) == Place("main", 0)
