"""Checkout: a cart becomes an order in three calls, two batch reads and one transaction, and nothing in between.

All or nothing: the cart is converted, each SKU's stock held, the use of each capped promotion claimed, order, contact,
number and payment are there, and the events that set off the rest. No provider is called; the payments queue does that
(data.md, checkout and payment). A cart of 48 lines or more that has codes, a way of shipping and an address takes one
read more; a line that is short where it was seen takes one Query, of all its places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from pushcart.accounts import service as accounts
from pushcart.carts import service as carts
from pushcart.inventory import service as inventory
from pushcart.inventory.service import Place, ReservedLine, Wanted
from pushcart.orders import events, repository
from pushcart.orders.models import ContactItem, OrderItem
from pushcart.orders.schemas import Order, PlaceOrder
from pushcart.orders.service.moves import announce
from pushcart.orders.service.placing import Sold, line_of, new_order
from pushcart.orders.views import order_of
from pushcart.payments.service import attempts
from pushcart.pricing import service as pricing
from pushcart.pricing.service import Quote, QuoteProblem
from utils.access import Principal
from utils.clock import now, parse
from utils.errors import InvalidState, Unauthenticated, ValidationFailed, merged
from utils.ids import new_id
from utils.settings import setting
from utils.transaction import Transaction

ORDER_TOKEN: Final = "order"  # noqa: S105 - what a token is for, not one

IssueToken = Callable[[str, str], str]


def place_order(tx: Transaction, principal: Principal, data: PlaceOrder, issue_token: IssueToken) -> Order:
    """Turn a cart into an order that waits for its payment.

    Parameters
    ----------
    issue_token
        Derives a guest's order token; it is shown once and never stored.

    Raises
    ------
    NotFound
        When there is no such cart, or it is somebody else's.
    InvalidState
        When the cart is empty, over, or holds what cannot be had: a line, a promotion, a delivery, one entry for each.
        Also when it comes to another total than the shopper was shown.
    InsufficientStock
        One entry for each short SKU, with what was requested and what is available.
    ValidationFailed
        When the provider is not taken here, or the e-mail address is missing or not the account's.
    """
    attempts.refuse_unknown(data.payment.provider)
    cart, profile = _read_cart(tx, principal, data)
    email = _email(principal, profile, data)
    appraisal = carts.appraise(tx, cart, consistent=True, final=True)
    sold = sold_lines(cart, appraisal.offers)
    quote = appraisal.quote(cart)
    refuse_unsettled(cart, quote)
    _refuse_other_total(data, quote, cart.currency)
    reserved = allocated(tx, cart, appraisal.offers)
    order = _order(tx, principal, cart, data, sold, quote, reserved)
    contact = _contact(order, cart, email, profile)
    carts.convert(tx, cart, order.id)
    inventory.reserve(tx, order_id=order.id, lines=reserved, held_until=parse(order.held_until))
    pricing.claim_uses(tx, quote)
    repository.add(tx, order, contact)
    _announce(tx, order)
    token = issue_token(ORDER_TOKEN, order.id) if principal.kind == "guest" else None
    return order_of(order, contact, token=token)


def _read_cart(tx: Transaction, principal: Principal, data: PlaceOrder) -> tuple[Any, Any]:
    keys = [carts.cart_key(data.cart_id)]
    if principal.kind == "user":
        keys.append(accounts.profile_key(principal.id))
    found, *profiles = tx.read(*keys)
    cart = carts.open_cart(found, principal)
    if not cart.lines:
        raise InvalidState("The cart is empty.")
    return cart, profiles[0] if profiles else None


def _email(principal: Principal, profile: Any, data: PlaceOrder) -> str:
    if principal.kind == "guest":
        if data.email is None:
            raise ValidationFailed("Say where to send the confirmation.", field="email", detail="missing")
        return data.email
    if profile is None:
        raise Unauthenticated("Log in to do this.")
    if data.email not in {None, profile.email}:
        raise ValidationFailed("Your account has another address. Leave this out.", field="email")
    return str(profile.email)


def sold_lines(cart: Any, offers: Any) -> list[Sold]:
    """Return the cart's lines at today's titles and prices; refuse when one of them cannot be bought."""
    sold, problems = [], []
    for line in cart.lines:
        offer = offers[line.sku]
        price = offer.price_in(cart.currency)
        if price is None:
            problems.append(InvalidState(f"{line.sku} cannot be bought.", detail=f"{line.sku}: no longer sold"))
        else:
            sold.append(Sold(line.sku, line.product_id, offer.title, line.quantity, price, offer.weight_grams))
    if problems:
        raise merged(problems)
    return sold


def refuse_unsettled(cart: Any, quote: Quote, *, field: str = "cart_id") -> None:
    """Refuse what would be charged or sent otherwise than the cart asks for. ``field`` says where that is asked."""
    problems = [
        *map(_refusal_of, quote.problems),
        *(InvalidState(one.message, field=field, detail=one.code) for one in carts.unsettled(cart)),
    ]
    if problems:
        raise merged(problems)


def _refusal_of(problem: QuoteProblem) -> InvalidState:
    is_promotion = problem.code.startswith("promotion_")
    todo = "Take its code out of the cart and order again." if is_promotion else "Choose another and order again."
    field = "promotions" if is_promotion else "shipping_method"
    return InvalidState(f"{problem.message} {todo}", field=field, detail=f"{problem.code}: {problem.detail}")


def _refuse_other_total(data: PlaceOrder, quote: Quote, currency: str) -> None:
    """Refuse when the shopper was shown another total, so that nobody is charged what they did not see."""
    seen, total = data.expected_total, quote.totals["total"]
    if seen is not None and (seen.amount, seen.currency) != (total, currency):
        raise InvalidState(
            "The total has changed. Show the cart again, and order at the new one.",
            field="expected_total",
            detail=f"expected {seen.amount} {seen.currency}, now {total} {currency}",
        )


def allocated(tx: Transaction, cart: Any, offers: Any) -> list[ReservedLine]:
    """Return where each line is taken from; refuse, naming every short SKU, when there is too little."""
    wants = [Wanted(line.sku, line.quantity, Place(line.location_id, line.bucket)) for line in cart.lines]
    return inventory.allocate(tx, wants, [offers[line.sku].stock for line in cart.lines])


def _order(
    tx: Transaction,
    principal: Principal,
    cart: Any,
    data: PlaceOrder,
    sold: Sequence[Sold],
    quote: Quote,
    reserved: Sequence[ReservedLine],
) -> OrderItem:
    order_id = new_id("ord")
    payment = attempts.begin(
        tx,
        order_id=order_id,
        attempt=1,
        amount=quote.totals["total"],
        currency=cart.currency,
        provider_name=data.payment.provider,
        token=data.payment.token,
    )
    return new_order(
        tx,
        order_id=order_id,
        cart_id=cart.id,
        customer_id=principal.id if principal.kind == "user" else None,
        currency=cart.currency,
        lines=[line_of(*parts) for parts in zip(sold, quote.lines, reserved, strict=True)],
        quote=quote,
        payment=payment,
        held_until=now() + timedelta(seconds=reservation_seconds()),
    )


def _contact(order: OrderItem, cart: Any, email: str, profile: Any) -> ContactItem:
    key = repository.contact_key(order.id)
    return ContactItem(
        key.pk,
        key.sk,
        email=email,
        name=getattr(profile, "name", None),
        locale=getattr(profile, "locale", None),
        shipping_address=cart.shipping_address,
        billing_address=cart.billing_address,
    )


def _announce(tx: Transaction, order: OrderItem) -> None:
    placed = events.placed(
        customer_id=order.customer_id,
        currency=order.currency,
        total=order.totals["total"],
        lines=order.lines,
        reservation_seconds=reservation_seconds(),
    )
    due = events.due(order.id, order.payment["id"], 1)
    announce(tx, order.id, 1, [placed, due])


def reservation_seconds() -> int:
    """Return how long stock is held for an order that is not paid, from ``RESERVATION_SECONDS``."""
    return int(setting("RESERVATION_SECONDS"))
