"""The rules of a cart, in the order in which a shopper meets them. Prices are always the server's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from pushcart.carts import repository
from pushcart.carts.models import MAX_LINES, MAX_QUANTITY, CartItem, CartLine, CartStatus
from pushcart.carts.schemas import Cart, CartAddresses, CartItemChanges, NewCart, NewCartItem
from pushcart.carts.views import Offer, cart_of
from pushcart.catalog import service as catalog
from pushcart.inventory import service as inventory
from pushcart.money import shop_currency
from utils import sealing
from utils.access import Principal
from utils.clock import now, parse, rfc3339
from utils.errors import InvalidState, NotFound
from utils.ids import new_id
from utils.models import Key
from utils.transaction import Transaction
from utils.versions import expect, overtaken_by

CART_LIFE: Final = timedelta(days=30)
TOKEN_PURPOSE: Final = "cart"  # noqa: S105 - what a token is for, not one


# -- what checkout asks ------------------------------------------------------------------------------------------


def cart_key(cart_id: str) -> Key:
    """Return the address of a cart."""
    return repository.cart_key(cart_id)


def open_cart(cart: CartItem | None, principal: Principal) -> CartItem:
    """Return a cart that was read, if it is the caller's and can still be changed or bought.

    Raises
    ------
    NotFound
        When there is none, or it is somebody else's: the same words.
    InvalidState
        When it became an order, or has expired.
    """
    mine = _theirs(cart, principal)
    if mine.status != CartStatus.OPEN:
        raise InvalidState("The cart became an order.", detail=mine.order_id)
    if _has_expired(mine):
        raise InvalidState("The cart has expired. Open a new one.")
    return mine


def convert(tx: Transaction, cart: CartItem, order_id: str, *, if_match: int | None = None) -> None:
    """Append that a cart became an order. Two checkouts of one cart cannot both: the second runs again, and is told."""
    repository.convert(tx, cart, order_id, refused=overtaken_by(if_match))


# -- what a shopper does -----------------------------------------------------------------------------------------


def create_cart(tx: Transaction, principal: Principal, data: NewCart) -> Cart:
    """Open a cart: a customer's is theirs, a guest's is whoever's has its token."""
    cart_id = new_id("crt")
    key = repository.cart_key(cart_id)
    until = now() + CART_LIFE
    cart = CartItem(
        key.pk,
        key.sk,
        id=cart_id,
        owner_id=principal.id if principal.kind == "user" else None,
        currency=data.currency or shop_currency(),
        expires_at=rfc3339(until),
        ttl=int(until.timestamp()),
        created_at=tx.moment,
        updated_at=tx.moment,
    )
    repository.add_cart(tx, cart)
    return cart_of(cart, {})


def show_cart(tx: Transaction, principal: Principal, cart_id: str) -> Cart:
    """Show a cart at today's prices, in two calls; an empty one in one."""
    cart = _theirs(tx.read_one(cart_key(cart_id)), principal)
    if _has_expired(cart):
        raise NotFound("cart")
    return _shown(tx, cart)


def add_item(tx: Transaction, principal: Principal, cart_id: str, data: NewCartItem, *, if_match: int | None) -> Cart:
    """Put something into a cart, or more of it.

    Raises
    ------
    NotFound
        When no such SKU is sold.
    InvalidState
        When the cart is full, or it is not sold in the cart's currency.
    """
    read, claim = tx.read(cart_key(cart_id), catalog.sku_key(data.sku))
    cart = open_cart(read, principal)
    expect(cart, if_match)
    if not catalog.is_sold(claim):
        raise NotFound("SKU")
    former = next((line for line in cart.lines if line.sku == data.sku), None)
    quantity = data.quantity + (former.quantity if former else 0)
    if quantity > MAX_QUANTITY:
        raise InvalidState(f"A cart holds at most {MAX_QUANTITY} of one SKU.", field="quantity")
    if former is None and len(cart.lines) >= MAX_LINES:
        raise InvalidState(f"A cart holds at most {MAX_LINES} different SKUs.")
    added = former or CartLine(new_id("lin"), claim.product_id, data.sku, "", quantity, 0)
    offers = _offers(tx, [*cart.lines, *([] if former else [added])], consistent=True)
    if offers[data.sku].price_in(cart.currency) is None:
        raise InvalidState(f"{data.sku} is not sold in {cart.currency}.", field="sku")
    line = _priced(replace(added, quantity=quantity), offers[data.sku], cart.currency)
    repository.set_lines(tx, cart, repository.with_quantity(cart.lines, line), refused=overtaken_by(if_match))
    return cart_of(cart, offers)


