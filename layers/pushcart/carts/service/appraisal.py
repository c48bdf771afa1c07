"""What a cart comes to today: what its lines are offered at, whether there is enough, and what pricing makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pushcart.carts.delivery import Missing, missing_for_delivery
from pushcart.carts.models import CartItem, CartLine
from pushcart.carts.offers import Offer
from pushcart.catalog import service as catalog
from pushcart.inventory import service as inventory
from pushcart.inventory.service.seeking import seek
from pushcart.pricing import service as pricing
from utils.models import Key
from utils.reads import fetch
from utils.transaction import Transaction

MOST_KEYS: Final = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What was read of a cart's lines, and of what pricing asks for."""

    offers: Mapping[str, Offer]
    """By SKU, one for each line."""
    found: Mapping[Key, Any]
    moment: str

    def quote(self, cart: CartItem) -> pricing.Quote:
        """Return what the cart comes to: what cannot be bought adds nothing. An empty one has nothing to be priced."""
        basket = basket_of(cart, self.offers) if cart.lines else pricing.Basket(cart.currency, ())
        return pricing.quote(basket, self.found, self.moment)

    def refusal(self, cart: CartItem, detail: str) -> pricing.QuoteProblem | None:
        """Return why a code, or a way of shipping, of the cart is not granted; ``None`` when it is."""
        problems = pricing.quote(basket_of(cart, self.offers), self.found, self.moment).problems
        return next((problem for problem in problems if problem.detail == detail), None)


def appraise(
    tx: Transaction,
    cart: CartItem,
    lines: Sequence[CartLine] | None = None,
    *,
    even_empty: bool = False,
    consistent: bool = False,
    final: bool = False,
) -> Appraisal:
    """Read all that decides what a cart comes to, in one call; none for an empty cart.

    Beyond a hundred items it takes a second call: that is 48 lines or more, with codes, a way of shipping and an
    address. A line that its place has too little of is looked for elsewhere, by one Query, unless it is known to be
    sold out; how often a promotion with a cap was used is read by one call more.

    Parameters
    ----------
    lines
        The lines that the cart is to have, where they are others than it has now.
    even_empty
        Read what pricing asks for though there is no line: to judge a code or a way of shipping.
    final
        For checkout, whose transaction decides: nothing is looked for elsewhere, and no uses of promotions are read.
    """
    lines = cart.lines if lines is None else lines
    variants = [catalog.variant_key(line.product_id, line.sku) for line in lines]
    stocks = [inventory.stock_key(line.sku, line.location_id, line.bucket) for line in lines]
    asked = pricing.needs(basket_of(cart, {})) if lines or even_empty else ()
    items = _read(tx, [*variants, *stocks, *asked], consistent=consistent)
    offers = {
        line.sku: _offer(line, items[variant], items[stock], anywhere=not final)
        for line, variant, stock in zip(lines, variants, stocks, strict=True)
    }
    found = {key: items[key] for key in asked}
    if not final:
        found |= fetch(pricing.counted(found), consistent=False, batch=True)
    return Appraisal(offers, found, tx.moment)


def basket_of(cart: CartItem, offers: Mapping[str, Offer]) -> pricing.Basket:
    """Return what is to be priced: those lines of a cart that are offered in its currency, at today's prices."""
    address = cart.shipping_address or {}
    return pricing.Basket(
        currency=cart.currency,
        lines=tuple(
            pricing.BasketLine(line.sku, line.quantity, price, offers[line.sku].weight_grams, line.product_id)
            for line in cart.lines
            if line.sku in offers and (price := offers[line.sku].price_in(cart.currency)) is not None
        ),
        codes=tuple(cart.codes),
        shipping_method_id=cart.shipping_method_id,
        country=address.get("country"),
        region=address.get("region"),
    )


def unsettled(cart: CartItem) -> list[Missing]:
    """Return what the shopper has not said yet of where and how the goods are sent, though it has to be said."""
    return missing_for_delivery(cart.shipping_method_id, cart.shipping_address)


def priced(line: CartLine, offer: Offer, currency: str) -> CartLine:
    """Return a line at today's title, price and place. One that cannot be bought today keeps what it had."""
    price = offer.price_in(currency)
    if price is None:
        return line
    return line._replace(title=offer.title, unit_price=price, location_id=offer.location_id, bucket=offer.bucket)


def repriced(line: CartLine, offer: Offer, currency: str) -> CartLine:
    """Return a line at today's price in another currency; 0 where it is not sold in it, since an old price is of none.

    Once it is sold, its price has changed: the shopper is told before it is paid.
    """
    return priced(line._replace(unit_price=0), offer, currency)


def _read(tx: Transaction, keys: Sequence[Key], *, consistent: bool) -> dict[Key, Any]:
    items: dict[Key, Any] = {}
    for start in range(0, len(keys), MOST_KEYS):
        part = keys[start : start + MOST_KEYS]
        items |= zip(part, tx.read(*part, consistent=consistent), strict=True)
    return items


def _offer(line: CartLine, variant: Any, stock: Any, *, anywhere: bool) -> Offer:
    place, available = inventory.Place(line.location_id, line.bucket), stock.free if stock else 0
    may_be_elsewhere = variant is not None and variant.availability != inventory.availability_word(None)
    if available < line.quantity and anywhere and may_be_elsewhere:
        place, available = seek(line.sku)
    return Offer(
        title=variant.title if variant else line.title,
        is_sold=catalog.is_sold(variant),
        prices=variant.prices if variant else {},
        available=available,
        weight_grams=int(variant.weight_grams or 0) if variant else 0,
        stock=stock,
        location_id=place.location_id,
        bucket=place.bucket,
    )
