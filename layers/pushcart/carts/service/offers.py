"""Showing a cart at what its lines are offered at today."""

from __future__ import annotations

from collections.abc import Sequence

from pushcart.carts.models import CartItem
from pushcart.carts.offers import Delivery, Granted, Obstacle, Sum
from pushcart.carts.schemas import Cart, CartProblem
from pushcart.carts.service.appraisal import Appraisal, appraise
from pushcart.carts.views import cart_of
from pushcart.pricing.service import Quote, QuoteProblem
from utils.transaction import Transaction


def shown(tx: Transaction, cart: CartItem, *, told: Sequence[CartProblem] = ()) -> Cart:
    """Return a cart as it is answered, at today's prices: one call, or none for an empty one."""
    return shown_as(cart, appraise(tx, cart), told=told)


def shown_as(cart: CartItem, appraisal: Appraisal, *, told: Sequence[CartProblem] = ()) -> Cart:
    """Return a cart as it is answered, from what was read of its lines."""
    return cart_of(cart, appraisal.offers, _sum_of(appraisal.quote(cart)), told=told)


def _sum_of(quote: Quote) -> Sum:
    shipping = quote.shipping
    return Sum(
        totals=quote.totals,
        tax_included=quote.tax_included,
        granted={one.code: Granted(one.promotion_id, one.amount) for one in quote.promotions},
        delivery=Delivery(shipping.method_id, shipping.name, shipping.amount) if shipping else None,
        obstacles=[_obstacle_of(problem) for problem in quote.problems],
    )


def _obstacle_of(problem: QuoteProblem) -> Obstacle:
    is_about_code = problem.code.startswith("promotion_")
    return Obstacle(problem.code, problem.message, problem.detail if is_about_code else "")
