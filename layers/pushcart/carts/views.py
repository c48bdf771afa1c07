"""A cart as the API answers it: lines at today's prices, totals, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from pushcart.carts import models
from pushcart.carts.schemas import Cart, CartItem, CartProblem, ProblemCode, Status
from pushcart.money import Money
from pushcart.shapes import Totals

MESSAGES: dict[ProblemCode, str] = {
    "price_changed": "The price has changed since it was put into the cart.",
    "out_of_stock": "It is out of stock.",
    "not_enough_stock": "There is not enough of it in stock.",
    "no_longer_sold": "It is no longer sold.",
    "not_sold_in_currency": "It is not sold in the cart's currency.",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """What a SKU is offered at today. ``available`` stays in here: the public learns words, no counts."""

    title: str
    is_sold: bool
    prices: Mapping[str, int]
    available: int

    def price_in(self, currency: str) -> int | None:
        """Return today's price in minor units, ``None`` while it cannot be bought in ``currency``."""
        return self.prices.get(currency) if self.is_sold else None


def cart_of(cart: models.CartItem, offers: Mapping[str, Offer]) -> Cart:
    """Show a cart. A line that cannot be bought keeps its last price and adds nothing to the totals.

    Parameters
    ----------
    offers
        By SKU, one for each line.
    """
    items = [_item_of(line, offers[line.sku], cart.currency) for line in cart.lines]
    problems = [problem for line in cart.lines for problem in _problems_of(line, offers[line.sku], cart.currency)]
    return Cart(
        id=cart.id,
        status=cast(Status, cart.status),
        currency=cart.currency,
        items=items,
        shipping_address=cart.shipping_address,
        billing_address=cart.billing_address,
        totals=totals_of(sum(item.total.amount for item in items), cart.currency),
        problems=problems,
        order_id=cart.order_id,
        expires_at=cart.expires_at,
        created_at=cart.created_at,
        updated_at=cart.updated_at,
        version=int(cart.version),
    )


def totals_of(subtotal: int, currency: str) -> Totals:
    """Return the totals of a subtotal, both in minor units."""
    nothing = Money(amount=0, currency=currency)
    amount = Money(amount=subtotal, currency=currency)
    return Totals(subtotal=amount, discount=nothing, shipping=nothing, tax=nothing, total=amount)


def _item_of(line: models.CartLine, offer: Offer, currency: str) -> CartItem:
    price = offer.price_in(currency)
    return CartItem(
        id=line.id,
        sku=line.sku,
        title=offer.title,
        quantity=line.quantity,
        unit_price=Money(amount=line.unit_price if price is None else price, currency=currency),
        total=Money(amount=(price or 0) * line.quantity, currency=currency),
    )


def _problems_of(line: models.CartLine, offer: Offer, currency: str) -> Iterator[CartProblem]:
    codes: list[ProblemCode] = []
    if not offer.is_sold:
        codes.append("no_longer_sold")
    elif currency not in offer.prices:
        codes.append("not_sold_in_currency")
    else:
        if offer.prices[currency] != line.unit_price:
            codes.append("price_changed")
        if offer.available <= 0:
            codes.append("out_of_stock")
        elif offer.available < line.quantity:
            codes.append("not_enough_stock")
    for code in codes:
        yield CartProblem(code=code, message=MESSAGES[code], item_id=line.id, sku=line.sku)
