"""What orders hold: promised, kept, given back. Composed into the transactions of orders and payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pushcart.inventory import repository
from pushcart.inventory.models import MAIN, ReservationItem, ReservationStatus, ReservedLine, StockItem
from utils.models import Key
from utils.queries import Page
from utils.transaction import Transaction


def stock_key(sku: str, location_id: str = MAIN) -> Key:
    """Return the address of the stock of ``sku`` at a location."""
    return StockItem.key_of(sku, location_id)


def reservation_key(order_id: str) -> Key:
    """Return the address of what an order holds."""
    return ReservationItem.key_of(order_id)


def reserve(tx: Transaction, *, order_id: str, lines: Sequence[ReservedLine], held_until: datetime) -> None:
    """Promise units to an order until ``held_until``, all lines or none.

    Two lines of one SKU and location are taken together, since a transaction touches an item once. When the commit
    is refused, every short SKU is told: :class:`InsufficientStock`, one entry each.

    Example
    -------
    >>> reserve(tx, order_id=order.id, lines=[ReservedLine("MUG-1", "main", 2)], held_until=soon)  # doctest: +SKIP
    """
    together = _together(lines)
    for line in together:
        repository.take(tx, line)
    repository.hold(tx, order_id, together, held_until=held_until)


def commit_reservation(tx: Transaction, reservation: ReservationItem) -> None:
    """Keep the units for an order that is paid. They stay reserved until they leave the house.

    Raises
    ------
    InvalidState
        When they are not held any more.
    """
    repository.move_reservation(tx, reservation, ReservationStatus.COMMITTED, only_from=[ReservationStatus.HELD])


def release(tx: Transaction, reservation: ReservationItem) -> None:
    """Give every unit of an order back to what can be sold.

    Raises
    ------
    InvalidState
        When that has been done.
    """
    held = [ReservationStatus.HELD, ReservationStatus.COMMITTED]
    repository.move_reservation(tx, reservation, ReservationStatus.RELEASED, only_from=held)
    for line in reservation.reserved_lines:
        repository.give_back(tx, line)


def reserve_again(tx: Transaction, reservation: ReservationItem, *, held_until: datetime | None = None) -> None:
    """Promise released units once more, for an order that was paid after it had expired.

    Parameters
    ----------
    held_until
        Hold them until then; without it they are committed at once.

    Raises
    ------
    InvalidState
        When they were not released. At the commit: :class:`InsufficientStock`.
    """
    status = ReservationStatus.HELD if held_until else ReservationStatus.COMMITTED
    repository.move_reservation(tx, reservation, status, only_from=[ReservationStatus.RELEASED], held_until=held_until)
    for line in reservation.reserved_lines:
        repository.take(tx, line)


def held_past(moment: datetime, *, limit: int = 100, start: dict[str, Any] | None = None) -> Page[ReservationItem]:
    """Return reservations that should have ended by ``moment``: only ``order_id`` and ``held_until`` are there."""
    return repository.held_past(moment, limit=limit, start=start)


def _together(lines: Sequence[ReservedLine]) -> list[ReservedLine]:
    sums: dict[tuple[str, str], int] = {}
    for line in lines:
        address = (line.sku, line.location_id)
        sums[address] = sums.get(address, 0) + line.quantity
    return [ReservedLine(sku, location_id, quantity) for (sku, location_id), quantity in sums.items()]
