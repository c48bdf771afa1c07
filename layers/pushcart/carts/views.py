"""A cart as the API answers it: lines at today's prices, what it comes to, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

from pushcart.carts import models
from pushcart.carts.delivery import missing_for_delivery
from pushcart.carts.merging import LeftOut
from pushcart.carts.offers import Delivery, Offer, Sum
from pushcart.carts.schemas import Cart, CartItem, CartProblem, Status
from pushcart.money import Money
from pushcart.shapes import AppliedPromotion, ChosenShipping, Totals

MESSAGES: Final = {
    "price_changed": "The price has changed since it was put into the cart.",
    "out_of_stock": "It is out of stock.",
    "not_enough_stock": "There is not enough of it in stock.",
    "no_longer_sold": "It is no longer sold.",
    "not_sold_in_currency": "It is not sold in the cart's currency.",
}


def cart_of(
    cart: models.CartItem, offers: Mapping[str, Offer], comes: Sum, *, told: Sequence[CartProblem] = ()
) -> Cart:
    """Show a cart. A line that cannot be bought keeps its last price and adds nothing to the totals.

    Parameters
    ----------
    offers
        By SKU, one for each line.
    comes
        What those lines come to that can be bought.
    told
        What else is to be told first.
    """
    currency = cart.currency
    problems = [problem for line in cart.lines for problem in _problems_of(line, offers[line.sku], currency)]
    return Cart(
        id=cart.id,
        status=cast(Status, cart.status),
        currency=currency,
        items=[_item_of(line, offers[line.sku], currency) for line in cart.lines],
        promotions=_promotions(cart, comes),
        shipping_address=cart.shipping_address,
        billing_address=cart.billing_address,
        shipping_method=cart.shipping_method_id,
        shipping=_shipping(comes.delivery, currency),
        tax_included=comes.tax_included,
        totals=Totals(**{name: Money(amount=amount, currency=currency) for name, amount in comes.totals.items()}),
        problems=[*told, *problems, *_obstacles(comes), *_missing(cart)],
        order_id=cart.order_id,
        expires_at=cart.expires_at,
        created_at=cart.created_at,
        updated_at=cart.updated_at,
        version=int(cart.version),
    )


def left_out_of(cart: models.CartItem, left_out: Sequence[LeftOut]) -> list[CartProblem]:
    """Tell what did not fit into ``cart`` when another was poured into it, and of each how much."""
    lines = {line.sku: line.id for line in cart.lines}
    return [
        CartProblem(
            code=one.reason,
            message=_fate_of(one),
            item_id=lines.get(one.sku, ""),
            sku=one.sku,
            promotion_code=one.code,
        )
        for one in left_out
    ]


def _fate_of(one: LeftOut) -> str:
    if one.reason == "promotion_limit":
        return f"A cart takes at most {models.MAX_CODES} codes: this one was left out."
    if one.reason == "line_limit":
        return f"A cart holds at most {models.MAX_LINES} different SKUs: {one.quantity} of this one were left out."
    return f"A cart holds at most {models.MAX_QUANTITY} of one SKU: {one.quantity} were left out."


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


def _promotions(cart: models.CartItem, comes: Sum) -> list[AppliedPromotion]:
    """Return every code of the cart; one that is not granted takes nothing off, and a problem says why."""
    return [
        AppliedPromotion(
            promotion_id=granted.promotion_id if granted else None,
            code=code,
            amount=Money(amount=granted.amount if granted else 0, currency=cart.currency),
        )
        for code, granted in ((code, comes.granted.get(code)) for code in cart.codes)
    ]


def _shipping(delivery: Delivery | None, currency: str) -> ChosenShipping | None:
    if delivery is None:
        return None
    return ChosenShipping(id=delivery.id, name=delivery.name, amount=Money(amount=delivery.amount, currency=currency))


def _problems_of(line: models.CartLine, offer: Offer, currency: str) -> Iterator[CartProblem]:
    codes: list[str] = []
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


def _obstacles(comes: Sum) -> Iterator[CartProblem]:
    for one in comes.obstacles:
        yield CartProblem(code=one.code, message=one.message, promotion_code=one.promotion_code)


def _missing(cart: models.CartItem) -> Iterator[CartProblem]:
    if cart.lines:
        for missing in missing_for_delivery(cart.shipping_method_id, cart.shipping_address):
            yield CartProblem(code=missing.code, message=missing.message)
