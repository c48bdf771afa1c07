"""DELETE /api/v1/categories/{category_id}"""

from __future__ import annotations

from functions.catalog.archive_category import handler
from pushcart.catalog.models.categories import CategoryItem
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.catalogue import ANY, CATEGORIES, assert_tree_holds, category, chain, place_of, seen
from Test_py.support.client import Api
from Test_py.support.shopkeeping import (
    announced,
    everything,
    on_sale,
    operations,
    recorded,
    refused,
    session,
    stored,
    tag,
)


def test_it_is_shown_no_more_and_kept(api: Api, manager: str) -> None:
    made = category(api, manager)
    reply = api.delete(place_of(made), token=manager, headers=tag(1))
    assert (reply.status, reply.body) == (204, b"")
    assert api.get(place_of(made)).status == 404
    assert api.get(CATEGORIES).data == []
    assert stored(CategoryItem.key_of(made["id"])).deleted_at
    assert announced(made["id"]) == [(1, "category.created"), (2, "category.archived")]


def test_its_products_lose_nothing(api: Api, manager: str) -> None:
    made = category(api, manager)
    product = on_sale(api, manager, category_id=made["id"])
    api.delete(place_of(made), token=manager, headers=ANY)
    assert api.get(f"/api/v1/products/{product['id']}").data == product
    listed = api.get("/api/v1/products", query={"category_id": made["id"]}).data
    assert [one["id"] for one in listed] == [product["id"]]
    # Saying all the same of it again asks for no category that is not there any more.
    path = f"/api/v1/products/{product['id']}"
    reply = api.patch(path, json={"category_id": made["id"], "tags": ["x"]}, token=manager, headers=ANY)
    assert (reply.status, reply.data["category_id"]) == (200, made["id"])


def test_its_slug_is_free_and_its_parent_has_it_no_more(api: Api, manager: str) -> None:
    top = category(api, manager)
    low = category(api, manager, slug="shirts", parent_id=top["id"])
    assert api.delete(place_of(low), token=manager, headers=ANY).status == 204
    assert seen(api, top)["children"] == []
    assert category(api, manager, slug="shirts")["slug"] == "shirts"
    assert api.delete(place_of(top), token=manager, headers=ANY).status == 204
    assert_tree_holds(api)


def test_one_with_subcategories_stays(api: Api, manager: str) -> None:
    top, _ = chain(api, manager, 2)
    before = everything()
    refused(api.delete(place_of(top), token=manager, headers=ANY), 409, "INVALID_STATE")
    assert everything() == before


def test_twice_is_as_good_as_once(api: Api, manager: str) -> None:
    made = category(api, manager)
    api.delete(place_of(made), token=manager, headers=tag(1))
    # Its slug is another's by now, who keeps it.
    other = category(api, manager, slug=made["slug"])
    before = everything()
    assert api.delete(place_of(made), token=manager, headers=tag(2)).status == 204
    assert everything() == before
    assert seen(api, other)["slug"] == made["slug"]


def test_a_version_is_required_and_compared(api: Api, manager: str) -> None:
    made = category(api, manager)
    refused(api.delete(place_of(made), token=manager), 428, "VERSION_REQUIRED")
    refused(api.delete(place_of(made), token=manager, headers=tag(2)), 412, "STALE_VERSION")
    assert api.get(place_of(made)).status == 200


def test_there_has_to_be_one(api: Api, manager: str) -> None:
    refused(api.delete(f"{CATEGORIES}/cat_none", token=manager, headers=ANY), 404, "NOT_FOUND")


def test_it_takes_no_parameters(api: Api, manager: str) -> None:
    made = category(api, manager)
    reply = api.delete(place_of(made), token=manager, headers=ANY, query={"recursive": "true"})
    refused(reply, 400, "VALIDATION_ERROR", "recursive")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    made = category(api, manager)
    assert api.delete(place_of(made)).status == 401
    for roles in ((), ("support",)):
        refused(api.delete(place_of(made), token=session(*roles), headers=ANY), 403, "FORBIDDEN")


def test_calls_and_policy(api: Api, manager: str) -> None:
    top, low = chain(api, manager, 2)
    calls = recorded(lambda: api.delete(place_of(low), token=manager, headers=ANY))
    assert operations(calls) == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
    # One at the top has nobody to tell.
    calls = recorded(lambda: api.delete(place_of(top), token=manager, headers=ANY))
    assert operations(calls) == ["BatchGetItem", "TransactWriteItems"]
