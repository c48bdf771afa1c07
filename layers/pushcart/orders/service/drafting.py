"""Orders that staff places in somebody's name: the same goods, prices and stock as a checkout's, and no payment yet.

The first attempt to pay is void and was never sent, so that the buyer, who is mailed a link, makes the next by
``POST /orders/{order_id}/payments``. It is held for as long as staff says; then the sweeper ends it as any other.
Prices of staff's own are not offered: what an order comes to is always the shop's own reckoning.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from pushcart.accounts import service as accounts
from pushcart.carts import service as carts
from pushcart.carts.service import Wish
from pushcart.catalog import service as catalog
from pushcart.inventory import service as inventory
from pushcart.money import shop_currency
from pushcart.orders import events, repository
from pushcart.orders.models import ContactItem, OrderItem
from pushcart.orders.schemas import Order
from pushcart.orders.service.checkout import allocated, refuse_unsettled, sold_lines
from pushcart.orders.service.moves import announce
from pushcart.orders.service.placing import line_of, new_order
from pushcart.orders.service.wanted import named_once
from pushcart.orders.staff_schemas import DraftOrder
from pushcart.orders.views import order_of
from pushcart.payments.service import attempts
from pushcart.pricing import service as pricing
from utils.clock import now, parse
from utils.errors import ValidationFailed
from utils.ids import new_id
from utils.models import Key
from utils.transaction import Transaction


class _Buyer(NamedTuple):
    email: str
    customer_id: str | None = None
    name: str | None = None
    locale: str | None = None


def draft_order(tx: Transaction, data: DraftOrder) -> Order:
    """Place an order in somebody's name, hold its stock, and have them asked by mail to pay it.

    Raises
    ------
    ValidationFailed
        When it names a SKU twice, both a customer and an address or neither, or a customer that there is not.
    InvalidState
        For what cannot be bought, a promotion or a way of delivery that is not granted: one entry for each.
    InsufficientStock
        One entry for each short SKU.
    """
    named_once(data.lines, dict.fromkeys(line.sku for line in data.lines))
    buyer, wishes = _read(tx, data)
    cart = carts.drafted_cart(
        tx,
        currency=data.currency or shop_currency(),
        wishes=wishes,
        codes=data.codes,
        shipping_method_id=data.shipping_method_id,
        shipping_address=data.shipping_address.model_dump() if data.shipping_address else None,
        billing_address=data.billing_address.model_dump() if data.billing_address else None,
    )
    appraisal = carts.appraise(tx, cart, consistent=True, final=True)
    sold = sold_lines(cart, appraisal.offers)
    quote = appraisal.quote(cart)
    refuse_unsettled(cart, quote, field="shipping_address")
    reserved = allocated(tx, cart, appraisal.offers)
    lines = [line_of(*parts) for parts in zip(sold, quote.lines, reserved, strict=True)]
    order = _order(tx, data, buyer, cart.currency, lines, quote)
    contact = _contact(order, cart, buyer, data.note)
    inventory.reserve(tx, order_id=order.id, lines=reserved, held_until=parse(order.held_until))
    pricing.claim_uses(tx, quote)
    repository.add(tx, order, contact)
    _announce(tx, order, data)
    return order_of(order, contact, with_note=True)


def _read(tx: Transaction, data: DraftOrder) -> tuple[_Buyer, list[Wish]]:
    if (data.customer_id is None) == (data.email is None):
        raise ValidationFailed("Name a customer or an email address, one of the two.", field="customer_id")
    keys: list[Key] = [catalog.sku_key(line.sku) for line in data.lines]
    if data.customer_id:
        keys.append(accounts.profile_key(data.customer_id))
    found = tx.read(*keys)
    claims = found[: len(data.lines)]
    wishes = [
        Wish(claim.product_id if claim else "none", line.sku, line.quantity)
        for line, claim in zip(data.lines, claims, strict=True)
    ]
    return _buyer(data, found[len(data.lines) :]), wishes


def _buyer(data: DraftOrder, profiles: Sequence[Any]) -> _Buyer:
    if data.email:
        return _Buyer(data.email)
    profile = profiles[0]
    if accounts.contact_of(profile) is None:
        raise ValidationFailed("There is no such customer.", field="customer_id", detail="unknown")
    return _Buyer(profile.email, profile.id, profile.name, profile.locale)


def _order(
    tx: Transaction, data: DraftOrder, buyer: _Buyer, currency: str, lines: Sequence[dict[str, Any]], quote: Any
) -> OrderItem:
    order_id = new_id("ord")
    return new_order(
        tx,
        order_id=order_id,
        cart_id=None,
        customer_id=buyer.customer_id,
        currency=currency,
        lines=lines,
        quote=quote,
        payment=attempts.unmade(tx, order_id=order_id, amount=quote.totals["total"], currency=currency),
        held_until=now() + timedelta(hours=data.hold_hours),
        source="draft",
    )


def _contact(order: OrderItem, cart: Any, buyer: _Buyer, note: str | None) -> ContactItem:
    key = repository.contact_key(order.id)
    return ContactItem(
        key.pk,
        key.sk,
        email=buyer.email,
        name=buyer.name,
        locale=buyer.locale,
        shipping_address=cart.shipping_address,
        billing_address=cart.billing_address,
        note=note,
    )


def _announce(tx: Transaction, order: OrderItem, data: DraftOrder) -> None:
    placed = events.placed(
        customer_id=order.customer_id,
        currency=order.currency,
        total=order.totals["total"],
        lines=order.lines,
        reservation_seconds=int(timedelta(hours=data.hold_hours).total_seconds()),
    )
    announce(tx, order.id, 1, [placed, events.drafted(order.payment["id"])])
