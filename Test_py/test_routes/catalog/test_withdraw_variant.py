"""DELETE /api/v1/variants/{sku}"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from functions.catalog.withdraw_variant import handler
from pushcart.catalog.models.products import ProductItem
from pushcart.catalog.models.variants import MAX_EVER, MAX_VARIANTS, SkuItem, VariantItem
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.catalogue import ANY
from Test_py.support.client import Api
from Test_py.support.shopkeeping import (
    announced,
    drafted,
    end_sessions,
    everything,
    on_sale,
    operations,
    product_body,
    recorded,
    refused,
    session,
    stocked,
    stored,
    tag,
)

PATH = "/api/v1/variants/MUG-1"
CHEAP, DEAR = [{"amount": 100, "currency": "EUR"}], [{"amount": 900, "currency": "EUR"}]
TWO = [{"sku": "MUG-1", "prices": CHEAP}, {"sku": "MUG-2", "prices": DEAR}]


def path_of(product: Any) -> str:
    return f"/api/v1/products/{product['id']}"


def test_it_is_sold_no_more_and_the_rest_is(api: Api, manager: str) -> None:
    product = on_sale(api, manager, variants=TWO)
    reply = api.delete(PATH, token=manager, headers=tag(1))
    assert (reply.status, reply.body) == (204, b"")
    shown = api.get(path_of(product)).data
    assert ([one["sku"] for one in shown["variants"]], shown["version"]) == (["MUG-2"], 3)
    refused(api.get("/api/v1/availability", query={"sku": "MUG-1"}), 404, "NOT_FOUND")
    assert api.get("/api/v1/availability", query={"sku": "MUG-2"}).status == 200
    assert stored(VariantItem.key_of(product["id"], "MUG-1")).status == "archived"
    assert stored(SkuItem.key_of("MUG-1")).status == "archived"
    assert announced(product["id"])[-1] == (3, "product.updated")


def test_it_cannot_be_put_into_a_cart_and_a_cart_tells(api: Api, manager: str) -> None:
    on_sale(api, manager, variants=TWO, stock=5)
    cart = api.post("/api/v1/carts", json={}).data
    line = {"sku": "MUG-1", "quantity": 1}
    assert api.post(f"/api/v1/carts/{cart['id']}/items", json=line, cart_token=cart["token"]).status == 201
    api.delete(PATH, token=manager, headers=ANY)
    refused(api.post(f"/api/v1/carts/{cart['id']}/items", json=line, cart_token=cart["token"]), 404, "NOT_FOUND")
    assert api.get(f"/api/v1/carts/{cart['id']}", cart_token=cart["token"]).data["problems"]


def test_price_range_and_availability_follow(api: Api, manager: str, drain: Callable[[], object]) -> None:
    product = on_sale(api, manager, variants=TWO, stock=20)
    drain()
    (listed,) = api.get("/api/v1/products").data
    assert (listed["price_range"]["min"]["amount"], listed["availability"]) == (100, "in_stock")
    api.delete(PATH, token=manager, headers=ANY)
    (listed,) = api.get("/api/v1/products").data
    assert (listed["price_range"]["min"]["amount"], listed["availability"]) == (900, "out_of_stock")
    # What still lies in stock of it is nobody's availability.
    stocked(api, manager, "MUG-1", 5)
    drain()
    assert stored(ProductItem.key_of(product["id"])).availability == "out_of_stock"


def test_its_sku_stays_taken(api: Api, manager: str) -> None:
    product = on_sale(api, manager, variants=TWO)
    api.delete(PATH, token=manager, headers=ANY)
    body = {"sku": "MUG-1", "prices": CHEAP}
    refused(api.post(f"{path_of(product)}/variants", json=body, token=manager), 409, "CONFLICT", "sku")
    other = api.post("/api/v1/products", json=product_body("MUG-1", slug="other"), token=manager)
    refused(other, 409, "CONFLICT", "variants.0.sku")


def test_publishing_again_does_not_bring_it_back(api: Api, manager: str) -> None:
    product = on_sale(api, manager, variants=TWO)
    api.delete(PATH, token=manager, headers=ANY)
    api.delete(path_of(product), token=manager, headers=ANY)
    reply = api.post(f"{path_of(product)}/publish", token=manager)
    assert [one["sku"] for one in reply.data["variants"]] == ["MUG-2"]
    assert stored(SkuItem.key_of("MUG-1")).status == "archived"
    refused(api.get("/api/v1/availability", query={"sku": "MUG-1"}), 404, "NOT_FOUND")


def test_the_last_one_of_what_is_sold_stays(api: Api, manager: str) -> None:
    on_sale(api, manager)
    before = everything()
    refused(api.delete(PATH, token=manager, headers=ANY), 409, "INVALID_STATE")
    assert everything() == before


def test_the_last_one_of_a_draft_may_go_and_then_there_is_nothing_to_sell(api: Api, manager: str) -> None:
    draft = drafted(api, manager)
    assert api.delete(PATH, token=manager, headers=ANY).status == 204
    assert stored(ProductItem.key_of(draft["id"])).price_min is None
    refused(api.post(f"{path_of(draft)}/publish", token=manager), 409, "INVALID_STATE")


def test_it_makes_room_for_another_but_not_for_ever(api: Api, manager: str, monkeypatch: Any) -> None:
    assert MAX_EVER == 150
    product = drafted(api, manager, variants=[{"sku": f"V-{n}", "prices": CHEAP} for n in range(MAX_VARIANTS)])
    path = f"{path_of(product)}/variants"
    refused(api.post(path, json={"sku": "NEW", "prices": CHEAP}, token=manager), 409, "INVALID_STATE")
    api.delete("/api/v1/variants/V-0", token=manager, headers=ANY)
    assert api.post(path, json={"sku": "NEW", "prices": CHEAP}, token=manager).status == 201
    api.delete("/api/v1/variants/V-1", token=manager, headers=ANY)
    monkeypatch.setattr("pushcart.catalog.service.variants.MAX_EVER", MAX_VARIANTS + 1)
    refused(api.post(path, json={"sku": "NEWER", "prices": CHEAP}, token=manager), 409, "INVALID_STATE")


def test_twice_is_as_good_as_once(api: Api, manager: str) -> None:
    on_sale(api, manager, variants=TWO)
    api.delete(PATH, token=manager, headers=tag(1))
    before = everything()
    assert api.delete(PATH, token=manager, headers=tag(2)).status == 204
    assert everything() == before


def test_the_version_of_the_variant_is_required_and_compared(api: Api, manager: str) -> None:
    on_sale(api, manager, variants=TWO)
    before = everything()
    refused(api.delete(PATH, token=manager), 428, "VERSION_REQUIRED")
    refused(api.delete(PATH, token=manager, headers=tag(2)), 412, "STALE_VERSION")
    assert everything() == before


def test_there_has_to_be_one(api: Api, manager: str) -> None:
    refused(api.delete(PATH, token=manager, headers=ANY), 404, "NOT_FOUND")


def test_it_takes_no_parameters(api: Api, manager: str) -> None:
    on_sale(api, manager, variants=TWO)
    reply = api.delete(PATH, token=manager, headers=ANY, query={"hard": "true"})
    refused(reply, 400, "VALIDATION_ERROR", "hard")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    on_sale(api, manager, variants=TWO)
    assert api.delete(PATH).status == 401
    for roles in ((), ("support",)):
        refused(api.delete(PATH, token=session(*roles), headers=ANY), 403, "FORBIDDEN")
    end_sessions()
    refused(api.delete(PATH, token=manager, headers=ANY), 401, "UNAUTHENTICATED")


def test_calls_and_policy(api: Api, manager: str) -> None:
    on_sale(api, manager, variants=TWO)
    calls = recorded(lambda: api.delete(PATH, token=manager, headers=ANY))
    assert operations(calls) == ["BatchGetItem", "Query", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
