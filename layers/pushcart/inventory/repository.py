"""Every read and write of the ``inventory`` table. Each write keeps ``on_hand == available + reserved``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition

from pushcart import tables
from pushcart.inventory.errors import InsufficientStock
from pushcart.inventory.models import (
    HELD,
    SHARD,
    AdjustmentItem,
    MovementItem,
    ReservationItem,
    ReservationStatus,
    ReservedLine,
    StockItem,
    movements_of,
)
from utils.clock import rfc3339
from utils.errors import Conflict, InvalidState, Overtaken, Problem
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend


def list_stock(*, limit: int, start: dict[str, Any] | None) -> Page[StockItem]:
    """Return a page of all stock by SKU, in one call."""
    return query(StockItem, SHARD, index=tables.inventory["all"], limit=limit, start=start)


def list_movements(sku: str, *, limit: int, start: dict[str, Any] | None) -> Page[MovementItem]:
    """Return a page of a SKU's ledger, latest first, in one call."""
    return query(MovementItem, movements_of(sku), descending=True, limit=limit, start=start)


def held_past(moment: datetime, *, limit: int, start: dict[str, Any] | None) -> Page[ReservationItem]:
    """Return reservations that should have ended by ``moment``, the oldest first: their keys and ``held_until``."""
    index = tables.inventory["held_until"]
    return query(ReservationItem, HELD, index=index, until=rfc3339(moment), limit=limit, start=start)


def count_in(tx: Transaction, stock: StockItem, delta: int, *, is_new: bool) -> None:
    """Append ``delta`` units that came or went, to what can be sold; ``is_new`` says that there was no item yet.

    The version is compared, so that the answer can show the figures that this made. A checkout that came between
    makes it run again; checkouts themselves compare nothing and are not held up.
    """
    on_hand, available = stock.on_hand + delta, stock.available + delta
    if is_new:
        stock.on_hand, stock.available, stock.version = on_hand, available, 1
        tx.create(stock, taken=Overtaken())
    else:
        amend(tx, stock, on_hand=on_hand, available=available, refused=Overtaken())


def note_adjustment(tx: Transaction, adjustment: AdjustmentItem) -> None:
    """Append why."""
    tx.create(adjustment, taken=Overtaken())


def take(tx: Transaction, line: ReservedLine) -> None:
    """Append: units that could be sold are promised, if there are enough of them. Blind, since many buy at once."""
    _move(tx, line, -line.quantity, when=StockItem.available >= line.quantity, refused=_short(line))


def give_back(tx: Transaction, line: ReservedLine) -> None:
    """Append: promised units can be sold again."""
    broken = Conflict(f"Less of {line.sku} is reserved than is to be given back.")
    _move(tx, line, line.quantity, when=StockItem.reserved >= line.quantity, refused=broken)


def _move(
    tx: Transaction,
    line: ReservedLine,
    available: int,
    *,
    when: Condition,
    refused: Problem | Callable[[dict[str, Any] | None], Problem],
) -> None:
    tx.adjust(
        StockItem.key_of(line.sku, line.location_id),
        StockItem.available.set(StockItem.available + available),
        StockItem.reserved.set(StockItem.reserved - available),
        StockItem.version.set(StockItem.version + 1),
        StockItem.updated_at.set(tx.moment),
        when=when,
        refused=refused,
    )


def _short(line: ReservedLine) -> Callable[[dict[str, Any] | None], Problem]:
    def tell(raw: dict[str, Any] | None) -> Problem:
        available = int(StockItem.from_raw_data(raw).available) if raw else 0
        return InsufficientStock(line.sku, requested=line.quantity, available=available)

    return tell


def hold(tx: Transaction, order_id: str, lines: Iterable[ReservedLine], *, held_until: datetime) -> None:
    """Append the reservation of an order."""
    key = ReservationItem.key_of(order_id)
    reservation = ReservationItem(
        key.pk,
        key.sk,
        lines=[line.as_data() for line in lines],
        status=ReservationStatus.HELD.value,
        held_until=rfc3339(held_until),
        held_shard=HELD,
        created_at=tx.moment,
        updated_at=tx.moment,
    )
    tx.create(reservation, taken=Conflict("This order holds its units already."))


def move_reservation(
    tx: Transaction,
    reservation: ReservationItem,
    status: ReservationStatus,
    *,
    only_from: Iterable[ReservationStatus],
    held_until: datetime | None = None,
) -> None:
    """Append the reservation's next state. Without ``held_until`` it leaves the sweeper's index.

    Raises
    ------
    InvalidState
        When it is in none of ``only_from``.
    """
    if reservation.status not in set(only_from):
        raise InvalidState(f"The reservation is {reservation.status}.")
    changes: dict[str, Any] = {"status": status.value, "held_shard": HELD if held_until else None}
    if held_until:
        changes["held_until"] = rfc3339(held_until)
    amend(tx, reservation, refused=Overtaken(), **changes)


def require_unchanged(tx: Transaction, stock: StockItem) -> None:
    """Append a check that nothing has moved since ``stock`` was read."""
    tx.require(stock.key, StockItem.version == stock.version, refused=Overtaken())


def enter(tx: Transaction, movement: MovementItem) -> None:
    """Append a line of the ledger. The key is the event's and the line's, so writing it again changes nothing."""
    tx.put(movement)
