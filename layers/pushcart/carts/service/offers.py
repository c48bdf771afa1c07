"""What the lines of a cart are offered at today."""

from __future__ import annotations

from collections.abc import Sequence

from pushcart.carts.models import CartItem, CartLine
from pushcart.carts.schemas import Cart
from pushcart.carts.views import Offer, cart_of
from pushcart.catalog import service as catalog
from pushcart.inventory import service as inventory
from utils.transaction import Transaction


def shown(tx: Transaction, cart: CartItem) -> Cart:
    """Return a cart as it is answered, at today's prices: one call, or none for an empty one."""
    return cart_of(cart, offers_of(tx, cart.lines))


def offers_of(tx: Transaction, lines: Sequence[CartLine], *, consistent: bool = False) -> dict[str, Offer]:
    """Read what each line is offered at today, and whether there is enough: one call, at most 100 keys."""
    if not lines:
        return {}
    variants = [catalog.variant_key(line.product_id, line.sku) for line in lines]
    stocks = [inventory.stock_key(line.sku) for line in lines]
    items = tx.read(*variants, *stocks, consistent=consistent)
    return {
        line.sku: Offer(
            title=variant.title if variant else line.title,
            is_sold=catalog.is_sold(variant),
            prices=variant.prices if variant else {},
            available=int(stock.available) if stock else 0,
        )
        for line, variant, stock in zip(lines, items, items[len(lines) :], strict=False)
    }


def priced(line: CartLine, offer: Offer, currency: str) -> CartLine:
    """Return a line at today's title and price. One that cannot be bought today keeps what it had."""
    price = offer.price_in(currency)
    return line if price is None else line._replace(title=offer.title, unit_price=price)
