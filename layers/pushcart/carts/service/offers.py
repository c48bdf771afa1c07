"""Showing a cart at what its lines are offered at today."""

from __future__ import annotations

from collections.abc import Sequence

from pushcart.carts.models import CartItem
from pushcart.carts.schemas import Cart, CartProblem
from pushcart.carts.service.appraisal import Appraisal, appraise
from pushcart.carts.views import cart_of
from utils.transaction import Transaction


def shown(tx: Transaction, cart: CartItem, *, told: Sequence[CartProblem] = ()) -> Cart:
    """Return a cart as it is answered, at today's prices: one call, or none for an empty one."""
    return shown_as(cart, appraise(tx, cart), told=told)


def shown_as(cart: CartItem, appraisal: Appraisal, *, told: Sequence[CartProblem] = ()) -> Cart:
    """Return a cart as it is answered, from what was read of its lines."""
    return cart_of(cart, appraisal.offers, appraisal.quote(cart), told=told)
