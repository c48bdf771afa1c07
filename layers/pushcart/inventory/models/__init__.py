"""The items of the ``inventory`` table: a room for each subject."""

from pushcart.inventory.models.history import AdjustmentItem, MovementItem, movements_of
from pushcart.inventory.models.reservations import ReservationItem, ReservationStatus, ReservedLine
from pushcart.inventory.models.stock import (
    HELD,
    LOW,
    LOW_STOCK_THRESHOLD,
    MAIN,
    MAX_BUCKETS,
    MAX_PLACES,
    MAX_STOCK,
    SHARD,
    Place,
    StockItem,
    Wanted,
    at_location,
    places_of,
)

__all__ = [
    "HELD",
    "LOW",
    "LOW_STOCK_THRESHOLD",
    "MAIN",
    "MAX_BUCKETS",
    "MAX_PLACES",
    "MAX_STOCK",
    "SHARD",
    "AdjustmentItem",
    "MovementItem",
    "Place",
    "ReservationItem",
    "ReservationStatus",
    "ReservedLine",
    "StockItem",
    "Wanted",
    "at_location",
    "movements_of",
    "places_of",
]
