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
        When it became an order, or has expired.
    """
    mine = theirs(cart, principal)
    if mine.status != CartStatus.OPEN:
        raise InvalidState("The cart became an order.", detail=mine.order_id)
    if has_expired(mine):
        raise InvalidState("The cart has expired. Open a new one.")
    return mine


def convert(tx: Transaction, cart: CartItem, order_id: str, *, if_match: int | None = None) -> None:
    """Append that a cart became an order. Two checkouts of one cart cannot both: the second runs again, and is told."""
    repository.convert(tx, cart, order_id, refused=overtaken_by(if_match))


def theirs(cart: CartItem | None, principal: Principal) -> CartItem:
    """Return a cart that was read if it is the caller's, whatever became of it; otherwise :class:`NotFound`."""
    if cart is not None:
        if principal.kind == "user" and cart.owner_id == principal.id:
            return cart
        if principal.kind == "guest" and not cart.owner_id and _holds_token(principal, cart):
            return cart
    raise NotFound("cart")


def _holds_token(principal: Principal, cart: CartItem) -> bool:
    return bool(principal.cart_token) and sealing.verify(str(principal.cart_token), TOKEN_PURPOSE, cart.id)


def has_expired(cart: CartItem) -> bool:
    """Whether a cart's time is over, though DynamoDB may not have deleted it yet."""
    return parse(cart.expires_at) <= now()
