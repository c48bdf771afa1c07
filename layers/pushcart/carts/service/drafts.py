"""Baskets that staff fills in somebody's name: priced as a cart is, and never stored as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pushcart.carts.models import CartItem, CartLine
from pushcart.carts.repository import life_from
from pushcart.carts.service.access import cart_key
from utils.transaction import Transaction

_NOWHERE = "draft"


class Wish(NamedTuple):
    """So many of a SKU of a product."""

    product_id: str
    sku: str
    quantity: int


def drafted_cart(
    tx: Transaction,
    *,
    currency: str,
    wishes: Sequence[Wish],
    codes: Sequence[str],
    shipping_method_id: str | None,
    shipping_address: dict[str, Any] | None,
    billing_address: dict[str, Any] | None,
) -> CartItem:
    """Return a cart that :func:`~pushcart.carts.service.appraise` takes; nothing is appended.

    Example
    -------
    >>> drafted_cart(tx, currency="EUR", wishes=[Wish("prd_1", "MUG-1", 2)], codes=[])  # doctest: +SKIP
    """
    key, moment = cart_key(_NOWHERE), tx.moment
    return CartItem(
        key.pk,
        key.sk,
        id=_NOWHERE,
        currency=currency,
        lines=[CartLine(wish.sku, wish.product_id, wish.sku, wish.sku, wish.quantity, 0) for wish in wishes],
        codes=list(codes),
        shipping_method_id=shipping_method_id,
        shipping_address=shipping_address,
        billing_address=billing_address,
        created_at=moment,
        updated_at=moment,
        **life_from(moment),
    )