def change_item(
    tx: Transaction, principal: Principal, cart_id: str, line_id: str, data: CartItemChanges, *, if_match: int | None
) -> Cart:
    """Set how many of a line there are; its price is seen afresh."""
    cart = open_cart(tx.read_one(cart_key(cart_id)), principal)
    expect(cart, if_match)
    former = _line(cart, line_id)
    offers = _offers(tx, cart.lines)
    line = _priced(replace(former, quantity=data.quantity), offers[former.sku], cart.currency)
    repository.set_lines(tx, cart, repository.with_quantity(cart.lines, line), refused=overtaken_by(if_match))
    return cart_of(cart, offers)


def remove_item(tx: Transaction, principal: Principal, cart_id: str, line_id: str, *, if_match: int | None) -> None:
    """Take a line out of a cart."""
    cart = open_cart(tx.read_one(cart_key(cart_id)), principal)
    expect(cart, if_match)
    gone = _line(cart, line_id)
    lines = [line for line in cart.lines if line.id != gone.id]
    repository.set_lines(tx, cart, lines, refused=overtaken_by(if_match))


def set_addresses(
    tx: Transaction, principal: Principal, cart_id: str, data: CartAddresses, *, if_match: int | None
) -> Cart:
    """Say where the goods go and who is billed."""
    cart = open_cart(tx.read_one(cart_key(cart_id)), principal)
    expect(cart, if_match)
    shipping = data.shipping_address.model_dump() if data.shipping_address else None
    billing = data.billing_address.model_dump() if data.billing_address else None
    repository.set_addresses(tx, cart, shipping=shipping, billing=billing, refused=overtaken_by(if_match))
    return _shown(tx, cart)


def remove_cart(tx: Transaction, principal: Principal, cart_id: str, *, if_match: int | None) -> None:
    """Throw a cart away, with the addresses in it."""
    cart = open_cart(tx.read_one(cart_key(cart_id)), principal)
    expect(cart, if_match)
    repository.remove(tx, cart, refused=overtaken_by(if_match))


# -- details -----------------------------------------------------------------------------------------------------


def _theirs(cart: CartItem | None, principal: Principal) -> CartItem:
    if cart is not None:
        if principal.kind == "user" and cart.owner_id == principal.id:
            return cart
        if principal.kind == "guest" and not cart.owner_id and _holds_token(principal, cart):
            return cart
    raise NotFound("cart")


def _holds_token(principal: Principal, cart: CartItem) -> bool:
    return bool(principal.cart_token) and sealing.verify(str(principal.cart_token), TOKEN_PURPOSE, cart.id)


def _has_expired(cart: CartItem) -> bool:
    return parse(cart.expires_at) <= now()


def _line(cart: CartItem, line_id: str) -> CartLine:
    for line in cart.lines:
        if line.id == line_id:
            return line
    raise NotFound("cart item")


def _shown(tx: Transaction, cart: CartItem) -> Cart:
    return cart_of(cart, _offers(tx, cart.lines))


def _offers(tx: Transaction, lines: Sequence[CartLine], *, consistent: bool = False) -> dict[str, Offer]:
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


def _priced(line: CartLine, offer: Offer, currency: str) -> CartLine:
    """Return a line at today's title and price. One that cannot be bought today keeps what it had."""
    price = offer.price_in(currency)
    return line if price is None else replace(line, title=offer.title, unit_price=price)
