"""Addresses that people keep."""

from __future__ import annotations

from typing import Any

from Test_py.support.client import Api
from Test_py.support.people import Person

PATH = "/api/v1/users/me/addresses"
BODY = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
}


def keep(api: Api, who: Person, **fields: Any) -> Any:
    """Return an address that ``who`` keeps from now on."""
    reply = api.post(PATH, json=BODY | fields, token=who.token)
    assert reply.status == 201, reply.body
    return reply.data


def kept(api: Api, who: Person) -> list[Any]:
    """Return the addresses of ``who``, the latest first."""
    reply = api.get(PATH, token=who.token, query={"limit": 100})
    assert reply.status == 200, reply.body
    found: list[Any] = reply.data
    return found


def defaults(api: Api, who: Person) -> list[str]:
    """Return the ids of all addresses that say to be the default."""
    return [one["id"] for one in kept(api, who) if one["is_default"]]
