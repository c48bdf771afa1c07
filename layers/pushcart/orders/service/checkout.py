"""Checkout: a cart becomes an order in three calls, two batch reads and one transaction, and nothing in between.

All or nothing: the cart is converted, each SKU's stock held, order, contact, number and payment are there, and the
events that set off the rest. No provider is called; the payments queue does that (data.md, checkout and payment).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from pushcart.accounts import service as accounts
from pushcart.carts import service as carts
from pushcart.catalog import service as catalog
from pushcart.inventory import service as inventory
from pushcart.inventory.service import InsufficientStock, ReservedLine
from pushcart.orders import events, repository
from pushcart.orders.models import ContactItem, OrderItem, status_shard
from pushcart.orders.schemas import Order, PlaceOrder
from pushcart.orders.service.moves import announce
from pushcart.orders.views import order_of
from pushcart.payments.service import attempts
from pushcart.states import FulfillmentStatus, OrderStatus
from utils.access import Principal
from utils.clock import now, parse, rfc3339
from utils.errors import InvalidState, Problem, Unauthenticated, ValidationFailed, merged
from utils.ids import new_id, random_code
from utils.settings import setting
from utils.transaction import Transaction

LOCATION: Final = "main"
NUMBER_LENGTH: Final = 9
ORDER_TOKEN: Final = "order"  # noqa: S105 - what a token is for, not one

IssueToken = Callable[[str, str], str]


class Sold(NamedTuple):
    """A cart's line at today's title and price."""

    sku: str
    product_id: str
    title: str
    quantity: int
    unit_price: int
    location_id: str = LOCATION

    def as_data(self) -> dict[str, Any]:
        return {**self._asdict(), "total": self.unit_price * self.quantity}


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
        When the cart is empty, over, or holds what cannot be bought: one entry for each.
    InsufficientStock
        One entry for each short SKU, with what was requested and what is available.
    ValidationFailed
        When the provider is not taken here, or the e-mail address is missing or not the account's.
    """
    attempts.refuse_unknown(data.payment.provider)
    cart, profile = _read_cart(tx, principal, data)
    email = _email(principal, profile, data)
    sold = _read_offers(tx, cart)
    order, contact = _order(tx, principal, cart, sold, data)
    contact.email, contact.name, contact.locale = (
        email,
        getattr(profile, "name", None),
        getattr(profile, "locale", None),
    )
    carts.convert(tx, cart, order.id)
    _hold(tx, order, sold)
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


def _read_offers(tx: Transaction, cart: Any) -> list[Sold]:
    """Read what each line costs today and whether there is enough of it: one call of at most 100 keys."""
    lines = cart.lines
    variants = [catalog.variant_key(line.product_id, line.sku) for line in lines]
    stocks = [inventory.stock_key(line.sku, LOCATION) for line in lines]
    found = tx.read(*variants, *stocks)
    sold, problems = [], []
    for line, variant in zip(lines, found, strict=False):
        price = catalog.price_in(variant, cart.currency) if catalog.is_sold(variant) else None
        if price is None:
            problems.append(InvalidState(f"{line.sku} cannot be bought.", detail=f"{line.sku}: no longer sold"))
        else:
            sold.append(Sold(line.sku, line.product_id, variant.title, int(line.quantity), price))
    if problems:
        raise merged(problems)
    if short := _short(sold, found[len(lines) :]):
        raise merged(short)
    return sold


def _short(sold: Sequence[Sold], stocks: Sequence[Any]) -> list[Problem]:
    """Return who is short by what was read. The transaction decides; this spares most of those who come too late."""
    return [
        InsufficientStock(line.sku, requested=line.quantity, available=int(stock.available) if stock else 0)
        for line, stock in zip(sold, stocks, strict=True)
        if stock is None or stock.available < line.quantity
    ]


def _order(
    tx: Transaction, principal: Principal, cart: Any, sold: Sequence[Sold], data: PlaceOrder
) -> tuple[OrderItem, ContactItem]:
    order_id = new_id("ord")
    lines = [line.as_data() for line in sold]
    total = sum(line["total"] for line in lines)
    payment = attempts.begin(
        tx,
        order_id=order_id,
        attempt=1,
        amount=total,
        currency=cart.currency,
        provider_name=data.payment.provider,
        token=data.payment.token,
    )
    key, moment = repository.order_key(order_id), tx.moment
    order = OrderItem(
        key.pk,
        key.sk,
        id=order_id,
        number=random_code(NUMBER_LENGTH),
        cart_id=cart.id,
        customer_id=principal.id if principal.kind == "user" else None,
        currency=cart.currency,
        lines=lines,
        totals={"subtotal": total, "discount": 0, "shipping": 0, "tax": 0, "total": total},
        status=str(OrderStatus.PENDING_PAYMENT),
        status_shard=status_shard(OrderStatus.PENDING_PAYMENT),
        payment_status=payment["status"],
        fulfillment_status=str(FulfillmentStatus.UNFULFILLED),
        payment=payment,
        held_until=rfc3339(now() + timedelta(seconds=reservation_seconds())),
        sequence=2,
        placed_at=moment,
        created_at=moment,
        updated_at=moment,
    )
    contact_key = repository.contact_key(order_id)
    contact = ContactItem(
        contact_key.pk,
        contact_key.sk,
        shipping_address=cart.shipping_address,
        billing_address=cart.billing_address,
    )
    return order, contact


def _hold(tx: Transaction, order: OrderItem, sold: Sequence[Sold]) -> None:
    inventory.reserve(
        tx,
        order_id=order.id,
        lines=[ReservedLine(line.sku, line.location_id, line.quantity) for line in sold],
        held_until=parse(order.held_until),
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
