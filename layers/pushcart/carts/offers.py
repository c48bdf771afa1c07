"""What a SKU is offered at today, and what a cart comes to by that: values, for whoever shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


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


class Granted(NamedTuple):
    """A promotion that a cart has, and what it saves in minor units."""

    promotion_id: str
    amount: int


class Delivery(NamedTuple):
    """How a cart is sent, and what that costs in minor units."""

    id: str
    name: str
    amount: int


class Obstacle(NamedTuple):
    """Why something that the cart asks for is not in its totals; ``promotion_code`` where it is about a promotion."""

    code: str
    message: str
    promotion_code: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """What a cart comes to, as pricing says. ``granted`` is by code, ``totals`` by name, in minor units."""

    totals: Mapping[str, int]
    tax_included: bool
    granted: Mapping[str, Granted]
    delivery: Delivery | None
    obstacles: Sequence[Obstacle]
