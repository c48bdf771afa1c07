"""Every read and write of the ``carts`` table."""

from __future__ import annotations

from typing import Any, Final

from pushcart import tables
from pushcart.carts.models import CartItem, CartLine, CartStatus
from utils.errors import Overtaken, Problem
from utils.models import Key
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend

_BY_OWNER: Final = tables.carts["by_owner"]


def cart_key(cart_id: str) -> Key:
    return CartItem.key_of(cart_id)


def of_owner(owner_id: str, *, limit: int, start: dict[str, Any] | None) -> Page[CartItem]:
    """Return a page of what the index holds of a customer's carts: their keys."""
    return query(CartItem, owner_id, index=_BY_OWNER, limit=limit, start=start)


def add_cart(tx: Transaction, cart: CartItem) -> None:
    """Append a new cart."""
    tx.create(cart, taken=Overtaken())


def set_lines(tx: Transaction, cart: CartItem, lines: list[CartLine], *, refused: Problem) -> None:
    """Append a cart's lines, all of them, on condition that nobody changed the cart since it was read."""
    amend(tx, cart, lines=lines, when=CartItem.status == CartStatus.OPEN.value, refused=refused)


def set_addresses(
    tx: Transaction,
    cart: CartItem,
    *,
    shipping: dict[str, Any] | None,
    billing: dict[str, Any] | None,
    refused: Problem,
) -> None:
    """Append a cart's addresses."""
    still_open = CartItem.status == CartStatus.OPEN.value
    amend(tx, cart, shipping_address=shipping, billing_address=billing, when=still_open, refused=refused)


def convert(tx: Transaction, cart: CartItem, order_id: str, *, refused: Problem) -> None:
    """Append that a cart became an order: once, whoever else tries."""
    still_open = CartItem.status == CartStatus.OPEN.value
    amend(tx, cart, status=CartStatus.CONVERTED.value, order_id=order_id, when=still_open, refused=refused)


def remove(tx: Transaction, cart: CartItem, *, refused: Problem) -> None:
    """Append that a cart is thrown away, the addresses in it too."""
    unchanged = (CartItem.version == cart.version) & (CartItem.status == CartStatus.OPEN.value)
    tx.remove(cart.key, when=unchanged, refused=refused)


def with_quantity(lines: list[CartLine], line: CartLine) -> list[CartLine]:
    """Return the lines with ``line`` in the place of its former self, or at the end."""
    if any(one.id == line.id for one in lines):
        return [line if one.id == line.id else one for one in lines]
    return [*lines, line]
