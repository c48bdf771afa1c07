"""Stock and its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pushcart import tables
from pushcart.inventory.models import (
    LOW,
    SHARD,
    AdjustmentItem,
    MovementItem,
    Place,
    StockItem,
    at_location,
    movements_of,
    places_of,
)
from utils.errors import Overtaken
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend


def list_stock(
    *, location_id: str | None = None, low: bool = False, limit: int, start: dict[str, Any] | None
) -> Page[StockItem]:
    """Return a page of stock by SKU, in one call: all of it, what lies at one location, or what runs low."""
    if location_id is not None:
        index, shard = tables.inventory["by_location"], at_location(location_id)
    elif low:
        index, shard = tables.inventory["low_stock"], LOW
    else:
        index, shard = tables.inventory["all"], SHARD
    return query(StockItem, shard, index=index, limit=limit, start=start)


def list_movements(sku: str, *, limit: int, start: dict[str, Any] | None) -> Page[MovementItem]:
    """Return a page of a SKU's ledger, latest first, in one call."""
    return query(MovementItem, movements_of(sku), descending=True, limit=limit, start=start)


def everywhere(sku: str) -> list[StockItem]:
    """Return the stock of a SKU in all its places, in one call: there are at most :data:`MAX_PLACES`."""
    return query(StockItem, places_of(sku), prefix="LOC#", consistent=True).items


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


def move_free(tx: Transaction, sku: str, changes: Mapping[Place, int]) -> None:
    """Append: so many free units more, or fewer, in each place. Blind: many may sell from the same places."""
    for place, change in changes.items():
        tx.adjust(
            StockItem.key_of(sku, *place),
            StockItem.on_hand.set(StockItem.on_hand + change),
            StockItem.available.set(StockItem.available + change),
            StockItem.version.set(StockItem.version + 1),
            StockItem.updated_at.set(tx.moment),
            when=StockItem.available >= max(0, -change),
            refused=Overtaken(),
        )


def note_adjustment(tx: Transaction, adjustment: AdjustmentItem) -> None:
    """Append why."""
    tx.create(adjustment, taken=Overtaken())


def require_unchanged(tx: Transaction, stock: StockItem) -> None:
    """Append a check that nothing has moved since ``stock`` was read."""
    tx.require(stock.key, StockItem.version == stock.version, refused=Overtaken())


def enter(tx: Transaction, movement: MovementItem) -> None:
    """Append a line of the ledger. The key is the event's and the line's, so writing it again changes nothing."""
    tx.put(movement)
