"""Somebody of whom the shop holds something of each kind, and where all of it would be found."""

from __future__ import annotations

import json
from typing import Any

from infra.local.clients import client
from pushcart import tables
from Test_py.support import people, shopping
from Test_py.support.accounts import items
from Test_py.support.client import Api
from Test_py.support.people import Person
from Test_py.support.shopping import Placed

ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 Rare Street",
    "city": "Oldtown",
    "postal_code": "OX1 2JD",
    "country": "GB",
}
TRACES = ("ada-to-erase@example.org", "Ada Rarename", "12 Rare Street")
"""Texts that are nowhere but in what somebody told us."""


def known_person(api: Api) -> tuple[Person, Placed]:
    """Return somebody with a profile, an address, a cart, an order and a session, and that order."""
    person = people.logged_in(api, _registered(api))
    book = api.post("/api/v1/users/me/addresses", json=ADDRESS, token=person.token)
    assert book.status == 201, book.body
    shopping.shelve("MUG-1")
    order = shopping.place(api, _basket(api, person))
    placed = shopping.placed(order, person.token)
    _basket(api, person)
    return person, placed


def held_of(person: Person) -> str:
    """Return all that the tables hold under somebody's id, as text."""
    found = [one for table in tables.TABLES for one in items(table) if person.id in json.dumps(one)]
    return json.dumps(found)


def everything_held() -> str:
    """Return every table as text, but for what is kept for a while under idempotency keys."""
    found = [one for table in tables.TABLES for one in items(table) if not one["pk"]["S"].startswith("IDEM#")]
    return json.dumps(found)


def put_back(items_before: list[dict[str, Any]]) -> None:
    """Write raw items of the accounts table again, as a restore does."""
    for item in items_before:
        client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=item)


def _registered(api: Api) -> Person:
    reply = people.register(api, TRACES[0], name=TRACES[1])
    assert reply.status == 202, reply.body
    from pushcart.accounts.service import user_id_of

    return Person(str(user_id_of(TRACES[0])), TRACES[0], "", "")


def _basket(api: Api, person: Person) -> Any:
    basket = shopping.fill_cart(api, "MUG-1", token=person.token, addressed=True)
    path = f"/api/v1/carts/{basket.id}/addresses"
    assert api.put(path, json={"shipping_address": shopping.ADDRESS | ADDRESS}, token=person.token).status == 200
    return basket
