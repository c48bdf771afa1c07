"""Items of inventory as the API answers them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from pushcart.addresses import PostalAddress
from pushcart.inventory.models import AdjustmentItem, MovementItem, StockItem
from pushcart.inventory.models.places import LocationItem, StockSettingsItem
from pushcart.inventory.schemas.locations import Location
from pushcart.inventory.schemas.settings import StockSettings
from pushcart.inventory.schemas.stock import Adjustment, Inventory, Movement, Reason, StockPlace


def inventory_of(stock: StockItem) -> Inventory:
    """Show what there is of a SKU in one place."""
    suffix = f".{int(stock.bucket)}" if stock.bucket else ""
    return Inventory(
        id=f"{stock.sku}@{stock.location_id}{suffix}",
        sku=stock.sku,
        location_id=stock.location_id,
        bucket=int(stock.bucket),
        on_hand=int(stock.on_hand),
        available=int(stock.available),
        reserved=int(stock.reserved),
        low_stock_threshold=int(stock.low_stock_threshold),
        created_at=stock.created_at,
        updated_at=stock.updated_at,
        version=int(stock.version),
    )


def together(buckets: Sequence[StockItem]) -> StockItem:
    """Return the figures of several buckets at one location as those of one; never to be stored."""
    first = buckets[0]
    return StockItem(
        first.pk,
        first.sk,
        sku=first.sku,
        location_id=first.location_id,
        on_hand=sum(int(stock.on_hand) for stock in buckets),
        available=sum(int(stock.available) for stock in buckets),
        reserved=sum(int(stock.reserved) for stock in buckets),
        low_stock_threshold=first.low_stock_threshold,
        closed=first.closed,
        created_at=min(stock.created_at for stock in buckets),
        updated_at=max(stock.updated_at for stock in buckets),
        version=sum(int(stock.version) for stock in buckets),
    )


def place_of(buckets: Sequence[StockItem]) -> StockPlace:
    """Show what there is of a SKU at one of its locations."""
    stock = together(buckets)
    return StockPlace(
        location_id=stock.location_id,
        active=not stock.closed,
        buckets=len(buckets),
        on_hand=int(stock.on_hand),
        available=int(stock.available),
        reserved=int(stock.reserved),
    )


def settings_of(settings: StockSettingsItem) -> StockSettings:
    """Show how a SKU's stock is kept."""
    return StockSettings(
        id=settings.sku,
        sku=settings.sku,
        low_stock_threshold=int(settings.low_stock_threshold),
        hot=int(settings.hot),
        created_at=settings.created_at,
        updated_at=settings.updated_at,
        version=int(settings.version),
    )


def location_of(location: LocationItem) -> Location:
    """Show a location."""
    return Location(
        id=location.id,
        name=location.name,
        address=PostalAddress(**location.address) if location.address else None,
        active=bool(location.active),
        created_at=location.created_at,
        updated_at=location.updated_at,
        version=int(location.version),
    )


def adjustment_of(adjustment: AdjustmentItem, stock: StockItem) -> Adjustment:
    """Show an adjustment with the figures that it made."""
    return Adjustment(
        id=adjustment.id,
        sku=adjustment.sku,
        location_id=adjustment.location_id,
        delta=int(adjustment.delta),
        reason=cast(Reason, adjustment.reason),
        note=adjustment.note,
        on_hand=int(stock.on_hand),
        available=int(stock.available),
        reserved=int(stock.reserved),
        low_stock_threshold=int(stock.low_stock_threshold),
        created_at=adjustment.created_at,
        updated_at=adjustment.created_at,
    )


def movement_of(movement: MovementItem) -> Movement:
    """Show a line of the ledger."""
    return Movement(
        id=str(movement.sk).replace("#", "-"),
        sku=movement.sku,
        location_id=movement.location_id,
        type=movement.type,
        source=movement.source,
        reason=movement.reason,
        on_hand=int(movement.on_hand),
        available=int(movement.available),
        reserved=int(movement.reserved),
        created_at=movement.occurred_at,
    )
