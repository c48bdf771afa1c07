"""What the tests of staff's routes over accounts share."""

from __future__ import annotations

from typing import Any

from pushcart.accounts.models.administrators import AdministratorsItem
from pushcart.accounts.service import profile_key
from Test_py.support.client import Api
from Test_py.support.people import Person
from Test_py.support.shopkeeping import stored

PATH = "/api/v1/users"
MISSING = f"{PATH}/usr_01HZZZZZZZZZZZZZZZZZZZZZZZ"
ANY = {"if-match": "*"}


def path_of(user_id: str, rest: str = "") -> str:
    return f"{PATH}/{user_id}{rest}"


def look(api: Api, staff: Person, user_id: str) -> Any:
    """Return an account as staff sees it."""
    reply = api.get(path_of(user_id), token=staff.token)
    assert reply.status == 200, reply.body
    return reply.data


def profile(user_id: str) -> Any:
    """Return an account's profile as it is in the table."""
    return stored(profile_key(user_id))


def admins() -> set[str]:
    """Return the ids of all admins, by the list that the last one is held by."""
    found = stored(AdministratorsItem.the_key())
    return set(found.ids or ()) if found else set()


def lives(api: Api, who: Person) -> bool:
    """Whether the session of somebody's token lives."""
    return api.patch(f"{PATH}/me", json={}, token=who.token).status == 200
