"""Stock as tests need it: laid down by hand, in whatever places."""

from __future__ import annotations

from typing import Any

from pushcart.inventory.models import MAIN, StockItem, at_location
from utils.transaction import Transaction


def shelve(sku: str, units: int, *, location_id: str = MAIN, bucket: int = 0, reserved: int = 0, **more: Any) -> None:
    """Put so many units that can be sold in one place; ``reserved`` ones come on top."""
    key = StockItem.key_of(sku, location_id, bucket)
    tx = Transaction()
    stock = StockItem(
        key.pk,
        key.sk,
        sku=sku,
        location_id=location_id,
        bucket=bucket,
        on_hand=units + reserved,
        available=units,
        reserved=reserved,
        place_shard=at_location(location_id),
        created_at=tx.moment,
        updated_at=tx.moment,
        **more,
    )
    tx.put(stock)
    tx.commit()
