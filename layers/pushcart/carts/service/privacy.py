"""What a customer's carts hold of them: to be handed out, and to be erased."""

from __future__ import annotations

from typing import Any, Final

from pushcart.carts import repository
from pushcart.carts.models import CartItem
from utils.queries import Page
from utils.reads import fetch
from utils.transaction import Transaction

PAGE: Final = 25


def exported(owner_id: str, start: dict[str, Any] | None) -> Page[dict[str, Any]]:
    """Return a page of a customer's carts: what was chosen, and the addresses."""
    page = repository.of_owner(owner_id, limit=PAGE, start=start)
    found = fetch([cart.key for cart in page.items], batch=True)
    return Page([_record(cart) for cart in found.values()], page.last_key)


def erase_all(owner_id: str, start: dict[str, Any] | None) -> Page[str]:
    """Erase a page of a customer's carts, those that became orders too: the order has all that the books need."""
    page = repository.of_owner(owner_id, limit=PAGE, start=start)
    tx = Transaction()
    for cart in page.items:
        tx.remove(cart.key)
    tx.commit()
    return Page([cart.pk for cart in page.items], page.last_key)


def _record(cart: CartItem) -> dict[str, Any]:
    return {
        "id": cart.id,
        "status": cart.status,
        "currency": cart.currency,
        "items": [{"sku": line.sku, "title": line.title, "quantity": line.quantity} for line in cart.lines],
        "promotions": cart.codes,
        "shipping_method": cart.shipping_method_id,
        "shipping_address": cart.shipping_address,
        "billing_address": cart.billing_address,
        "created_at": cart.created_at,
        "updated_at": cart.updated_at,
    }
