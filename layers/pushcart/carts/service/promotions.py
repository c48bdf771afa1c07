"""Codes of promotions in a cart."""

from __future__ import annotations

from typing import NoReturn

from pushcart.carts import repository
from pushcart.carts.models import MAX_CODES
from pushcart.carts.schemas import Cart, CartCode
from pushcart.carts.service.access import cart_key, open_cart
from pushcart.carts.service.appraisal import appraise
from pushcart.carts.service.offers import shown_as
from pushcart.pricing.service import QuoteProblem
from utils.access import Principal
from utils.errors import InvalidState, NotFound
from utils.transaction import Transaction
from utils.versions import expect, overtaken_by


def add_code(tx: Transaction, principal: Principal, cart_id: str, data: CartCode, *, if_match: int | None) -> Cart:
    """Put a promotion's code into a cart. One that is there already stays as it is.

    A code that is refused counts as a try, so that nobody guesses codes faster than the route's limit allows.

    Raises
    ------
    NotFound
        When there is no such code, or its time has not come.
    InvalidState
        When it does not go with this cart as it is now, or the cart has three codes.
    """
    cart = open_cart(tx.read_one(cart_key(cart_id)), principal)
    expect(cart, if_match)
    code = data.code
    if code not in cart.codes and len(cart.codes) >= MAX_CODES:
        raise InvalidState(f"A cart takes at most {MAX_CODES} codes.", field="code")
    is_new = code not in cart.codes
    codes = [*cart.codes, code] if is_new else cart.codes
    cart.codes = codes
    appraisal = appraise(tx, cart, even_empty=True)
    problem = appraisal.refusal(cart, code)
    if is_new and problem:
        _refuse(tx, problem)
    if is_new:
        repository.set_codes(tx, cart, codes, refused=overtaken_by(if_match))
    return shown_as(cart, appraisal)


def remove_code(tx: Transaction, principal: Principal, cart_id: str, code: str, *, if_match: int | None) -> None:
    """Take a promotion's code out of a cart."""
    cart = open_cart(tx.read_one(cart_key(cart_id)), principal)
    expect(cart, if_match)
    codes = [one for one in cart.codes if one != code.upper()]
    if codes == cart.codes:
        raise NotFound("promotion")
    repository.set_codes(tx, cart, codes, refused=overtaken_by(if_match))


def _refuse(tx: Transaction, problem: QuoteProblem) -> NoReturn:
    tx.count_refused()
    if problem.code == "promotion_unknown":
        raise NotFound("promotion")
    raise InvalidState(problem.message, field="code", detail=problem.code)
