"""DELETE /api/v1/products/{product_id}"""

from __future__ import annotations

from typing import Any

from functions.catalog.archive_product import handler
from pushcart.catalog.models.variants import SkuItem, VariantItem
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.shopkeeping import (
    announced,
    drafted,
    everything,
    on_sale,
    operations,
    product_body,
    recorded,
    refused,
    session,
    stored,
    tag,
)


def path_of(product: Any) -> str:
    return f"/api/v1/products/{product['id']}"


def test_it_is_withdrawn_and_kept(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    reply = api.delete(path_of(product), token=manager, headers=tag(2))
    assert (reply.status, reply.body) == (204, b"")
    assert api.get(path_of(product)).status == 404
    assert api.get("/api/v1/products").data == []
    assert stored(VariantItem.key_of(product["id"], "MUG-1")).status == "archived"
    assert stored(SkuItem.key_of("MUG-1")).status == "archived"
    assert announced(product["id"])[-1] == (3, "product.archived")


def test_its_sku_and_its_slug_stay_taken(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    api.delete(path_of(product), token=manager, headers=tag(2))
    reply = api.post("/api/v1/products", json=product_body(), token=manager)
    refused(reply, 409, "CONFLICT", "slug", "variants.0.sku")


def test_twice_is_as_good_as_once(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    assert api.delete(path_of(product), token=manager, headers=tag(1)).status == 204
    before = everything()
    assert api.delete(path_of(product), token=manager, headers=tag(2)).status == 204
    assert everything() == before


def test_a_version_is_required_and_compared(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    refused(api.delete(path_of(product), token=manager), 428, "VERSION_REQUIRED")
    refused(api.delete(path_of(product), token=manager, headers=tag(1)), 412, "STALE_VERSION")
    assert api.get(path_of(product)).status == 200
    assert api.delete(path_of(product), token=manager, headers={"if-match": "*"}).status == 204


def test_there_has_to_be_one(api: Api, manager: str) -> None:
    refused(api.delete("/api/v1/products/prd_none", token=manager, headers=tag(1)), 404, "NOT_FOUND")


def test_it_takes_no_parameters(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    reply = api.delete(path_of(product), token=manager, headers=tag(1), query={"hard": "true"})
    refused(reply, 400, "VALIDATION_ERROR", "hard")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    assert api.delete(path_of(product)).status == 401
    for roles in ((), ("support",)):
        refused(api.delete(path_of(product), token=session(*roles), headers=tag(1)), 403, "FORBIDDEN")


def test_calls_and_policy(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    calls = recorded(lambda: api.delete(path_of(product), token=manager, headers=tag(2)))
    assert operations(calls) == ["BatchGetItem", "Query", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
