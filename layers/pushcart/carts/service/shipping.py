"""How a cart's goods are sent: what could be chosen, and what was."""

from __future__ import annotations

from typing import Any

from pushcart.carts import repository
from pushcart.carts.schemas import Cart, CartShipping, ShippingOption
from pushcart.carts.service.access import cart_key, open_cart
from pushcart.carts.service.appraisal import appraise, basket_of
from pushcart.carts.service.offers import shown_as
from pushcart.money import Money
from pushcart.pricing import service as pricing
from utils.access import Principal
from utils.errors import InvalidCursor, InvalidState, NotFound
from utils.queries import Page
from utils.transaction import Transaction
from utils.versions import expect, overtaken_by


def list_options(
    tx: Transaction, principal: Principal, cart_id: str, *, limit: int, start: dict[str, Any] | None
) -> Page[ShippingOption]:
    """List what could be chosen for a cart as it is now, the cheapest first, in three calls."""
    cart = open_cart(tx.read_one(cart_key(cart_id)), principal)
    appraisal = appraise(tx, cart)
    options = pricing.shipping_options(tx, basket_of(cart, appraisal.offers), appraisal.found)
    return _page([_option_of(option, cart.currency) for option in options], limit=limit, start=start)


def set_shipping(
    tx: Transaction, principal: Principal, cart_id: str, data: CartShipping, *, if_match: int | None
) -> Cart:
    """Say how the goods are to be sent, or take the choice away.

    Raises
    ------
    NotFound
        When there is no such way.
    InvalidState
        When it does not go with this cart: not to its address, not in its currency, not at its weight.
    """
    cart = open_cart(tx.read_one(cart_key(cart_id)), principal)
    expect(cart, if_match)
    method_id = cart.shipping_method_id = data.shipping_method_id
    appraisal = appraise(tx, cart, even_empty=True)
    problem = appraisal.refusal(cart, method_id) if method_id else None
    if problem and problem.code == "shipping_unknown":
        raise NotFound("shipping method")
    # Where there is no address yet, it is not known whether it goes there: the cart tells that once there is one.
    if problem and (cart.shipping_address or problem.code != "shipping_not_to_address"):
        raise InvalidState(problem.message, field="shipping_method_id", detail=problem.code)
    repository.set_shipping(tx, cart, method_id, refused=overtaken_by(if_match))
    return shown_as(cart, appraisal)


def _page(options: list[ShippingOption], *, limit: int, start: dict[str, Any] | None) -> Page[ShippingOption]:
    """Return a page of what is known as a whole: prices sort it, and no index knows those of a cart."""
    if start is not None:
        ids = [{"id": {"S": option.id}} for option in options]
        if start not in ids:
            raise InvalidCursor("The cursor does not belong to this list. Start again without it.", field="cursor")
        options = options[ids.index(start) + 1 :]
    shown = options[:limit]
    return Page(shown, {"id": {"S": shown[-1].id}} if len(options) > limit else None)


def _option_of(option: pricing.ShippingOption, currency: str) -> ShippingOption:
    return ShippingOption(
        id=option.method_id,
        name=option.name,
        amount=Money(amount=option.amount, currency=currency),
        tax=Money(amount=option.tax, currency=currency),
    )
