"""A cart from its opening to its end, its currency, and the addresses in it."""

from __future__ import annotations

from pushcart.carts import repository
from pushcart.carts.models import CartItem
from pushcart.carts.schemas import Cart, CartAddresses, CartChanges, NewCart
from pushcart.carts.service.access import cart_key, has_expired, open_cart, theirs
from pushcart.carts.service.appraisal import appraise, repriced
from pushcart.carts.service.offers import shown, shown_as
from pushcart.money import shop_currency
from utils.access import Principal
from utils.errors import NotFound
from utils.ids import new_id
from utils.transaction import Transaction
from utils.versions import expect, overtaken_by


def create_cart(tx: Transaction, principal: Principal, data: NewCart) -> Cart:
    """Open a cart: a customer's is theirs, a guest's is whoever's has its token."""
    tx.verify_preconditions()
    cart_id = new_id("crt")
    key = repository.cart_key(cart_id)
    cart = CartItem(
        key.pk,
        key.sk,
        id=cart_id,
        owner_id=principal.id if principal.kind == "user" else None,
        currency=data.currency or shop_currency(),
        created_at=tx.moment,
        updated_at=tx.moment,
        **repository.life_from(tx.moment),
    )
    repository.add_cart(tx, cart)
    return shown(tx, cart)


def show_cart(tx: Transaction, principal: Principal, cart_id: str) -> Cart:
    """Show a cart at today's prices, in two calls; an empty one in one."""
    cart = theirs(tx.read_one(cart_key(cart_id)), principal)
    if has_expired(cart):
        raise NotFound("cart")
    return shown(tx, cart)


def change_cart(
    tx: Transaction, principal: Principal, cart_id: str, data: CartChanges, *, if_match: int | None
) -> Cart:
    """Say what a cart is paid in. Its lines cost what they do in it; one that is not sold in it stays, and is told."""
    cart = open_cart(tx.read_one(cart_key(cart_id)), principal)
    expect(cart, if_match)
    appraisal = appraise(tx, cart)
    lines = [repriced(line, appraisal.offers[line.sku], data.currency) for line in cart.lines]
    repository.set_currency(tx, cart, data.currency, lines, refused=overtaken_by(if_match))
    return shown_as(cart, appraisal)


def set_addresses(
    tx: Transaction, principal: Principal, cart_id: str, data: CartAddresses, *, if_match: int | None
) -> Cart:
    """Say where the goods go and who is billed."""
    cart = open_cart(tx.read_one(cart_key(cart_id)), principal)
    expect(cart, if_match)
    shipping = data.shipping_address.model_dump() if data.shipping_address else None
    billing = data.billing_address.model_dump() if data.billing_address else None
    repository.set_addresses(tx, cart, shipping=shipping, billing=billing, refused=overtaken_by(if_match))
    return shown(tx, cart)


def remove_cart(tx: Transaction, principal: Principal, cart_id: str, *, if_match: int | None) -> None:
    """Throw a cart away, with the addresses in it."""
    cart = open_cart(tx.read_one(cart_key(cart_id)), principal)
    expect(cart, if_match)
    repository.remove(tx, cart, refused=overtaken_by(if_match))
