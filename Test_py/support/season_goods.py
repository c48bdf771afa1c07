"""The part of the season in which goods leave the house, arrive, and come back."""

from __future__ import annotations

from typing import Any

from Test_py.conftest import Shop
from Test_py.support import parcels, people, shopping
from Test_py.support.client import Api
from Test_py.support.parcels import RETURNS
from Test_py.support.people import Person


def live(shop: Shop, api: Api, manager: Person) -> None:
    """Let a customer have something sent, in two parcels, and send some of it back."""
    staff, customer = people.logged_in(api, manager), people.customer(api)
    sku = shopping.shelve("PARCEL-1", units=20)
    order = parcels.paid(shop, api, sku, quantity=4, token=customer.token)
    first = parcels.shipped(api, staff, order, lines=[{"sku": sku, "quantity": 1}])
    told = parcels.change_parcel(api, staff, first, tracking=parcels.TRACKING)
    second = parcels.shipped(api, staff, order, tracking=parcels.TRACKING)
    for parcel in (told.data, second):
        assert parcels.deliver(api, staff, parcel).status == 200
    shop.pumps.drain()
    asked = [parcels.asked_back(api, order, sku) for _ in range(3)]
    reply = parcels.decide(api, staff, asked[0], "rejected", reason="It was used.")
    assert reply.status == 200, reply.body
    back = parcels.decided(api, staff, asked[1], "approved", "received", "refunded")
    shop.pumps.drain()
    _look(api, staff, customer, order, back)


def _look(api: Api, staff: Person, customer: Person, order: shopping.Placed, back: dict[str, Any]) -> None:
    for person in (staff, customer):
        seen = api.get(f"{RETURNS}/{back['id']}", token=person.token)
        assert (seen.status, seen.data["status"]) == (200, "refunded")
        listed = api.get(RETURNS, query={"order_id": order.id, "limit": 1}, token=person.token)
        assert listed.meta["next_cursor"]
    for query in ({}, {"status": "refunded"}):
        assert api.get(RETURNS, query=query, token=staff.token).data
