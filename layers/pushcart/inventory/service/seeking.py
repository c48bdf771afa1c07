"""Looking for a SKU in all its places, for who was told of one that has too little."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from pushcart.inventory.models import Place
from pushcart.inventory.repository import stock as repository
from pushcart.inventory.service.allocation import hint


class Seen(NamedTuple):
    """The place where a SKU is best looked for, and how many units the location that has most of it has."""

    place: Place
    available: int


def seek(sku: str) -> Seen:
    """Return where a SKU is best looked for: one Query. A line is taken whole from one location, so sums are by that.

    Example
    -------
    >>> seek("MUG-1")  # doctest: +SKIP
    Seen(place=Place(location_id='main', bucket=0), available=12)
    """
    stocks = repository.everywhere(sku)
    sums: Counter[str] = Counter()
    for stock in stocks:
        sums[stock.location_id] += stock.free
    best = max(sums, key=lambda location: sums[location], default=None)
    return Seen(hint(stock for stock in stocks if stock.location_id == best), sums[best] if best else 0)
