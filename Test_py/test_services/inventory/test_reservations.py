"""What orders hold of stock: the pieces that checkout, payment and expiry are composed of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.recorder import record
from pushcart.inventory import service
from pushcart.inventory.models import ReservationItem, StockItem
from pushcart.inventory.service import InsufficientStock, ReservedLine
from Test_py.support.shopkeeping import stored
from Test_py.support.stockkeeping import shelve
from utils.clock import now
from utils.errors import Conflict, InvalidState, Overtaken, Problem
from utils.transaction import Transaction


@pytest.fixture(autouse=True)
def tables(aws: None) -> None:
    """Empty tables for each test."""


def figures(sku: str, *place: Any) -> tuple[int, int, int]:
    """Return what is on hand, available and reserved; the first is always the sum of the others."""
    stock = stored(service.stock_key(sku, *place))
    assert stock.on_hand == stock.available + stock.reserved
    assert min(stock.available, stock.reserved) >= 0
    return int(stock.on_hand), int(stock.available), int(stock.reserved)


def reserve(order_id: str, *lines: tuple[str, int], seconds: int = 900) -> None:
    tx = Transaction()
    held = [ReservedLine(sku, "main", quantity) for sku, quantity in lines]
    service.reserve(tx, order_id=order_id, lines=held, held_until=now() + timedelta(seconds=seconds))
    tx.commit()


def move(act: Any, order_id: str = "ord_1", **options: Any) -> ReservationItem:
    tx = Transaction()
    reservation: ReservationItem = tx.read_one(service.reservation_key(order_id))
    act(tx, reservation, **options)
    tx.commit()
    after: ReservationItem = stored(service.reservation_key(order_id))
    assert (after.status, after.version, after.held_shard) == (
        reservation.status,
        reservation.version,
        reservation.held_shard,
    )
    return after


ALWAYS: dict[str, Any] = {"when": StockItem.pk.exists(), "refused": Overtaken()}


def due(seconds: int) -> list[str]:
    return [one.order_id for one in service.held_past(now() + timedelta(seconds=seconds)).items]


def test_units_are_held_for_a_while() -> None:
    shelve("A", 5)
    shelve("B", 2)
    reserve("ord_1", ("A", 3), ("B", 2))
    assert (figures("A"), figures("B")) == ((5, 2, 3), (2, 0, 2))
    held = stored(service.reservation_key("ord_1"))
    assert (held.order_id, held.status) == ("ord_1", "held")
    assert held.reserved_lines == (ReservedLine("A", "main", 3), ReservedLine("B", "main", 2))
    assert (due(899), due(901)) == ([], ["ord_1"])


def test_who_is_overtaken_at_a_place_holds_nothing_and_is_told_to_look_again() -> None:
    shelve("A", 5)
    shelve("B", 1)
    with pytest.raises(Overtaken):
        reserve("ord_1", ("B", 2), ("A", 5), ("GONE", 1))
    assert figures("A") == (5, 5, 0)
    assert stored(service.reservation_key("ord_1")) is None


def test_two_lines_of_one_sku_are_taken_together() -> None:
    shelve("A", 5)
    with pytest.raises(Overtaken):
        reserve("ord_1", ("A", 3), ("A", 3))
    reserve("ord_1", ("A", 3), ("A", 2))
    assert figures("A") == (5, 0, 5)


def test_an_order_holds_once() -> None:
    shelve("A", 5)
    reserve("ord_1", ("A", 1))
    with pytest.raises(Conflict):
        reserve("ord_1", ("A", 1))
    assert figures("A") == (5, 4, 1)


def test_what_is_paid_stays_reserved_and_is_due_no_more() -> None:
    shelve("A", 5)
    reserve("ord_1", ("A", 3), seconds=0)
    assert move(service.commit_reservation).status == "committed"
    assert (figures("A"), due(1)) == ((5, 2, 3), [])
    with pytest.raises(InvalidState):
        move(service.commit_reservation)


@pytest.mark.parametrize("paid", [False, True])
def test_what_is_released_can_be_sold_again_once(paid: bool) -> None:
    shelve("A", 5)
    reserve("ord_1", ("A", 3), seconds=0)
    if paid:
        move(service.commit_reservation)
    assert move(service.release).status == "released"
    assert (figures("A"), due(1)) == ((5, 5, 0), [])
    with pytest.raises(InvalidState):
        move(service.release)
    assert figures("A") == (5, 5, 0)


def test_two_who_release_at_once_give_back_once() -> None:
    shelve("A", 5)
    reserve("ord_1", ("A", 3))
    first, second = Transaction(), Transaction()
    for tx in (first, second):
        service.release(tx, tx.read_one(service.reservation_key("ord_1")))
    first.commit()
    with pytest.raises(Overtaken):
        second.commit()
    assert figures("A") == (5, 5, 0)


def test_what_was_paid_too_late_is_reserved_again() -> None:
    shelve("A", 5)
    reserve("ord_1", ("A", 3))
    with pytest.raises(InvalidState):
        move(service.reserve_again)
    move(service.release)
    after = move(service.reserve_again)
    assert (after.status, figures("A"), due(3600)) == ("committed", (5, 2, 3), [])


def test_what_is_reserved_again_may_be_held_for_a_while() -> None:
    shelve("A", 5)
    reserve("ord_1", ("A", 3), seconds=0)
    move(service.release)
    after = move(service.reserve_again, held_until=now() + timedelta(seconds=60))
    assert (after.status, due(30), due(61)) == ("held", [], ["ord_1"])


def test_what_is_gone_cannot_be_reserved_again() -> None:
    shelve("A", 3)
    reserve("ord_1", ("A", 3))
    move(service.release)
    reserve("ord_2", ("A", 1))
    with pytest.raises(InsufficientStock):
        move(service.reserve_again)
    assert stored(service.reservation_key("ord_1")).status == "released"
    assert figures("A") == (3, 2, 1)


def test_what_is_due_comes_in_pages_the_oldest_first() -> None:
    shelve("A", 9)
    for number in (3, 1, 2):
        reserve(f"ord_{number}", ("A", 1), seconds=number)
    page = service.held_past(now() + timedelta(seconds=60), limit=2)
    rest = service.held_past(now() + timedelta(seconds=60), limit=2, start=page.last_key)
    assert [one.order_id for one in (*page.items, *rest.items)] == ["ord_1", "ord_2", "ord_3"]
    assert page.items[0].held_until < page.items[1].held_until


def test_what_is_paid_too_late_may_come_from_another_bucket_but_not_from_another_place() -> None:
    shelve("A", 3)
    shelve("A", 3, bucket=1)
    shelve("A", 9, location_id="loc_2")
    reserve("ord_1", ("A", 3))
    move(service.release)
    reserve("ord_2", ("A", 2))
    assert move(service.reserve_again).reserved_lines == (ReservedLine("A", "main", 3, 1),)
    assert (figures("A"), figures("A", "main", 1)) == ((3, 1, 2), (3, 0, 3))
    move(service.release)
    reserve("ord_3", ("A", 1))
    tx = Transaction()
    tx.adjust(service.stock_key("A", "main", 1), StockItem.available.set(2), StockItem.on_hand.set(2), **ALWAYS)
    tx.commit()
    with pytest.raises(InsufficientStock):
        move(service.reserve_again)
    assert figures("A", "loc_2") == (9, 9, 0)


def test_what_is_sent_leaves_the_house_and_the_reservation() -> None:
    shelve("A", 5)
    shelve("B", 2)
    reserve("ord_1", ("A", 3), ("B", 2))
    with pytest.raises(InvalidState):
        move(service.ship, lines=[ReservedLine("A", "main", 1)])
    move(service.commit_reservation)
    after = move(service.ship, lines=[ReservedLine("A", "main", 1), ReservedLine("B", "main", 2)])
    assert (after.status, after.reserved_lines) == ("committed", (ReservedLine("A", "main", 2),))
    assert (figures("A"), figures("B")) == ((4, 2, 2), (0, 0, 0))
    after = move(service.ship, lines=[ReservedLine("A", "main", 2)])
    assert (after.status, after.reserved_lines, figures("A")) == ("shipped", (), (2, 2, 0))
    with pytest.raises(InvalidState):
        move(service.release)


@pytest.mark.parametrize(("sku", "location", "quantity"), [("A", "main", 4), ("A", "loc_2", 1), ("B", "main", 1)])
def test_no_more_is_sent_than_is_held(sku: str, location: str, quantity: int) -> None:
    shelve("A", 5)
    shelve("B", 5)
    reserve("ord_1", ("A", 3))
    move(service.commit_reservation)
    with pytest.raises(InvalidState):
        move(service.ship, lines=[ReservedLine(sku, location, quantity)])
    assert (figures("A"), figures("B")) == ((5, 2, 3), (5, 5, 0))


def test_what_is_left_after_a_parcel_is_given_back() -> None:
    shelve("A", 5)
    reserve("ord_1", ("A", 3))
    move(service.commit_reservation)
    move(service.ship, lines=[ReservedLine("A", "main", 1)])
    assert (move(service.release).status, figures("A")) == ("released", (4, 4, 0))


def test_two_who_send_the_same_parcel_send_it_once() -> None:
    shelve("A", 5)
    reserve("ord_1", ("A", 3))
    move(service.commit_reservation)
    first, second = Transaction(), Transaction()
    for tx in (first, second):
        service.ship(tx, tx.read_one(service.reservation_key("ord_1")), [ReservedLine("A", "main", 2)])
    first.commit()
    with pytest.raises(Overtaken):
        second.commit()
    assert figures("A") == (3, 2, 1)


def test_units_are_sent_from_the_bucket_that_holds_them_whatever_the_order_says() -> None:
    shelve("A", 5, bucket=2)
    tx = Transaction()
    service.reserve(tx, order_id="ord_1", lines=[ReservedLine("A", "main", 3, 2)], held_until=now())
    tx.commit()
    move(service.commit_reservation)
    assert move(service.ship, lines=[ReservedLine("A", "main", 3)]).status == "shipped"
    assert figures("A", "main", 2) == (2, 2, 0)


def test_what_comes_back_can_be_sold_again() -> None:
    shelve("A", 1)
    tx = Transaction()
    service.restock(tx, [ReservedLine("A", "main", 2, 3), ReservedLine("A", "main", 1)])
    tx.commit()
    assert figures("A") == (4, 4, 0)
    tx = Transaction()
    service.restock(tx, [ReservedLine("A", "loc_2", 1)])
    with pytest.raises(Conflict):
        tx.commit()
    assert stored(service.stock_key("A", "loc_2")) is None


def test_fifty_lines_fit_in_and_out() -> None:
    lines = [(f"S-{number:02d}", 2) for number in range(50)]
    for sku, _ in lines:
        shelve(sku, 2)
    reserve("ord_1", *lines)
    move(service.release)
    move(service.reserve_again)
    assert {figures(sku) for sku, _ in lines} == {(2, 0, 2)}
    held = [ReservedLine(sku, "main", quantity) for sku, quantity in lines]
    with record() as calls:
        move(service.ship, lines=held)
    (sent,) = [call for call in calls if call.operation == "TransactWriteItems"]
    assert len(sent.parameters["TransactItems"]) == 51
    tx = Transaction()
    service.restock(tx, held)
    tx.commit()
    assert {figures(sku) for sku, _ in lines} == {(2, 2, 0)}


def test_as_many_are_sold_as_there_are() -> None:
    shelve("A", 5)

    def buy(number: int) -> bool:
        try:
            reserve(f"ord_{number}", ("A", 1))
        except Overtaken:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(buy, range(32))) == 5
    assert figures("A") == (5, 0, 5)


def ship_one(tx: Transaction, reservation: ReservationItem) -> None:
    service.ship(tx, reservation, [ReservedLine("A", "main", 1)])


STEPS = st.tuples(
    st.sampled_from(["reserve", "commit", "release", "again", "ship"]), st.integers(1, 3), st.integers(1, 4)
)


@given(st.lists(STEPS, max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_the_figures_agree(steps: list[tuple[str, int, int]]) -> None:
    """Walk by legal and illegal steps; after each, what is reserved is what the reservations say."""
    from Test_py.support import environment

    environment.restore()
    shelve("A", 6)
    acts = {"commit": service.commit_reservation, "release": service.release, "again": service.reserve_again}
    acts["ship"] = ship_one
    for step, number, quantity in steps:
        try:
            if step == "reserve":
                reserve(f"ord_{number}", ("A", quantity))
            elif stored(service.reservation_key(f"ord_{number}")):
                move(acts[step], f"ord_{number}")
        except Problem:
            pass
        reservations = [stored(service.reservation_key(f"ord_{one}")) for one in (1, 2, 3)]
        live = [one for one in reservations if one and one.status != "released"]
        assert figures("A")[2] == sum(line.quantity for one in live for line in one.reserved_lines)
