"""What a customer's orders hold of them: to be handed out, and to be erased. The books stay."""

from __future__ import annotations

from typing import Any, Final

from pushcart.orders import repository
from pushcart.orders.views import order_of
from utils.queries import Page
from utils.reads import fetch
from utils.transaction import Transaction

PAGE: Final = 25


def exported(customer_id: str, start: dict[str, Any] | None) -> Page[dict[str, Any]]:
    """Return a page of a customer's orders as they would see them, oldest first."""
    page = repository.of_customer(customer_id, limit=PAGE, descending=False, start=start)
    contacts = fetch([repository.contact_key(order.id) for order in page.items], batch=True)
    found = [order_of(order, contacts.get(repository.contact_key(order.id)), with_note=True) for order in page.items]
    return Page([order.model_dump(mode="json", exclude_none=True) for order in found], page.last_key)


def erase_contacts(customer_id: str, start: dict[str, Any] | None) -> Page[str]:
    """Erase what is personal of a page of a customer's orders; what was bought and paid stays. Twice is as once.

    Returns
    -------
    Page
        Ids of the orders, and where the next page begins.
    """
    page = repository.of_customer(customer_id, limit=PAGE, descending=False, start=start)
    tx = Transaction()
    for order in page.items:
        tx.remove(repository.contact_key(order.id))
    tx.commit()
    return Page([order.id for order in page.items], page.last_key)
