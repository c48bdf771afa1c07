"""What a SKU is offered at today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Offer:
    """What a SKU is offered at today. ``available`` stays in here: the public learns words, no counts.

    Attributes
    ----------
    prices
        Minor units by currency.
    available
        What the location that has most of it has.
    stock
        What was read where the cart's line was told to look, ``None`` where there is nothing.
    location_id, bucket
        Where to look from now on.
    """

    title: str
    is_sold: bool
    prices: Mapping[str, int]
    available: int
    weight_grams: int = 0
    stock: Any = None
    location_id: str = "main"
    bucket: int = 0

    def price_in(self, currency: str) -> int | None:
        """Return today's price in minor units, ``None`` while it cannot be bought in ``currency``."""
        price = self.prices.get(currency) if self.is_sold else None
        return None if price is None else int(price)
