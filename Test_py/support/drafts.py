"""Orders that staff places in somebody's name, and links to orders, through the gateway."""

from __future__ import annotations

from itertools import count
from typing import Any

from Test_py.support import people
from Test_py.support.client import Api, Reply
from Test_py.support.letters import link_in
from Test_py.support.people import Person
from Test_py.support.shopkeeping import tag
from Test_py.support.shopping import ORDERS, Placed

DRAFTS = f"{ORDERS}/drafts"
EMAIL = "grace@example.org"
_numbers = count(1)


def draft(api: Api, staff: Person, *skus: str, key: str | None = None, quantity: int = 1, **fields: Any) -> Reply:
    """Place an order of ``quantity`` of each SKU in somebody's name: of :data:`EMAIL`, unless a customer is named."""
    lines = [{"sku": sku, "quantity": quantity} for sku in skus]
    buyer = {} if {"customer_id", "email"} & set(fields) else {"email": EMAIL}
    body = {"lines": lines, **buyer, **fields}
    return api.post(DRAFTS, json=body, token=staff.token, key=key or f"draft-{next(_numbers)}")


def drafted(api: Api, staff: Person, *skus: str, credentials: dict[str, Any] | None = None, **fields: Any) -> Placed:
    """Return a draft; whoever it is for shows ``credentials``."""
    reply = draft(api, staff, *skus, **fields)
    assert reply.status == 201, reply.body
    return Placed(reply.data["id"], reply.data, credentials or {})


def mailed_token(email: str = EMAIL) -> str:
    """Return the order token of the latest mail that leads to an order."""
    return link_in("/order", email).partition("&token=")[2]


def mailed(order: Placed, email: str = EMAIL) -> Placed:
    """Return a draft with the token that its buyer was mailed."""
    return Placed(order.id, order.data, {"order_token": mailed_token(email)})


def look_up(api: Api, number: Any, email: Any = EMAIL, **options: Any) -> Reply:
    return api.post(f"{ORDERS}/lookup", json={"number": number, "email": email}, **options)


def claim(api: Api, order: Placed, person: Person, token: str | None = None, *, key: str | None = None) -> Reply:
    """Ask for a guest's order; with its own token unless another is given (``""``: none)."""
    shown = order.credentials.get("order_token") if token is None else token
    body = {"order_token": shown} if shown else {}
    key = key or f"claim-{next(_numbers)}"
    return api.post(f"{order.path}/claim", json=body, token=person.token, key=key)


def change(api: Api, staff: Person, order: Placed, *, version: int | None = None, **body: Any) -> Reply:
    """Change an order, as it is now unless a version is given."""
    headers = {"if-match": "*"} if version is None else tag(version)
    return api.patch(order.path, json=body, token=staff.token, headers=headers)


def verified(api: Api, email: str) -> Person:
    """Return a new customer whose address is confirmed."""
    return people.verify_address(api, people.customer(api, email))
