"""POST /api/v1/products/{product_id}/publish"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from functions.catalog.publish_product import handler
from infra.local.recorder import record
from pushcart.catalog.models.variants import MAX_VARIANTS, SkuItem, VariantItem
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.shopkeeping import (
    announced,
    drafted,
    everything,
    forget_what_is_kept,
    on_sale,
    operations,
    recorded,
    refused,
    session,
    stored,
    tag,
)


def path_of(product: Any) -> str:
    return f"/api/v1/products/{product['id']}/publish"


def test_a_draft_is_sold_from_then_on(api: Api, manager: str) -> None:
    draft = drafted(api, manager)
    reply = api.post(path_of(draft), token=manager)
    assert reply.status == 200
    assert reply.data == draft | {"status": "active", "version": 2, "updated_at": reply.data["updated_at"]}
    assert api.get(f"/api/v1/products/{draft['id']}").data == reply.data
    assert [one["id"] for one in api.get("/api/v1/products").data] == [draft["id"]]
    assert announced(draft["id"])[-1] == (2, "product.published")


def test_variants_and_their_skus_carry_the_status(api: Api, manager: str) -> None:
    draft = drafted(api, manager)
    keys = [VariantItem.key_of(draft["id"], "MUG-1"), SkuItem.key_of("MUG-1")]
    assert [stored(key).status for key in keys] == ["draft", "draft"]
    api.post(path_of(draft), token=manager)
    assert [stored(key).status for key in keys] == ["active", "active"]


def test_twice_is_as_good_as_once(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    before = everything()
    reply = api.post(path_of(product), token=manager)
    assert (reply.status, reply.data) == (200, product)
    assert everything() == before


def test_what_was_archived_can_be_sold_again(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    api.delete(f"/api/v1/products/{product['id']}", token=manager, headers=tag(2))
    assert api.post(path_of(product), token=manager).data["version"] == 4
    assert api.get(f"/api/v1/products/{product['id']}").status == 200


def test_without_a_variant_there_is_nothing_to_sell(api: Api, manager: str) -> None:
    draft = drafted(api, manager, variants=[])
    before = everything()
    refused(api.post(path_of(draft), token=manager), 409, "INVALID_STATE")
    assert everything() == before


def test_as_many_variants_as_may_be_are_published_at_once(api: Api, manager: str) -> None:
    prices = [{"amount": 1, "currency": "EUR"}]
    variants = [{"sku": f"V-{number}", "prices": prices} for number in range(MAX_VARIANTS)]
    draft = drafted(api, manager, variants=variants)
    assert api.post(path_of(draft), token=manager, key="k").status == 200
    assert len(api.get(f"/api/v1/products/{draft['id']}").data["variants"]) == MAX_VARIANTS


def test_a_variant_that_is_added_meanwhile_is_published_too(api: Api, manager: str) -> None:
    draft = drafted(api, manager)
    variant = {"sku": "MUG-2", "prices": [{"amount": 1, "currency": "EUR"}]}
    with ThreadPoolExecutor(2) as pool:
        adding = pool.submit(api.post, f"/api/v1/products/{draft['id']}/variants", json=variant, token=manager)
        publishing = pool.submit(api.post, path_of(draft), token=manager)
    assert (adding.result().status, publishing.result().status) == (201, 200)
    for sku in ("MUG-1", "MUG-2"):
        assert stored(VariantItem.key_of(draft["id"], sku)).status == "active"
        assert stored(SkuItem.key_of(sku)).status == "active"
    assert [sequence for sequence, _ in announced(draft["id"])] == [1, 2, 3]


def test_there_has_to_be_one(api: Api, manager: str) -> None:
    refused(api.post("/api/v1/products/prd_none/publish", token=manager), 404, "NOT_FOUND")


def test_it_takes_no_fields(api: Api, manager: str) -> None:
    draft = drafted(api, manager)
    refused(api.post(path_of(draft), json={"force": True}, token=manager), 400, "VALIDATION_ERROR", "force")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    draft = drafted(api, manager)
    assert api.post(path_of(draft)).status == 401
    for roles in ((), ("support",)):
        refused(api.post(path_of(draft), token=session(*roles)), 403, "FORBIDDEN")


def test_a_key_gives_equal_bytes_whatever_came_after(api: Api, manager: str) -> None:
    draft = drafted(api, manager)
    first = api.post(path_of(draft), token=manager, key="k")
    api.delete(f"/api/v1/products/{draft['id']}", token=manager, headers=tag(2))
    again = api.post(path_of(draft), token=manager, key="k")
    assert (again.status, again.body) == (200, first.body)
    assert api.get(f"/api/v1/products/{draft['id']}").status == 404


def test_a_key_whose_request_changed_nothing_changes_nothing_later_either(api: Api, manager: str) -> None:
    sold = on_sale(api, manager)
    first = api.post(path_of(sold), token=manager, key="k")
    api.delete(f"/api/v1/products/{sold['id']}", token=manager, headers=tag(sold["version"]))
    late = api.post(path_of(sold), token=manager, key="k")
    assert (late.status, late.body) == (200, first.body)
    assert api.get(f"/api/v1/products/{sold['id']}").status == 404


def test_calls_and_policy(api: Api, manager: str) -> None:
    first, second = drafted(api, manager, "A"), drafted(api, manager, "B")
    calls = recorded(lambda: api.post(path_of(first), token=manager))
    assert operations(calls) == ["BatchGetItem", "Query", "TransactWriteItems"]
    forget_what_is_kept()
    api.get("/api/v1/inventory", token=manager)
    with record() as touched:
        api.post(path_of(second), token=manager, key="k")
    assert_exact_policy(handler.declaration, touched.touches)
