"""Stock as staff count it and the public asks for it."""

from __future__ import annotations

from typing import Any, cast

from pushcart.catalog import service as catalog
from pushcart.inventory import events
from pushcart.inventory.errors import InsufficientStock
from pushcart.inventory.models import MAIN, MAX_STOCK, AdjustmentItem, StockItem
from pushcart.inventory.repository import stock as repository
from pushcart.inventory.schemas import (
    Adjustment,
    Inventory,
    InventoryQuery,
    Movement,
    MovementQuery,
    NewAdjustment,
    SkuAvailability,
    Word,
)
from pushcart.inventory.service.words import best_word
from pushcart.inventory.views import adjustment_of, inventory_of, movement_of
from pushcart.outbox.service import announce
from utils.access import Principal
from utils.errors import Conflict, NotFound, ValidationFailed
from utils.ids import new_id
from utils.queries import Page
from utils.transaction import Transaction


def adjust_stock(tx: Transaction, principal: Principal, sku: str, data: NewAdjustment) -> Adjustment:
    """Note units that came or went, and why.

    Raises
    ------
    NotFound
        When there is no such SKU.
    ValidationFailed
        When there is no such location.
    InsufficientStock
        When more are to go than are free: what is promised to orders cannot be taken away.
    """
    _refuse_unknown(data.location_id)
    claim, found = tx.read(catalog.sku_key(sku), StockItem.key_of(sku, data.location_id))
    if claim is None:
        raise NotFound("SKU")
    stock: StockItem = found or _no_stock(sku, data.location_id, since=tx.moment)
    if stock.available + data.delta < 0:
        raise InsufficientStock(sku, requested=-data.delta, available=int(stock.available))
    if stock.on_hand + data.delta > MAX_STOCK:
        raise Conflict(f"There can be at most {MAX_STOCK} of a SKU.", field="delta")
    repository.count_in(tx, stock, data.delta, is_new=found is None)
    adjustment = _adjustment(tx, principal, sku, data)
    repository.note_adjustment(tx, adjustment)
    happening = events.adjusted(sku=sku, location_id=data.location_id, delta=data.delta, reason=data.reason)
    announce(tx, aggregate=adjustment.id, sequence=1, **happening)
    return adjustment_of(adjustment, stock)


def show_stock(tx: Transaction, sku: str, *, location_id: str) -> Inventory:
    """Show what there is of a SKU, in one call. One that was never counted has none."""
    claim, stock = tx.read(catalog.sku_key(sku), StockItem.key_of(sku, location_id))
    if claim is None or location_id != MAIN:
        raise NotFound("stock")
    return inventory_of(stock or _no_stock(sku, location_id, since=claim.created_at))


def list_stock(query: InventoryQuery, start: dict[str, Any] | None) -> Page[Inventory]:
    """List all stock by SKU, in one call a page."""
    page = repository.list_stock(limit=query.limit, start=start)
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


def _refuse_unknown(location_id: str) -> None:
    if location_id != MAIN:
        raise ValidationFailed("There is no such location.", field="location_id", detail=location_id)


def _no_stock(sku: str, location_id: str, *, since: str) -> StockItem:
    key = StockItem.key_of(sku, location_id)
    return StockItem(key.pk, key.sk, sku=sku, location_id=location_id, created_at=since, updated_at=since)


def _adjustment(tx: Transaction, principal: Principal, sku: str, data: NewAdjustment) -> AdjustmentItem:
    adjustment_id = new_id("adj")
    key = AdjustmentItem.key_of(adjustment_id)
    return AdjustmentItem(
        key.pk,
        key.sk,
        id=adjustment_id,
        sku=sku,
        location_id=data.location_id,
        delta=data.delta,
        reason=data.reason,
        note=data.note,
        made_by=principal.id,
        created_at=tx.moment,
    )
