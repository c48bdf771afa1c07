"""What orders hold: promised, kept, given back, sent off. Composed into the transactions of orders and payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pushcart.inventory.errors import InsufficientStock
from pushcart.inventory.models import MAIN, ReservationItem, ReservationStatus, ReservedLine, StockItem
from pushcart.inventory.repository import reservations as repository
from pushcart.inventory.repository import stock as stocks
from pushcart.inventory.service.allocation import look_around
from utils.errors import InvalidState
from utils.models import Key
from utils.queries import Page
from utils.transaction import Transaction


def stock_key(sku: str, location_id: str = MAIN, bucket: int = 0) -> Key:
    """Return the address of the stock of ``sku`` at a location; of a hot SKU, in one of its buckets there."""
    return StockItem.key_of(sku, location_id, bucket)


def reservation_key(order_id: str) -> Key:
    """Return the address of what an order holds."""
    return ReservationItem.key_of(order_id)


def reserve(tx: Transaction, *, order_id: str, lines: Sequence[ReservedLine], held_until: datetime) -> None:
    """Promise units to an order until ``held_until``, all lines or none.

    Two lines of one SKU and place are taken together, since a transaction touches an item once. A commit that is
    refused because a place has not enough any more is :class:`~utils.errors.Overtaken`: the use case runs again, and
    :func:`~pushcart.inventory.service.allocate` looks at all places before it says that there are no more.

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
    """Give every unit of an order that is still here back to what can be sold.

    Raises
    ------
    InvalidState
        When that has been done, or all have left the house.
    """
    held = [ReservationStatus.HELD, ReservationStatus.COMMITTED]
    repository.move_reservation(tx, reservation, ReservationStatus.RELEASED, only_from=held)
    for line in reservation.reserved_lines:
        repository.give_back(tx, line)


def reserve_again(tx: Transaction, reservation: ReservationItem, *, held_until: datetime | None = None) -> None:
    """Promise released units once more, for an order that was paid after it had expired.

    They come from the locations that they came from before, though of a hot SKU perhaps from another bucket.

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
    before = reservation.reserved_lines
    found = tx.read(*(stock_key(line.sku, line.location_id, line.bucket) for line in before))
    lines = [_still_there(line, stock) for line, stock in zip(before, found, strict=True)]
    repository.move_reservation(
        tx, reservation, status, only_from=[ReservationStatus.RELEASED], held_until=held_until, lines=lines
    )
    for line in lines:
        repository.take_again(tx, line)


def ship(tx: Transaction, reservation: ReservationItem, lines: Sequence[ReservedLine]) -> None:
    """Take units of a paid order out of the house; the reservation keeps the rest, and is over with the last one.

    Parameters
    ----------
    lines
        What is sent, by SKU and location. The bucket is the reservation's own: an order's lines may name a former one.

    Raises
    ------
    InvalidState
        When the order's units are not its own yet, or any more, or it holds fewer of one.
    """
    rest, sent = list(reservation.reserved_lines), []
    for line in lines:
        missing = line.quantity
        for number, held in enumerate(rest):
            if (held.sku, held.location_id) == (line.sku, line.location_id) and held.quantity and missing:
                taken = min(missing, held.quantity)
                rest[number] = held._replace(quantity=held.quantity - taken)
                sent.append(held._replace(quantity=taken))
                missing -= taken
        if missing:
            raise InvalidState(f"Fewer of {line.sku} are held.", detail=f"{line.sku}: {missing} too many")
    left = [line for line in rest if line.quantity]
    status = ReservationStatus.COMMITTED if left else ReservationStatus.SHIPPED
    repository.move_reservation(tx, reservation, status, only_from=[ReservationStatus.COMMITTED], lines=left)
    for line in _together(sent):
        repository.send_off(tx, line)


def restock(tx: Transaction, lines: Sequence[ReservedLine]) -> None:
    """Take units back that had left the house, so that they can be sold again.

    A commit is refused (``CONFLICT``) where the SKU has never been at that location.
    """
    for line in _together([line._replace(bucket=0) for line in lines]):
        repository.take_in(tx, line)


def held_past(moment: datetime, *, limit: int = 100, start: dict[str, Any] | None = None) -> Page[ReservationItem]:
    """Return reservations that should have ended by ``moment``: only ``order_id`` and ``held_until`` are there."""
    return repository.held_past(moment, limit=limit, start=start)


def _still_there(line: ReservedLine, stock: StockItem | None) -> ReservedLine:
    """Return where a line's units can be had now. Where they are gone the commit tells it, by the place they were."""
    if stock is not None and stock.available >= line.quantity:
        return line
    here = [one for one in stocks.everywhere(line.sku) if one.location_id == line.location_id]
    try:
        return line._replace(bucket=look_around(line.sku, line.quantity, here).bucket)
    except InsufficientStock:
        return line


def _together(lines: Sequence[ReservedLine]) -> list[ReservedLine]:
    sums: dict[ReservedLine, int] = {}
    for line in lines:
        place = line._replace(quantity=0)
        sums[place] = sums.get(place, 0) + line.quantity
    return [place._replace(quantity=quantity) for place, quantity in sums.items()]
