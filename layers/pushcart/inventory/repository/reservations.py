"""What orders hold: taken, given back, sent off, come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition

from pushcart import tables
from pushcart.inventory.errors import InsufficientStock
from pushcart.inventory.models import HELD, ReservationItem, ReservationStatus, ReservedLine, StockItem
from utils.clock import rfc3339
from utils.errors import Conflict, InvalidState, Overtaken, Problem
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend


def held_past(moment: datetime, *, limit: int, start: dict[str, Any] | None) -> Page[ReservationItem]:
    """Return reservations that should have ended by ``moment``, the oldest first: their keys and ``held_until``."""
    index = tables.inventory["held_until"]
    return query(ReservationItem, HELD, index=index, until=rfc3339(moment), limit=limit, start=start)


def take(tx: Transaction, line: ReservedLine) -> None:
    """Append: units that could be sold are promised, if there are enough of them. Blind, since many buy at once.

    A refusal says that this place has not enough; others may, so whoever asked looks again.
    """
    enough = (StockItem.available >= line.quantity) & StockItem.closed.does_not_exist()
    _move(tx, line, available=-1, reserved=1, when=enough, refused=Overtaken())


def take_again(tx: Transaction, line: ReservedLine) -> None:
    """Append: units are promised once more to an order that was paid; a refusal says that they are gone."""
    _move(tx, line, available=-1, reserved=1, when=StockItem.available >= line.quantity, refused=_short(line))


def give_back(tx: Transaction, line: ReservedLine) -> None:
    """Append: promised units can be sold again."""
    broken = Conflict(f"Less of {line.sku} is reserved than is to be given back.")
    _move(tx, line, available=1, reserved=-1, when=StockItem.reserved >= line.quantity, refused=broken)


def send_off(tx: Transaction, line: ReservedLine) -> None:
    """Append: promised units leave the house."""
    broken = Conflict(f"Less of {line.sku} is reserved than is to be shipped.")
    _move(tx, line, on_hand=-1, reserved=-1, when=StockItem.reserved >= line.quantity, refused=broken)


def take_in(tx: Transaction, line: ReservedLine) -> None:
    """Append: units are back and can be sold again. They go to the bucket that is always there."""
    unknown = Conflict(f"{line.sku} has never been at {line.location_id}.")
    _move(tx, line._replace(bucket=0), on_hand=1, available=1, when=StockItem.pk.exists(), refused=unknown)


def _move(
    tx: Transaction,
    line: ReservedLine,
    *,
    on_hand: int = 0,
    available: int = 0,
    reserved: int = 0,
    when: Condition,
    refused: Problem | Callable[[dict[str, Any] | None], Problem],
) -> None:
    steps = [(StockItem.on_hand, on_hand), (StockItem.available, available), (StockItem.reserved, reserved)]
    tx.adjust(
        StockItem.key_of(line.sku, line.location_id, line.bucket),
        *(figure.set(figure + step * line.quantity) for figure, step in steps if step),
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
    lines: Iterable[ReservedLine] | None = None,
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
    if lines is not None:
        changes["lines"] = [line.as_data() for line in lines]
    amend(tx, reservation, refused=Overtaken(), **changes)
