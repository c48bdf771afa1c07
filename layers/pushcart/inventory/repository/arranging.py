"""Bringing a SKU's stock at a location into the shape that it should have. Every piece compares versions."""

from __future__ import annotations

from typing import Any

from pushcart.inventory.models import LOW, LOW_STOCK_THRESHOLD, Place, StockItem, at_location
from utils.errors import Overtaken
from utils.transaction import Transaction
from utils.versions import amend


def new_stock(
    sku: str, place: Place, *, since: str, threshold: int = LOW_STOCK_THRESHOLD, closed: bool = False
) -> StockItem:
    """Return an item for stock where none is."""
    key = StockItem.key_of(sku, *place)
    return StockItem(
        key.pk,
        key.sk,
        sku=sku,
        location_id=place.location_id,
        bucket=place.bucket,
        low_stock_threshold=threshold,
        closed="yes" if closed else None,
        place_shard=at_location(place.location_id),
        created_at=since,
        updated_at=since,
    )


def reshape(tx: Transaction, stock: StockItem, **values: Any) -> None:
    """Append what is to change of one bucket."""
    amend(tx, stock, refused=Overtaken(), **values)


def add(tx: Transaction, stock: StockItem, **values: Any) -> None:
    """Append a bucket that is not there yet."""
    for name, value in values.items():
        setattr(stock, name, value)
    stock.version = 1
    tx.create(stock, taken=Overtaken())


def take_away(tx: Transaction, stock: StockItem) -> None:
    """Append that an empty bucket goes."""
    tx.remove(stock.key, when=StockItem.version == stock.version, refused=Overtaken())


def low_mark(*, low: bool) -> str | None:
    """Return what stands in the index of what runs low."""
    return LOW if low else None
