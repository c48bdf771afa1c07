"""Lines of a cart: put in, changed, taken out."""

from __future__ import annotations

from pushcart.carts import repository
from pushcart.carts.models import MAX_LINES, MAX_QUANTITY, CartItem, CartLine
from pushcart.carts.schemas import Cart, CartItemChanges, NewCartItem
from pushcart.carts.service.access import cart_key, open_cart
from pushcart.carts.service.appraisal import appraise, priced
from pushcart.carts.service.offers import shown_as
from pushcart.catalog import service as catalog
from utils.access import Principal
from utils.errors import InvalidState, NotFound
from utils.ids import new_id
from utils.transaction import Transaction
from utils.versions import expect, overtaken_by


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
    wanted = added._replace(quantity=quantity)
    appraisal = appraise(tx, cart, repository.with_quantity(cart.lines, wanted), consistent=True)
    offer = appraisal.offers[data.sku]
    if offer.price_in(cart.currency) is None:
        raise InvalidState(f"{data.sku} is not sold in {cart.currency}.", field="sku")
    line = priced(wanted, offer, cart.currency)
    repository.set_lines(tx, cart, repository.with_quantity(cart.lines, line), refused=overtaken_by(if_match))
    return shown_as(cart, appraisal)


def change_item(
    tx: Transaction, principal: Principal, cart_id: str, line_id: str, data: CartItemChanges, *, if_match: int | None
) -> Cart:
    """Set how many of a line there are; its price is seen afresh."""
    cart = open_cart(tx.read_one(cart_key(cart_id)), principal)
    expect(cart, if_match)
    former = _line(cart, line_id)
    wanted = former._replace(quantity=data.quantity)
    appraisal = appraise(tx, cart, repository.with_quantity(cart.lines, wanted))
    line = priced(wanted, appraisal.offers[wanted.sku], cart.currency)
    repository.set_lines(tx, cart, repository.with_quantity(cart.lines, line), refused=overtaken_by(if_match))
    return shown_as(cart, appraisal)


def remove_item(tx: Transaction, principal: Principal, cart_id: str, line_id: str, *, if_match: int | None) -> None:
    """Take a line out of a cart."""
    cart = open_cart(tx.read_one(cart_key(cart_id)), principal)
    expect(cart, if_match)
    gone = _line(cart, line_id)
    lines = [line for line in cart.lines if line.id != gone.id]
    repository.set_lines(tx, cart, lines, refused=overtaken_by(if_match))


def _line(cart: CartItem, line_id: str) -> CartLine:
    for line in cart.lines:
        if line.id == line_id:
            return line
    raise NotFound("cart item")
