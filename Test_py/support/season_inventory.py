"""What happens to stock in a season: places come and go, a SKU becomes hot and cools down, and people wait for it."""

from __future__ import annotations

from typing import Any

from Test_py.conftest import Shop
from Test_py.support.client import Api
from Test_py.support.people import Person
from Test_py.support.shopkeeping import on_sale, stocked, tag
from Test_py.support.waiting import ask, confirm, token_in

API = "/api/v1"
SKU = "WAIT-1"


def live(shop: Shop, api: Api, manager: Person) -> None:
    """Do all that can be done with places, settings and subscriptions."""
    token = manager.token
    on_sale(api, token, SKU)
    shop.pumps.drain()
    _wait(shop, api)
    stocked(api, token, SKU, 9)
    shop.pumps.drain()
    _move_house(shop, api, token)
    _be_hot(shop, api, token)
    for query in ("?limit=1", "?low_stock=true", "?location_id=main"):
        assert api.get(f"{API}/inventory{query}", token=token).status == 200
    assert api.get(f"{API}/availability?sku={SKU}").status == 200


def _wait(shop: Shop, api: Api) -> None:
    for email in ("waits@example.org", "declines@example.org"):
        assert ask(api, email, SKU).status == 202
        shop.pumps.drain()
        link = token_in("/back-in-stock", email)
        if email.startswith("waits"):
            assert confirm(api, link).status == 200
        else:
            assert api.delete(f"{API}/stock-subscriptions/{link}").status == 204


def _move_house(shop: Shop, api: Api, token: str) -> None:
    path = f"{API}/locations"
    assert api.get(path, token=token).status == 200
    for version, active in enumerate((False, True)):
        closing = api.patch(f"{path}/main", json={"active": active}, token=token, headers=tag(version))
        assert closing.status == 200, closing.body
        shop.pumps.drain()
    assert api.post(path, json={"name": "Second"}, token=token).status == 201
    assert "next_cursor" in api.get(f"{path}?limit=1", token=token).meta


def _be_hot(shop: Shop, api: Api, token: str) -> None:
    path = f"{API}/inventory/{SKU}"
    for version, hot in enumerate((3, 1)):
        wanted: dict[str, Any] = {"low_stock_threshold": 2, "hot": hot}
        assert api.put(f"{path}/settings", json=wanted, token=token, headers=tag(version)).status == 200
        shop.pumps.drain()
        stocked(api, token, SKU, 1)
    assert api.get(path, token=token).data["on_hand"] == 11
