"""Of the season: somebody takes their data along and goes, and somebody is erased by an admin."""

from __future__ import annotations

from Test_py.conftest import Shop
from Test_py.support import people
from Test_py.support.client import Api
from Test_py.support.privacy import known_person

ME = "/api/v1/users/me"


def live(shop: Shop, api: Api) -> None:
    """Ask for an export, fetch it, and go; and be erased."""
    ada, _ = known_person(api)
    admin = people.staff(api, "admin")
    assert api.post(f"{ME}/data-export", token=ada.token, key="export").status == 202
    shop.pumps.drain()
    first = api.get(f"{ME}/data-export?limit=1", token=ada.token)
    assert (first.status, bool(first.meta["next_cursor"])) == (200, True), first.body
    assert api.delete(ME, token=ada.token).status == 202
    other = people.customer(api)
    assert api.post(f"/api/v1/users/{other.id}/erase", token=admin.token, key="erase").status == 202
    shop.pumps.drain()
