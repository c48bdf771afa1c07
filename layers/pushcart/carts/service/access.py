"""Whose cart it is, and whether it can still be changed or bought."""

from __future__ import annotations

from typing import Final

from pushcart.carts import repository
from pushcart.carts.models import CartItem, CartStatus
from utils import sealing
from utils.access import Principal
from utils.clock import now, parse
from utils.errors import InvalidState, NotFound
from utils.models import Key
from utils.transaction import Transaction
from utils.versions import overtaken_by

TOKEN_PURPOSE: Final = "cart"  # noqa: S105 - what a token is for, not one


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
        When it became an order, was merged into another, or has expired.
    """
    mine = theirs(cart, principal)
    refuse_over(mine)
    return mine


def refuse_over(cart: CartItem) -> None:
    """Raise :class:`InvalidState` when a cart can be neither changed nor bought any more."""
    if cart.status == CartStatus.MERGED:
        raise InvalidState("The cart was merged into another. Go on with that one.")
    if cart.status != CartStatus.OPEN:
        raise InvalidState("The cart became an order.", detail=cart.order_id)
    if has_expired(cart):
        raise InvalidState("The cart has expired. Open a new one.")


def convert(tx: Transaction, cart: CartItem, order_id: str, *, if_match: int | None = None) -> None:
    """Append that a cart became an order. Two checkouts of one cart cannot both: the second runs again, and is told."""
    repository.convert(tx, cart, order_id, refused=overtaken_by(if_match))


def theirs(cart: CartItem | None, principal: Principal) -> CartItem:
    """Return a cart that was read if it is the caller's, whatever became of it; otherwise :class:`NotFound`."""
    if cart is not None:
        if principal.kind == "user" and cart.owner_id == principal.id:
            return cart
        if principal.kind == "guest":
            return handed_over(cart, principal.cart_token)
    raise NotFound("cart")


def handed_over(cart: CartItem | None, cart_token: str | None) -> CartItem:
    """Return a guest's cart that was read, if ``cart_token`` is its own; otherwise :class:`NotFound`."""
    if cart is not None and not cart.owner_id and cart_token and sealing.verify(cart_token, TOKEN_PURPOSE, cart.id):
        return cart
    raise NotFound("cart")


def has_expired(cart: CartItem) -> bool:
    """Whether a cart's time is over, though DynamoDB may not have deleted it yet."""
    return parse(cart.expires_at) <= now()
