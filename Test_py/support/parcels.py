"""Goods that leave the house and come back, through the gateway."""

from __future__ import annotations

from itertools import count
from typing import Any

from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.client import Api, Reply
from Test_py.support.people import Person
from Test_py.support.shopkeeping import tag
from Test_py.support.shopping import ORDERS, Placed

RETURNS = "/api/v1/returns"
PAYS = "tok_success"
TRACKING = {"carrier": "Royal Mail", "number": "RM123456785GB", "url": "https://track.example.com/RM123456785GB"}
_numbers = count(1)


def paid(shop: Shop, api: Api, *skus: str, quantity: int = 1, token: str | None = None, by: str = PAYS) -> Placed:
    """Return a confirmed order of ``quantity`` of each SKU, paid ``by`` a token of the sandbox."""
    order = shopping.buy(api, *skus, payment_token=by, quantity=quantity, token=token)
    shop.settle_payments()
    return order


def ship(api: Api, staff: Person, order: Placed, *, key: str | None = None, **body: Any) -> Reply:
    """Send a parcel of an order: all that is left, unless ``lines`` are named."""
    path = f"{order.path}/fulfillments"
    return api.post(path, json=body, token=staff.token, key=key or f"ship-{next(_numbers)}")


def shipped(api: Api, staff: Person, order: Placed, **body: Any) -> dict[str, Any]:
    """Return a parcel that was sent."""
    reply = ship(api, staff, order, **body)
    assert reply.status == 201, reply.body
    data: dict[str, Any] = reply.data
    return data


def change_parcel(api: Api, staff: Person, parcel: dict[str, Any], **body: Any) -> Reply:
    path = f"{ORDERS}/{parcel['order_id']}/fulfillments/{parcel['id']}"
    return api.patch(path, json=body, token=staff.token, headers=tag(parcel["version"]))


def deliver(api: Api, staff: Person, parcel: dict[str, Any]) -> Reply:
    return change_parcel(api, staff, parcel, status="delivered")


def ask_back(
    api: Api, order: Placed, lines: list[dict[str, Any]], *, by: Person | None = None, key: str | None = None
) -> Reply:
    """Ask to send goods back: as whoever ordered, or ``by`` somebody else."""
    body = {"lines": lines, "reason": "damaged"}
    shown = {"token": by.token} if by else order.credentials
    return api.post(f"{order.path}/returns", json=body, key=key or f"return-{next(_numbers)}", **shown)


def asked_back(api: Api, order: Placed, sku: str, quantity: int = 1, *, by: Person | None = None) -> dict[str, Any]:
    """Return a return that was asked for."""
    reply = ask_back(api, order, [{"sku": sku, "quantity": quantity}], by=by)
    assert reply.status == 201, reply.body
    data: dict[str, Any] = reply.data
    return data


def decide(api: Api, staff: Person, item: dict[str, Any], status: str, **body: Any) -> Reply:
    """Move a return on, as it was last seen."""
    path = f"{RETURNS}/{item['id']}"
    return api.patch(path, json={"status": status, **body}, token=staff.token, headers=tag(item["version"]))


def decided(api: Api, staff: Person, item: dict[str, Any], *statuses: str) -> dict[str, Any]:
    """Return a return that was moved along ``statuses``."""
    for status in statuses:
        reply = decide(api, staff, item, status)
        assert reply.status == 200, reply.body
        item = reply.data
    return item


def sold_and_sent(shop: Shop, api: Api, sku: str = "MUG-1", *, quantity: int = 2) -> tuple[Placed, Person, Person]:
    """Return an order that was paid and sent in one parcel, its customer, and a manager."""
    shopping.shelve(sku, units=5)
    customer, manager = people.customer(api), people.staff(api, "manager")
    order = paid(shop, api, sku, quantity=quantity, token=customer.token)
    shipped(api, manager, order)
    shop.pumps.drain()
    return order, customer, manager
