"""PUT /api/v1/products/{product_id}"""

from __future__ import annotations

from typing import Any

import pytest

from functions.catalog.replace_product import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.catalogue import ANY, category
from Test_py.support.client import Api
from Test_py.support.shopkeeping import (
    announced,
    drafted,
    end_sessions,
    everything,
    on_sale,
    operations,
    recorded,
    refused,
    session,
    tag,
)

BARE = {"title": "Mug", "slug": "a-mug"}


def path_of(product: Any) -> str:
    return f"/api/v1/products/{product['id']}"


def test_all_is_said_anew_and_what_is_left_out_is_empty(api: Api, manager: str) -> None:
    known = category(api, manager)
    said = {"description": "Old.", "tags": ["a"], "attributes": {"material": "clay"}, "category_id": known["id"]}
    product = on_sale(api, manager, **said)
    reply = api.put(path_of(product), json=BARE, token=manager, headers=tag(2))
    assert reply.status == 200
    emptied: dict[str, Any] = {"description": "", "tags": [], "attributes": {}, "category_id": None}
    variants = [product["variants"][0] | {"title": "Mug"}]
    other = {"version": 3, "updated_at": reply.data["updated_at"], "variants": variants}
    assert reply.data == product | BARE | emptied | other
    assert api.get(path_of(product)).data == reply.data
    assert api.get("/api/v1/products", query={"category_id": known["id"]}).data == []
    assert announced(product["id"])[-1] == (3, "product.updated")


def test_all_of_it_can_be_said(api: Api, manager: str) -> None:
    product, known = drafted(api, manager), category(api, manager)
    body = BARE | {
        "description": "New.",
        "tags": ["b"],
        "attributes": {"material": "tin"},
        "category_id": known["id"],
    }
    reply = api.put(path_of(product), json=body, token=manager, headers=tag(1))
    assert reply.data | body == reply.data
    assert (reply.data["status"], [one["sku"] for one in reply.data["variants"]]) == ("draft", ["MUG-1"])


def test_saying_the_same_changes_nothing(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    api.put(path_of(product), json=BARE, token=manager, headers=tag(1))
    before = everything()
    assert api.put(path_of(product), json=BARE, token=manager, headers=tag(2)).status == 200
    assert everything() == before


def test_a_taken_slug_is_named(api: Api, manager: str) -> None:
    drafted(api, manager, "OTHER", slug="a-mug")
    product = drafted(api, manager)
    before = everything()
    refused(api.put(path_of(product), json=BARE, token=manager, headers=tag(1)), 409, "CONFLICT", "slug")
    assert everything() == before


def test_a_version_is_required_and_compared(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    before = everything()
    refused(api.put(path_of(product), json=BARE, token=manager), 428, "VERSION_REQUIRED")
    refused(api.put(path_of(product), json=BARE, token=manager, headers=tag(2)), 412, "STALE_VERSION")
    assert everything() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": None}, "title"),
        ({"title": " "}, "title"),
        ({"slug": None}, "slug"),
        ({"slug": "Ä"}, "slug"),
        ({"description": None}, "description"),
        ({"description": "x" * 10_001}, "description"),
        ({"category_id": "cat_none"}, "category_id"),
        ({"category_id": 1}, "category_id"),
        ({"tags": ["x" * 51]}, "tags.0"),
        ({"tags": [f"t{n}" for n in range(51)]}, "tags"),
        ({"attributes": {"1bad": "x"}}, "attributes.1bad.[key]"),
        ({"attributes": {f"a{n}": "x" for n in range(51)}}, "attributes"),
        ({"status": "active"}, "status"),
        ({"variants": []}, "variants"),
        ({"media": []}, "media"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, change: dict[str, Any], field: str) -> None:
    product = drafted(api, manager)
    before = everything()
    reply = api.put(path_of(product), json=BARE | change, token=manager, headers=tag(1))
    refused(reply, 400, "VALIDATION_ERROR", field)
    assert everything() == before


@pytest.mark.parametrize("field", ["title", "slug"])
def test_what_is_required_is_missed(api: Api, manager: str, field: str) -> None:
    product = drafted(api, manager)
    body = {name: value for name, value in BARE.items() if name != field}
    refused(api.put(path_of(product), json=body, token=manager, headers=tag(1)), 400, "VALIDATION_ERROR", field)


def test_there_has_to_be_one(api: Api, manager: str) -> None:
    refused(api.put("/api/v1/products/prd_none", json=BARE, token=manager, headers=ANY), 404, "NOT_FOUND")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    path = path_of(drafted(api, manager))
    assert api.put(path, json=BARE).status == 401
    for roles in ((), ("support",)):
        refused(api.put(path, json=BARE, token=session(*roles), headers=ANY), 403, "FORBIDDEN")
    end_sessions()
    refused(api.put(path, json=BARE, token=manager, headers=ANY), 401, "UNAUTHENTICATED")


def test_calls_and_policy(api: Api, manager: str) -> None:
    product, known = drafted(api, manager), category(api, manager)
    body = BARE | {"category_id": known["id"]}
    calls = recorded(lambda: api.put(path_of(product), json=body, token=manager, headers=tag(1)))
    assert operations(calls) == ["BatchGetItem", "Query", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
