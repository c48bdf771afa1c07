"""Stock as staff count it and the public asks for it."""

from __future__ import annotations

from typing import Any, cast

from pushcart.catalog import service as catalog
from pushcart.inventory.models import MAIN, Place, StockItem
from pushcart.inventory.repository import places
from pushcart.inventory.repository import stock as repository
from pushcart.inventory.repository.arranging import new_stock
from pushcart.inventory.schemas.stock import (
    Inventory,
    InventoryOfSku,
    InventoryQuery,
    Movement,
    MovementQuery,
    SkuAvailability,
    Word,
)
from pushcart.inventory.service.words import best_word
from pushcart.inventory.views import inventory_of, movement_of, place_of, settings_of, together
from utils.errors import NotFound, ValidationFailed
from utils.queries import Page
from utils.transaction import Transaction


def show_stock(tx: Transaction, sku: str, *, location_id: str) -> InventoryOfSku:
    """Show what there is of a SKU, in two calls. One that was never counted has none."""
    claim, settings, location = tx.read(
        catalog.sku_key(sku), places.settings_key(sku), places.location_key(location_id)
    )
    if claim is None or (location is None and location_id != MAIN):
        raise NotFound("stock")
    by_location: dict[str, list[StockItem]] = {}
    for stock in repository.everywhere(sku):
        by_location.setdefault(stock.location_id, []).append(stock)
    here = by_location.get(location_id) or [new_stock(sku, Place(location_id), since=claim.created_at)]
    kept = settings or places.settings(tx, sku)
    if settings is None:
        kept.created_at = kept.updated_at = claim.created_at
    figures = inventory_of(together(here)).model_dump() | {"bucket": None}
    if location_id not in by_location:
        figures["low_stock_threshold"] = int(kept.low_stock_threshold)
    return InventoryOfSku(**figures, places=[place_of(one) for one in by_location.values()], settings=settings_of(kept))


def list_stock(query: InventoryQuery, start: dict[str, Any] | None) -> Page[Inventory]:
    """List stock by SKU, in one call a page.

    Raises
    ------
    ValidationFailed
        When both filters are given: no index answers that.
    """
    if query.location_id is not None and query.low_stock:
        raise ValidationFailed("It is listed by location or by what runs low, not by both.", field="low_stock")
    page = repository.list_stock(
        location_id=query.location_id, low=query.low_stock is not None, limit=query.limit, start=start
    )
    return Page([inventory_of(stock) for stock in page.items], page.last_key)


def list_movements(tx: Transaction, sku: str, query: MovementQuery, start: dict[str, Any] | None) -> Page[Movement]:
    """List what happened to a SKU, latest first, in one call a page; a SKU without any is looked up by one more."""
    page = repository.list_movements(sku, limit=query.limit, start=start)
    if not page.items and start is None and tx.read_one(catalog.sku_key(sku)) is None:
        raise NotFound("SKU")
    return Page([movement_of(movement) for movement in page.items], page.last_key)


def show_availability(tx: Transaction, sku: str) -> SkuAvailability:
    """Tell the public whether a SKU can be had, in two calls. One that is not sold is a 404."""
    if not catalog.is_sold(tx.read_one(catalog.sku_key(sku))):
        raise NotFound("SKU")
    return SkuAvailability(sku=sku, availability=cast(Word, best_word(repository.everywhere(sku))))
