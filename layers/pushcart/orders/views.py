"""An order as the API answers it, from its items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pushcart.money import Money
from pushcart.orders.goods_views import summary_of_parcel, summary_of_return
from pushcart.orders.models import ContactItem, OrderItem
from pushcart.orders.schemas import Order, OrderLine, OrderSummary
from pushcart.shapes import AppliedPromotion, ChosenShipping, Totals, payment_of


def summary_of(order: OrderItem) -> OrderSummary:
    """Show an order in a list."""
    return OrderSummary(**_common(order))


def order_of(
    order: OrderItem, contact: ContactItem | None, *, token: str | None = None, with_note: bool = False
) -> Order:
    """Show an order whole; without its contact, which may have been erased, nothing personal is in it.

    Parameters
    ----------
    with_note
        For staff, and for who asks for all that is kept of them.
    """
    return Order(
        **_common(order),
        email=contact.email if contact else "",
        shipping_address=contact.shipping_address if contact else None,
        billing_address=contact.billing_address if contact else None,
        fulfillments=[summary_of_parcel(parcel) for parcel in order.fulfillments],
        returns=[summary_of_return(one) for one in order.returns],
        note=getattr(contact, "note", None) if with_note else None,
        order_token=token,
    )


def _common(order: OrderItem) -> dict[str, Any]:
    currency = order.currency

    def money(amount: int) -> Money:
        return Money(amount=int(amount), currency=currency)

    return {
        "id": order.id,
        "number": order.number,
        "customer_id": order.customer_id,
        "currency": currency,
        "lines": [
            OrderLine(
                sku=line["sku"],
                title=line["title"],
                quantity=int(line["quantity"]),
                unit_price=money(line["unit_price"]),
                total=money(line["total"]),
                # Orders of an earlier release knew neither.
                discount=money(line.get("discount", 0)),
                tax=money(line.get("tax", 0)),
                tax_rate=int(line.get("tax_rate", 0)),
            )
            for line in order.lines
        ],
        "totals": Totals(**{name: money(amount) for name, amount in order.totals.items()}),
        "promotions": [
            AppliedPromotion(promotion_id=one["promotion_id"], code=one["code"], amount=money(one["amount"]))
            for one in order.promotions
        ],
        "shipping_method": _shipping(order.shipping_method, money),
        "tax_included": bool(order.tax_included),
        "status": order.status,
        "payment_status": order.payment_status,
        "fulfillment_status": order.fulfillment_status,
        "payment": payment_of(order.id, order.payment),
        "source": order.source,
        "invoice_number": order.invoice["number"] if order.invoice else None,
        "cancel_requested": bool(order.cancel_requested),
        "cancel_reason": order.cancel_reason,
        "held_until": order.held_until,
        "placed_at": order.placed_at,
        "created_at": order.created_at,
        "updated_at": order.updated_at,
        "version": int(order.version),
    }


def _shipping(method: dict[str, Any] | None, money: Callable[[int], Money]) -> ChosenShipping | None:
    return ChosenShipping(id=method["id"], name=method["name"], amount=money(method["amount"])) if method else None
