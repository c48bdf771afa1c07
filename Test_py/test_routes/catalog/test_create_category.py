"""POST /api/v1/categories"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.catalog.create_category import handler
from infra.local.recorder import record
from pushcart.catalog.models.categories import MAX_DEPTH, MAX_SUBCATEGORIES
from Test_py.support.accounts import assert_exact_policy, events
from Test_py.support.catalogue import ANY, CATEGORIES, assert_tree_holds, category, chain, place_of, seen
from Test_py.support.client import Api
from Test_py.support.shopkeeping import (
    end_sessions,
    everything,
    forget_what_is_kept,
    operations,
    recorded,
    refused,
    session,
)


def test_a_category_is_made_and_shown_at_once(api: Api, manager: str) -> None:
    body = {"title": " Shirts ", "slug": "shirts", "description": "For every day.", "rank": 7}
    reply = api.post(CATEGORIES, json=body, token=manager)
    assert reply.status == 201
    moment = reply.data["created_at"]
    assert reply.data == {
        "id": reply.data["id"],
        "slug": "shirts",
        "title": "Shirts",
        "description": "For every day.",
        "parent_id": None,
        "path": [],
        "children": [],
        "rank": 7,
        "created_at": moment,
        "updated_at": moment,
        "version": 1,
    }
    assert reply.data["id"].startswith("cat_")
    assert seen(api, reply.data) == reply.data
    (announced,) = events("category.created")
    assert (announced["aggregate"], announced["sequence"], announced["data"]) == (
        reply.data["id"],
        1,
        {"parent_id": None},
    )


def test_a_title_is_enough(api: Api, manager: str) -> None:
    made = category(api, manager, "Tea & Coffee")
    assert (made["slug"], made["rank"], made["description"]) == ("tea-coffee", 0, "")
    assert category(api, manager, "茶")["slug"].startswith("cat-")


def test_one_below_another_knows_the_way_up_and_is_known(api: Api, manager: str) -> None:
    top, middle, low = chain(api, manager, 3)
    assert (low["parent_id"], low["path"]) == (middle["id"], [top["id"], middle["id"]])
    assert seen(api, middle)["children"] == [low["id"]]
    # A subcategory more makes no editor's If-Match stale.
    assert seen(api, middle)["version"] == middle["version"]
    assert_tree_holds(api)


def test_the_tree_has_an_end_downwards(api: Api, manager: str) -> None:
    last = chain(api, manager, MAX_DEPTH)[-1]
    before = everything()
    reply = api.post(CATEGORIES, json={"title": "Too deep", "parent_id": last["id"]}, token=manager)
    refused(reply, 409, "INVALID_STATE", "parent_id")
    assert everything() == before


def test_and_sidewards(api: Api, manager: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_SUBCATEGORIES == 50
    monkeypatch.setattr("pushcart.catalog.service.tree.MAX_SUBCATEGORIES", 2)
    top = category(api, manager)
    for _ in range(2):
        category(api, manager, parent_id=top["id"])
    reply = api.post(CATEGORIES, json={"title": "Too many", "parent_id": top["id"]}, token=manager)
    refused(reply, 409, "INVALID_STATE", "parent_id")


def test_there_has_to_be_what_it_is_put_below_of(api: Api, manager: str) -> None:
    gone = category(api, manager)
    assert api.delete(place_of(gone), token=manager, headers=ANY).status == 204
    before = everything()
    replies = [
        api.post(CATEGORIES, json={"title": "x", "parent_id": parent_id}, token=manager)
        for parent_id in (gone["id"], "cat_none")
    ]
    for reply in replies:
        refused(reply, 400, "VALIDATION_ERROR", "parent_id")
    assert everything() == before


def test_a_slug_is_one_category_s_alone_but_may_be_a_product_s_too(api: Api, manager: str) -> None:
    category(api, manager, slug="mugs")
    before = everything()
    reply = api.post(CATEGORIES, json={"title": "Other", "slug": "mugs"}, token=manager)
    refused(reply, 409, "CONFLICT", "slug")
    assert everything() == before
    assert api.post("/api/v1/products", json={"title": "Mugs", "slug": "mugs"}, token=manager).status == 201


def test_of_many_at_once_below_one_all_are_known(api: Api, manager: str) -> None:
    top = category(api, manager)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: category(api, manager, parent_id=top["id"]), range(4)))
    assert sorted(seen(api, top)["children"]) == sorted(one["id"] for one in made)
    assert_tree_holds(api)


def test_what_is_archived_in_the_meantime_gets_no_child(api: Api, manager: str) -> None:
    top = category(api, manager)

    def act(kind: str) -> int:
        if kind == "archive":
            return api.delete(place_of(top), token=manager, headers=ANY).status
        return api.post(CATEGORIES, json={"title": "Child", "parent_id": top["id"]}, token=manager).status

    with ThreadPoolExecutor(2) as pool:
        outcome = tuple(pool.map(act, ("archive", "create")))
    assert outcome in {(204, 400), (409, 201)}
    assert_tree_holds(api)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": None}, "title"),
        ({"title": " "}, "title"),
        ({"title": 5}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": "a" * 101}, "slug"),
        ({"slug": 1}, "slug"),
        ({"description": "x" * 2001}, "description"),
        ({"description": []}, "description"),
        ({"parent_id": "a#b"}, "parent_id"),
        ({"parent_id": ""}, "parent_id"),
        ({"parent_id": "x" * 65}, "parent_id"),
        ({"parent_id": 1}, "parent_id"),
        ({"rank": -1}, "rank"),
        ({"rank": 1.5}, "rank"),
        ({"rank": "1"}, "rank"),
        ({"rank": 10**6 + 1}, "rank"),
        ({"path": []}, "path"),
        ({"id": "cat_mine"}, "id"),
        ({"children": []}, "children"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, change: dict[str, Any], field: str) -> None:
    before = everything()
    body = {name: value for name, value in ({"title": "Shirts"} | change).items() if value is not None}
    refused(api.post(CATEGORIES, json=body, token=manager), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_what_is_no_json_is_malformed(api: Api, manager: str) -> None:
    headers = {"content-type": "application/json"}
    refused(api.post(CATEGORIES, body="{", headers=headers, token=manager), 400, "MALFORMED_JSON")
    refused(api.post(CATEGORIES, body="{}", token=manager), 415, "UNSUPPORTED_MEDIA_TYPE")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    assert api.post(CATEGORIES, json={"title": "x"}).status == 401
    for roles in ((), ("support",)):
        refused(api.post(CATEGORIES, json={"title": "x"}, token=session(*roles)), 403, "FORBIDDEN")
    end_sessions()
    refused(api.post(CATEGORIES, json={"title": "x"}, token=manager), 401, "UNAUTHENTICATED")


def test_a_key_gives_one_category_and_equal_bytes(api: Api, manager: str) -> None:
    top = category(api, manager)
    body = {"title": "Below", "parent_id": top["id"]}
    first = api.post(CATEGORIES, json=body, token=manager, key="k")
    again = api.post(CATEGORIES, json=body, token=manager, key="k")
    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert seen(api, top)["children"] == [first.data["id"]]
    refused(api.post(CATEGORIES, json={"title": "Other"}, token=manager, key="k"), 422, "IDEMPOTENCY_KEY_REUSED")


def test_calls_and_policy(api: Api, manager: str) -> None:
    top = category(api, manager)
    calls = recorded(lambda: category(api, manager, parent_id=top["id"]))
    assert operations(calls) == ["BatchGetItem", "TransactWriteItems"]
    forget_what_is_kept()
    api.get("/api/v1/inventory", token=manager)
    with record() as touched:
        api.post(CATEGORIES, json={"title": "x", "parent_id": top["id"]}, token=manager, key="k")
    assert_exact_policy(handler.declaration, touched.touches)
