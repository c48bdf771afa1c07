"""Every read and write of the ``carts`` table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pushcart import tables
from pushcart.carts.merging import LeftOut, Poured
from pushcart.carts.models import CART_LIFE, CartItem, CartLine, CartStatus
from utils.clock import parse, rfc3339
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


def life_from(moment: str) -> dict[str, Any]:
    """Return until when a cart lives that is used at ``moment``, as its attributes hold it."""
    until = parse(moment) + CART_LIFE
    return {"expires_at": rfc3339(until), "ttl": int(until.timestamp())}


def add_cart(tx: Transaction, cart: CartItem) -> None:
    """Append a new cart."""
    tx.create(cart, taken=Overtaken())


def set_lines(tx: Transaction, cart: CartItem, lines: list[CartLine], *, refused: Problem) -> None:
    """Append a cart's lines, all of them, on condition that nobody changed the cart since it was read."""
    _use(tx, cart, refused=refused, lines=lines)


def set_currency(tx: Transaction, cart: CartItem, currency: str, lines: list[CartLine], *, refused: Problem) -> None:
    """Append what a cart is paid in, and its lines at the prices of that currency."""
    _use(tx, cart, refused=refused, currency=currency, lines=lines)


def set_codes(tx: Transaction, cart: CartItem, codes: list[str], *, refused: Problem) -> None:
    """Append the codes of the promotions that a cart is to have, in their order."""
    _use(tx, cart, refused=refused, codes=codes)


def set_shipping(tx: Transaction, cart: CartItem, method_id: str | None, *, refused: Problem) -> None:
    """Append how a cart's goods are sent."""
    _use(tx, cart, refused=refused, shipping_method_id=method_id)


def set_addresses(
    tx: Transaction,
    cart: CartItem,
    *,
    shipping: dict[str, Any] | None,
    billing: dict[str, Any] | None,
    refused: Problem,
) -> None:
    """Append a cart's addresses."""
    _use(tx, cart, refused=refused, shipping_address=shipping, billing_address=billing)


def merge(tx: Transaction, cart: CartItem, guests: CartItem, poured: Poured, *, refused: Problem) -> None:
    """Append that a guest's cart was poured into a customer's: both at once, and once, whoever else tries.

    The customer's is written as it was made; the guest's keeps what did not fit, and no address.
    """
    _use(
        tx,
        cart,
        refused=refused,
        lines=poured.lines,
        codes=poured.codes,
        shipping_address=cart.shipping_address,
        billing_address=cart.billing_address,
        shipping_method_id=cart.shipping_method_id,
    )
    _end(
        tx,
        guests,
        CartStatus.MERGED,
        refused=refused,
        merged_into=cart.id,
        left_out=[one.as_data() for one in poured.left_out],
        shipping_address=None,
        billing_address=None,
    )


def left_out_of(cart: CartItem) -> tuple[LeftOut, ...]:
    """Return what did not fit when a cart was merged."""
    return tuple(LeftOut(**one) for one in cart.left_out or ())


def convert(tx: Transaction, cart: CartItem, order_id: str, *, refused: Problem) -> None:
    """Append that a cart became an order: once, whoever else tries."""
    _end(tx, cart, CartStatus.CONVERTED, refused=refused, order_id=order_id)


def remove(tx: Transaction, cart: CartItem, *, refused: Problem) -> None:
    """Append that a cart is thrown away, the addresses in it too."""
    unchanged = (CartItem.version == cart.version) & (CartItem.status == CartStatus.OPEN.value)
    tx.remove(cart.key, when=unchanged, refused=refused)


def with_quantity(lines: Sequence[CartLine], line: CartLine) -> list[CartLine]:
    """Return the lines with ``line`` in the place of its former self, or at the end."""
    if any(one.id == line.id for one in lines):
        return [line if one.id == line.id else one for one in lines]
    return [*lines, line]


def _use(tx: Transaction, cart: CartItem, *, refused: Problem, **values: Any) -> None:
    """Append changes of an open cart. It is in use, so its time begins anew."""
    still_open = CartItem.status == CartStatus.OPEN.value
    amend(tx, cart, when=still_open, refused=refused, **values, **life_from(tx.moment))


def _end(tx: Transaction, cart: CartItem, status: CartStatus, *, refused: Problem, **values: Any) -> None:
    """Append that an open cart is over."""
    still_open = CartItem.status == CartStatus.OPEN.value
    amend(tx, cart, when=still_open, refused=refused, status=status.value, **values)
