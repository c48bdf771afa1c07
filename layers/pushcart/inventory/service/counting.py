"""Counting: units that came or went, and why."""

from __future__ import annotations

from collections.abc import Sequence

from pushcart.catalog import service as catalog
from pushcart.inventory import events
from pushcart.inventory.errors import InsufficientStock
from pushcart.inventory.models import MAIN, MAX_PLACES, MAX_STOCK, AdjustmentItem, Place, StockItem
from pushcart.inventory.repository import places
from pushcart.inventory.repository import stock as repository
from pushcart.inventory.repository.arranging import low_mark, new_stock
from pushcart.inventory.schemas.stock import Adjustment, NewAdjustment
from pushcart.inventory.service.arranging import Shape, shape_of
from pushcart.inventory.views import adjustment_of, together
from pushcart.outbox.service import announce
from utils.access import Principal
from utils.errors import Conflict, NotFound, ValidationFailed
from utils.ids import new_id
from utils.transaction import Transaction


def adjust_stock(tx: Transaction, principal: Principal, sku: str, data: NewAdjustment) -> Adjustment:
    """Note units that came or went, and why; at an inactive location too, since things are counted there.

    Raises
    ------
    NotFound
        When there is no such SKU.
    ValidationFailed
        When there is no such location.
    InsufficientStock
        When more are to go than are free: what is promised to orders cannot be taken away.
    """
    at = data.location_id
    claim, found, settings, location = tx.read(
        catalog.sku_key(sku), StockItem.key_of(sku, at), places.settings_key(sku), places.location_key(at)
    )
    if claim is None:
        raise NotFound("SKU")
    if location is None and at != MAIN:
        raise ValidationFailed("There is no such location.", field="location_id", detail=at)
    shape = shape_of(settings, closed=location is not None and not location.active)
    if found is None:
        stock = _count_first(tx, sku, data, shape)
    elif shape.buckets > 1 or found.available + data.delta < 0:
        stock = _count_buckets(tx, sku, data)
    else:
        stock = _counted(found, sku, data.delta)
        repository.count_in(tx, stock, data.delta, is_new=False)
    adjustment = _adjustment(tx, principal, sku, data)
    repository.note_adjustment(tx, adjustment)
    happening = events.adjusted(sku=sku, location_id=at, delta=data.delta, reason=data.reason)
    announce(tx, aggregate=adjustment.id, sequence=1, **happening)
    return adjustment_of(adjustment, stock)


def _count_first(tx: Transaction, sku: str, data: NewAdjustment, shape: Shape) -> StockItem:
    others = {stock.location_id for stock in repository.everywhere(sku)}
    if (len(others) + 1) * shape.buckets > MAX_PLACES:
        raise Conflict(f"A SKU lies in at most {MAX_PLACES} places, buckets counted.", field="location_id")
    place = Place(data.location_id)
    stock = new_stock(sku, place, since=tx.moment, threshold=shape.threshold, closed=shape.closed)
    stock.low_shard = low_mark(low=not shape.closed and data.delta <= shape.threshold)
    repository.count_in(tx, _counted(stock, sku, data.delta), data.delta, is_new=True)
    return stock


def _count_buckets(tx: Transaction, sku: str, data: NewAdjustment) -> StockItem:
    """Put units into the emptiest bucket, or take them from the fullest; the figures are those read and ``delta``."""
    buckets = [stock for stock in repository.everywhere(sku) if stock.location_id == data.location_id]
    stock = _counted(together(buckets), sku, data.delta)
    repository.move_free(tx, sku, _spread(buckets, data.delta))
    stock.on_hand, stock.available = stock.on_hand + data.delta, stock.available + data.delta
    stock.updated_at = tx.moment
    return stock


def _spread(buckets: Sequence[StockItem], delta: int) -> dict[Place, int]:
    if delta > 0:
        return {min(buckets, key=lambda stock: (int(stock.available), int(stock.bucket))).place: delta}
    changes: dict[Place, int] = {}
    for bucket in sorted(buckets, key=lambda stock: -int(stock.available)):
        gone = min(-delta, int(bucket.available))
        if gone:
            changes[bucket.place] = -gone
            delta += gone
    return changes


def _counted(stock: StockItem, sku: str, delta: int) -> StockItem:
    """Return ``stock`` if so many may come or go."""
    if stock.available + delta < 0:
        raise InsufficientStock(sku, requested=-delta, available=int(stock.available))
    if stock.on_hand + delta > MAX_STOCK:
        raise Conflict(f"There can be at most {MAX_STOCK} of a SKU.", field="delta")
    return stock


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
