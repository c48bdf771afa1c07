"""Stock follows what is set: buckets, thresholds, inactive locations, and the mark of what runs low.

Checkouts change stock without reading it, so none of this can be part of them: whoever moves a unit does not know
that it was the last above the threshold. The worker of stock's events looks afterwards, at what is there by then, and
puts right what is not as it should be, each location in one transaction that holds only if nothing moved meanwhile.
The last event looks last, so that what it leaves is right; in between the mark is late by as long as an event takes
(docs/adr/0017).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pushcart.inventory import events
from pushcart.inventory.models import LOW_STOCK_THRESHOLD, Place, StockItem, at_location
from pushcart.inventory.models.places import StockSettingsItem
from pushcart.inventory.repository import arranging as repository
from pushcart.inventory.repository import stock as stocks
from pushcart.outbox.service import announce
from utils.ids import new_id
from utils.transaction import Transaction


class Shape(NamedTuple):
    """How a SKU's stock at one location should be kept."""

    buckets: int = 1
    threshold: int = LOW_STOCK_THRESHOLD
    closed: bool = False


def shape_of(settings: StockSettingsItem | None, *, closed: bool) -> Shape:
    """Return the shape that settings ask for; the defaults where there are none."""
    if settings is None:
        return Shape(closed=closed)
    return Shape(int(settings.hot), int(settings.low_stock_threshold), closed)


def put_right(places: Iterable[StockItem], settings: StockSettingsItem | None, active: Mapping[str, bool]) -> bool:
    """Bring all places of one SKU into shape, and return whether anything had to be changed.

    Raises
    ------
    Overtaken
        When something moved meanwhile; it can run again.
    """
    changed = False
    locations: dict[str, list[StockItem]] = {}
    for stock in places:
        locations.setdefault(stock.location_id, []).append(stock)
    for location_id, buckets in locations.items():
        shape = shape_of(settings, closed=not active.get(location_id, True))
        changed |= _put_location_right(buckets, shape)
    return changed


def targets(free: Mapping[int, int], buckets: int) -> dict[int, int]:
    """Return how many free units each bucket should have.

    Buckets stay as they are while there are as many as there should be; else what is free is spread evenly. A bucket
    that should not be there is to have none: what is reserved in it stays until it is sent or given back.

    Example
    -------
    >>> targets({0: 7}, 3)
    {0: 3, 1: 2, 2: 2}
    >>> targets({0: 1, 1: 6}, 2)
    {0: 1, 1: 6}
    """
    left_over = sum(units for bucket, units in free.items() if bucket >= buckets)
    if not left_over and all(bucket in free for bucket in range(buckets)):
        return dict(free)
    share, rest = divmod(sum(free.values()), buckets)
    wanted = {bucket: share + (bucket < rest) for bucket in range(buckets)}
    return wanted | {bucket: 0 for bucket in free if bucket >= buckets}


def _put_location_right(buckets: Sequence[StockItem], shape: Shape) -> bool:
    tx = Transaction()
    one = buckets[0]
    wanted = targets({int(stock.bucket): int(stock.available) for stock in buckets}, shape.buckets)
    units = sum(wanted.values())
    is_low, was_low = not shape.closed and units <= shape.threshold, any(stock.low_shard for stock in buckets)
    untouched: list[StockItem] = []
    known = {int(stock.bucket): stock for stock in buckets}
    for bucket in sorted(wanted):
        stock = known.get(bucket)
        if stock is None:
            made = repository.new_stock(one.sku, Place(one.location_id, bucket), since=tx.moment)
            repository.add(tx, made, **_values(made, shape, available=wanted[bucket], is_low=is_low))
        elif not _put_bucket_right(tx, stock, shape, available=wanted[bucket], is_low=is_low):
            untouched.append(stock)
    if tx.is_empty:
        return False
    # What is decided here is decided by the sum of all buckets.
    for stock in untouched:
        stocks.require_unchanged(tx, stock)
    if is_low and not was_low:
        told = events.low(sku=one.sku, location_id=one.location_id, available=units, threshold=shape.threshold)
        announce(tx, aggregate=new_id("low"), sequence=1, **told)
    tx.commit()
    return True


def _put_bucket_right(tx: Transaction, stock: StockItem, shape: Shape, *, available: int, is_low: bool) -> bool:
    is_over = stock.bucket >= shape.buckets
    if is_over and available == 0 and stock.reserved == 0:
        repository.take_away(tx, stock)
        return True
    values = _values(stock, shape, available=available, is_low=is_low)
    different = {name: value for name, value in values.items() if value != getattr(stock, name)}
    if different:
        repository.reshape(tx, stock, **different)
    return bool(different)


def _values(stock: StockItem, shape: Shape, *, available: int, is_low: bool) -> dict[str, Any]:
    return {
        "on_hand": available + int(stock.reserved),
        "available": available,
        "low_stock_threshold": shape.threshold,
        "closed": "yes" if shape.closed else None,
        "low_shard": repository.low_mark(low=is_low),
        "place_shard": at_location(stock.location_id),
    }
