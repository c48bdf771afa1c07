"""Items of inventory as the API answers them."""

from __future__ import annotations

from typing import cast

from pushcart.inventory.models import AdjustmentItem, MovementItem, StockItem
from pushcart.inventory.schemas import Adjustment, Inventory, Movement, Reason


def inventory_of(stock: StockItem) -> Inventory:
    """Show what there is of a SKU at a location."""
    return Inventory(
        id=f"{stock.sku}@{stock.location_id}",
        sku=stock.sku,
        location_id=stock.location_id,
        on_hand=int(stock.on_hand),
        available=int(stock.available),
        reserved=int(stock.reserved),
        low_stock_threshold=int(stock.low_stock_threshold),
        created_at=stock.created_at,
        updated_at=stock.updated_at,
        version=int(stock.version),
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
