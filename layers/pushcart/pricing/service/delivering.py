"""What a delivery costs a basket, or why it cannot be had."""

from __future__ import annotations

from typing import Final

from pushcart.pricing.models import ShippingItem
from pushcart.pricing.service.basket import Basket, ProblemCode

MESSAGES: Final[dict[ProblemCode, str]] = {
    "shipping_unknown": "There is no such way to deliver.",
    "shipping_not_to_address": "This way to deliver does not go to the shipping address.",
    "shipping_not_in_currency": "This way to deliver has no price in the cart's currency.",
    "shipping_too_heavy": "The cart is too heavy for this way to deliver.",
}


def price_of(method: ShippingItem | None, basket: Basket, goods: int) -> int | ProblemCode:
    """Return what delivery costs, in minor units, or why there is none.

    Parameters
    ----------
    goods
        What the goods come to after discounts: delivery is free from a certain worth of them on, where a rate says so.
        An empty basket is delivered for nothing.
    """
    if method is None or not method.active or method.archived_at:
        return "shipping_unknown"
    if method.countries and basket.country not in method.countries:
        return "shipping_not_to_address"
    rate = method.rates.get(basket.currency)
    if rate is None:
        return "shipping_not_in_currency"
    weight = basket.weight_grams
    amount = next((price for most, price in rate["steps"] if most is None or weight <= most), None)
    if amount is None:
        return "shipping_too_heavy"
    free_from = rate.get("free_from")
    is_free = not basket.lines or (free_from is not None and goods >= free_from)
    return 0 if is_free else int(amount)
