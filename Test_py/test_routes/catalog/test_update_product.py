"""PATCH /api/v1/products/{product_id}"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.catalog.update_product import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.catalogue import ANY, category
from Test_py.support.client import Api
from Test_py.support.clock import Clock
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
    tag,
)


def path_of(product: Any) -> str:
    return f"/api/v1/products/{product['id']}"


def test_what_is_given_changes_and_the_rest_stays(api: Api, manager: str, clock: Clock) -> None:
    product = on_sale(api, manager, tags=["a"], attributes={"material": "clay"})
    clock.shift(60)
    changes = {"description": "Hand-made.", "tags": ["b"]}
    reply = api.patch(path_of(product), json=changes, token=manager, headers=tag(product["version"]))
    assert reply.status == 200
    assert reply.data == product | changes | {"version": 3, "updated_at": reply.data["updated_at"]}
    assert reply.data["updated_at"] > product["updated_at"]
    assert api.get(path_of(product)).data == reply.data
    assert announced(product["id"])[-1] == (3, "product.updated")


def test_what_is_said_can_be_taken_back(api: Api, manager: str) -> None:
    product = on_sale(api, manager, description="Old.", tags=["a"], attributes={"material": "clay"})
    emptied = {"description": "", "tags": [], "attributes": {}}
    reply = api.patch(path_of(product), json=emptied, token=manager, headers=tag(2))
    assert reply.data | emptied == reply.data
    assert api.get(path_of(product)).data == reply.data


def test_the_etag_of_the_answer_is_good_for_the_next_change(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    headers = tag(1)
    for title in ("One", "Two"):
        reply = api.patch(path_of(product), json={"title": title}, token=manager, headers=headers)
        assert reply.status == 200
        headers = {"if-match": reply.headers["etag"]}


def test_variants_that_are_named_after_the_product_follow_its_title(api: Api, manager: str) -> None:
    prices = [{"amount": 1, "currency": "EUR"}]
    variants = [
        {"sku": "A", "options": {"size": "M"}, "prices": prices},
        {"sku": "B", "title": "Limited edition", "prices": prices},
    ]
    product = on_sale(api, manager, variants=variants)
    reply = api.patch(path_of(product), json={"title": "Shirt"}, token=manager, headers=tag(2))
    assert [one["title"] for one in reply.data["variants"]] == ["Shirt, M", "Limited edition"]
    assert api.get(path_of(product)).data == reply.data


def test_a_slug_moves_and_the_old_one_is_free(api: Api, manager: str) -> None:
    product = drafted(api, manager, "A", slug="first")
    assert api.patch(path_of(product), json={"slug": "second"}, token=manager, headers=tag(1)).data["slug"] == "second"
    other = drafted(api, manager, "B", slug="first")
    refused(api.patch(path_of(other), json={"slug": "second"}, token=manager, headers=tag(1)), 409, "CONFLICT", "slug")


def test_it_goes_from_one_category_into_another_and_out(api: Api, manager: str) -> None:
    first, second = category(api, manager), category(api, manager)
    product = on_sale(api, manager, category_id=first["id"])
    for category_id in (second["id"], None):
        reply = api.patch(path_of(product), json={"category_id": category_id}, token=manager, headers=ANY)
        assert (reply.status, reply.data["category_id"]) == (200, category_id)
        for one in (first, second):
            listed = api.get("/api/v1/products", query={"category_id": one["id"]}).data
            assert len(listed) == (one["id"] == category_id)


def test_nothing_new_changes_nothing(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    before = everything()
    for body in ({}, {"title": product["title"]}):
        reply = api.patch(path_of(product), json=body, token=manager, headers=tag(1))
        assert (reply.status, reply.data) == (200, product)
    assert everything() == before


def test_a_version_is_required_and_compared(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    body = {"title": "Other"}
    before = everything()
    refused(api.patch(path_of(product), json=body, token=manager), 428, "VERSION_REQUIRED")
    for bad in ("1", "W/x", '"one"', '"1" "2"'):
        refused(
            api.patch(path_of(product), json=body, token=manager, headers={"if-match": bad}), 400, "VALIDATION_ERROR"
        )
    refused(api.patch(path_of(product), json=body, token=manager, headers=tag(2)), 412, "STALE_VERSION")
    assert everything() == before
    assert api.patch(path_of(product), json=body, token=manager, headers={"if-match": "*"}).status == 200


def test_of_many_editors_at_once_one_gets_through(api: Api, manager: str) -> None:
    product = drafted(api, manager)

    def edit(number: int) -> int:
        return api.patch(path_of(product), json={"title": f"T{number}"}, token=manager, headers=tag(1)).status

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(edit, range(8))) == [200] + [412] * 7
    assert announced(product["id"]) == [(1, "product.created"), (2, "product.updated")]


def test_editors_who_do_not_mind_all_get_through(api: Api, manager: str) -> None:
    product = drafted(api, manager)

    def edit(number: int) -> int:
        body, headers = {"attributes": {"n": str(number)}}, {"if-match": "*"}
        return api.patch(path_of(product), json=body, token=manager, headers=headers).status

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(edit, range(4))) == [200] * 4
    assert [sequence for sequence, _ in announced(product["id"])] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": None}, "title"),
        ({"slug": "Ä"}, "slug"),
        ({"description": 1}, "description"),
        ({"tags": [1]}, "tags.0"),
        ({"attributes": []}, "attributes"),
        ({"category_id": "cat_none"}, "category_id"),
        ({"category_id": "a b"}, "category_id"),
        ({"category_id": {}}, "category_id"),
        ({"status": "active"}, "status"),
        ({"version": 9}, "version"),
        ({"variants": []}, "variants"),
        ({"price_min": 0}, "price_min"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, change: dict[str, Any], field: str) -> None:
    product = drafted(api, manager)
    before = everything()
    reply = api.patch(path_of(product), json=change, token=manager, headers=tag(1))
    refused(reply, 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_an_empty_body_is_a_mistake(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    refused(api.patch(path_of(product), token=manager, headers=tag(1)), 415, "UNSUPPORTED_MEDIA_TYPE")


def test_there_has_to_be_one(api: Api, manager: str) -> None:
    reply = api.patch("/api/v1/products/prd_none", json={"title": "x"}, token=manager, headers=tag(1))
    refused(reply, 404, "NOT_FOUND")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    path = path_of(drafted(api, manager))
    assert api.patch(path, json={}).status == 401
    for roles in ((), ("support",)):
        refused(api.patch(path, json={}, token=session(*roles)), 403, "FORBIDDEN")


def test_a_key_gives_one_change_and_equal_bytes(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    options: dict[str, Any] = {"json": {"title": "x"}, "token": manager, "headers": tag(1), "key": "k"}
    first = api.patch(path_of(product), **options)
    again = api.patch(path_of(product), **options)
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert len(announced(product["id"])) == 2


def test_calls_and_policy(api: Api, manager: str) -> None:
    known = category(api, manager)
    product = drafted(api, manager)
    calls = recorded(lambda: api.patch(path_of(product), json={"title": "x"}, token=manager, headers=tag(1)))
    assert operations(calls) == ["BatchGetItem", "Query", "TransactWriteItems"]
    forget_what_is_kept()
    api.get("/api/v1/inventory", token=manager)
    with record() as touched:
        body = {"slug": "other", "category_id": known["id"]}
        api.patch(path_of(product), json=body, token=manager, headers=tag(2), key="k")
    assert_exact_policy(handler.declaration, touched.touches)
