"""The season's part of the catalogue: categories, replaced products, and variants that change and go."""

from __future__ import annotations

from typing import Any

from Test_py.support.catalogue import ANY, CATEGORIES, category, place_of
from Test_py.support.client import Api, Reply
from Test_py.support.people import Person
from Test_py.support.shopkeeping import drafted, on_sale

PRODUCTS, VARIANTS = "/api/v1/products", "/api/v1/variants"


def live(api: Api, manager: Person) -> None:
    """Let staff sort what it sells, and look at what it has cost."""
    _keep_categories(api, manager.token)
    _keep_variants(api, manager.token)
    _look_at_drafts(api, manager.token)


def _done(reply: Reply, status: int = 200) -> Any:
    assert reply.status == status, reply.body
    return reply.data if status != 204 else None


def _keep_categories(api: Api, token: str) -> None:
    top, other = category(api, token), category(api, token)
    low = category(api, token, parent_id=top["id"])
    _done(api.get(place_of(low)))
    assert api.get(CATEGORIES, query={"limit": 1}).meta["next_cursor"]
    body = {"parent_id": other["id"], "slug": "moved", "title": "Moved"}
    _done(api.patch(place_of(low), json=body, token=token, headers=ANY))
    for sku in ("SORTED-1", "SORTED-2"):
        product = on_sale(api, token, sku, category_id=low["id"])
    assert api.get(PRODUCTS, query={"category_id": low["id"], "limit": 1}).meta["next_cursor"]
    path = f"{PRODUCTS}/{product['id']}"
    said = {"title": "Sorted", "slug": "sorted", "category_id": top["id"]}
    _done(api.put(path, json=said, token=token, headers=ANY))
    _done(api.patch(path, json={"category_id": other["id"]}, token=token, headers=ANY))
    _done(api.delete(place_of(low), token=token, headers=ANY), 204)


def _look_at_drafts(api: Api, token: str) -> None:
    known = category(api, token)["id"]
    for sku in ("DRAFT-1", "DRAFT-2"):
        draft = drafted(api, token, sku, category_id=known)
    path = "/api/v1/admin/products"
    for query in ({"limit": 1}, {"limit": 1, "category_id": known}):
        assert api.get(path, token=token, query=query).meta["next_cursor"]
    _done(api.get(f"{path}/{draft['id']}", token=token))


def _keep_variants(api: Api, token: str) -> None:
    prices = [{"amount": 700, "currency": "EUR"}]
    on_sale(api, token, "BOWL-1", variants=[{"sku": f"BOWL-{number}", "prices": prices} for number in (1, 2)])
    path = f"{VARIANTS}/BOWL-1"
    _done(api.patch(path, json={"weight_grams": 400}, token=token, headers=ANY))
    for amount in (800, 900):
        changed = {"prices": [{"amount": amount, "currency": "EUR"}]}
        _done(api.put(f"{path}/prices", json=changed, token=token, headers=ANY))
    assert api.get(f"{path}/prices", token=token, query={"limit": 1}).meta["next_cursor"]
    # Of a SKU whose prices never changed it is asked whether there is one at all.
    _done(api.get(f"{VARIANTS}/BOWL-2/prices", token=token))
    _done(api.delete(path, token=token, headers=ANY), 204)
