"""PATCH /api/v1/categories/{category_id}"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.catalog.update_category import handler
from infra.local.recorder import record
from pushcart.catalog.models.categories import MAX_DEPTH, MAX_MOVED
from Test_py.support.accounts import assert_exact_policy, events
from Test_py.support.catalogue import ANY, CATEGORIES, assert_tree_holds, category, chain, place_of, seen
from Test_py.support.client import Api
from Test_py.support.shopkeeping import (
    announced,
    everything,
    forget_what_is_kept,
    operations,
    recorded,
    refused,
    session,
    tag,
)


def changed(api: Api, manager: str, shown: Any, **fields: Any) -> Any:
    reply = api.patch(place_of(shown), json=fields, token=manager, headers=ANY)
    assert reply.status == 200, reply.body
    return reply.data


def test_what_is_given_changes_and_the_rest_stays(api: Api, manager: str) -> None:
    made = category(api, manager, "Shirts", description="Old.", rank=3)
    reply = api.patch(place_of(made), json={"title": "Tops", "rank": 5}, token=manager, headers=tag(1))
    assert reply.status == 200
    expected = {"title": "Tops", "rank": 5, "version": 2, "updated_at": reply.data["updated_at"]}
    assert reply.data == made | expected
    assert seen(api, made) == reply.data
    assert events("category.updated")[0]["data"] == {"fields": ["rank", "title"]}
    assert announced(made["id"]) == [(1, "category.created"), (2, "category.updated")]


def test_a_rank_moves_it_in_the_list(api: Api, manager: str) -> None:
    first, second = category(api, manager, rank=1), category(api, manager, rank=2)
    changed(api, manager, first, rank=3)
    assert [one["id"] for one in api.get(CATEGORIES).data] == [second["id"], first["id"]]


def test_a_slug_moves_and_the_old_one_is_free(api: Api, manager: str) -> None:
    made = category(api, manager, slug="first")
    changed(api, manager, made, slug="second")
    other = category(api, manager, slug="first")
    before = everything()
    reply = api.patch(place_of(other), json={"slug": "second"}, token=manager, headers=ANY)
    refused(reply, 409, "CONFLICT", "slug")
    assert everything() == before


def test_it_moves_with_all_that_is_below_it(api: Api, manager: str) -> None:
    old, moved, below, lowest = chain(api, manager, 4)
    new = category(api, manager)
    reply = api.patch(place_of(moved), json={"parent_id": new["id"], "title": "Moved"}, token=manager, headers=tag(1))
    assert (reply.status, reply.data["path"], reply.data["title"]) == (200, [new["id"]], "Moved")
    assert seen(api, old)["children"] == []
    assert seen(api, new)["children"] == [moved["id"]]
    assert seen(api, below)["path"] == [new["id"], moved["id"]]
    assert seen(api, lowest)["path"] == [new["id"], moved["id"], below["id"]]
    assert_tree_holds(api)
    # What went along has no other version: nobody changed it.
    assert [announced(one["id"])[-1] for one in (moved, below)] == [(2, "category.updated"), (1, "category.created")]


def test_it_moves_to_the_top_and_back(api: Api, manager: str) -> None:
    top, moved, below = chain(api, manager, 3)
    assert changed(api, manager, moved, parent_id=None)["path"] == []
    assert seen(api, below)["path"] == [moved["id"]]
    assert changed(api, manager, moved, parent_id=top["id"])["path"] == [top["id"]]
    assert_tree_holds(api)


def test_it_cannot_be_below_itself(api: Api, manager: str) -> None:
    top, middle, low = chain(api, manager, 3)
    before = everything()
    for parent in (top, middle, low):
        reply = api.patch(place_of(top), json={"parent_id": parent["id"]}, token=manager, headers=ANY)
        refused(reply, 409, "INVALID_STATE", "parent_id")
    assert everything() == before


def test_two_that_move_below_each_other_at_once_make_no_circle(api: Api, manager: str) -> None:
    one, other = chain(api, manager, 2), chain(api, manager, 2)

    def move(way: tuple[Any, Any]) -> int:
        body = {"parent_id": way[1]["id"]}
        return api.patch(place_of(way[0]), json=body, token=manager, headers=ANY).status

    with ThreadPoolExecutor(2) as pool:
        outcome = sorted(pool.map(move, [(one[0], other[1]), (other[0], one[1])]))
    assert outcome == [200, 409]
    assert_tree_holds(api)


def test_nothing_gets_deeper_than_it_may(api: Api, manager: str) -> None:
    branch, tower = chain(api, manager, 2), chain(api, manager, MAX_DEPTH)
    before = everything()
    # The branch itself would fit at the fifth level, and what is below it would not.
    for parent in (tower[-2], tower[-1]):
        reply = api.patch(place_of(branch[0]), json={"parent_id": parent["id"]}, token=manager, headers=ANY)
        refused(reply, 409, "INVALID_STATE", "parent_id")
    assert everything() == before
    assert len(changed(api, manager, branch[0], parent_id=tower[-3]["id"])["path"]) == MAX_DEPTH - 2
    assert_tree_holds(api)


def test_what_moves_fits_into_one_transaction(api: Api, manager: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Itself, two slugs, two parents, the event, the key's record and two counters of writes.
    assert MAX_MOVED + 9 <= 100
    monkeypatch.setattr("pushcart.catalog.service.tree.MAX_MOVED", 2)
    top, other = category(api, manager), category(api, manager)
    for _ in range(3):
        category(api, manager, parent_id=top["id"])
    reply = api.patch(place_of(top), json={"parent_id": other["id"]}, token=manager, headers=ANY)
    refused(reply, 409, "INVALID_STATE")


def test_as_many_as_may_move_at_once_do(api: Api, manager: str) -> None:
    top, other = category(api, manager), category(api, manager)
    halves = [category(api, manager, parent_id=top["id"]) for _ in range(2)]
    for half in halves:
        for _ in range(MAX_MOVED // 2 - 1):
            category(api, manager, parent_id=half["id"])
    body = {"parent_id": other["id"], "slug": "moved"}
    assert api.patch(place_of(top), json=body, token=manager, headers=ANY, key="k").status == 200
    assert_tree_holds(api)


def test_there_has_to_be_where_it_moves_to(api: Api, manager: str) -> None:
    made, gone = category(api, manager), category(api, manager)
    api.delete(place_of(gone), token=manager, headers=ANY)
    before = everything()
    for parent_id in (gone["id"], "cat_none"):
        reply = api.patch(place_of(made), json={"parent_id": parent_id}, token=manager, headers=ANY)
        refused(reply, 400, "VALIDATION_ERROR", "parent_id")
    assert everything() == before


def test_nothing_new_changes_nothing(api: Api, manager: str) -> None:
    _, made = chain(api, manager, 2)
    before = everything()
    for body in ({}, {"title": made["title"], "rank": 0}, {"parent_id": made["parent_id"]}):
        reply = api.patch(place_of(made), json=body, token=manager, headers=tag(1))
        assert (reply.status, reply.data) == (200, made)
    assert everything() == before


def test_a_version_is_required_and_compared(api: Api, manager: str) -> None:
    made = category(api, manager)
    before = everything()
    refused(api.patch(place_of(made), json={"title": "x"}, token=manager), 428, "VERSION_REQUIRED")
    refused(api.patch(place_of(made), json={"title": "x"}, token=manager, headers=tag(2)), 412, "STALE_VERSION")
    assert everything() == before


def test_of_many_editors_at_once_one_gets_through(api: Api, manager: str) -> None:
    made, place = category(api, manager), category(api, manager)

    def edit(number: int) -> int:
        body = {"title": f"T{number}"} if number % 2 else {"parent_id": place["id"]}
        return api.patch(place_of(made), json=body, token=manager, headers=tag(1)).status

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(edit, range(6))) == [200] + [412] * 5
    assert_tree_holds(api)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": None}, "title"),
        ({"slug": "Ä"}, "slug"),
        ({"slug": None}, "slug"),
        ({"description": "x" * 2001}, "description"),
        ({"parent_id": "a/b"}, "parent_id"),
        ({"parent_id": ["cat_1"]}, "parent_id"),
        ({"rank": -1}, "rank"),
        ({"rank": True}, "rank"),
        ({"rank": None}, "rank"),
        ({"path": []}, "path"),
        ({"version": 9}, "version"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, change: dict[str, Any], field: str) -> None:
    made = category(api, manager)
    before = everything()
    refused(api.patch(place_of(made), json=change, token=manager, headers=ANY), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_there_has_to_be_one(api: Api, manager: str) -> None:
    gone = category(api, manager)
    api.delete(place_of(gone), token=manager, headers=ANY)
    replies = [
        api.patch(path, json={"title": "x"}, token=manager, headers=ANY)
        for path in (place_of(gone), f"{CATEGORIES}/cat_none")
    ]
    for reply in replies:
        refused(reply, 404, "NOT_FOUND")
    assert replies[0].json["errors"] == replies[1].json["errors"]


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    path = place_of(category(api, manager))
    assert api.patch(path, json={}).status == 401
    for roles in ((), ("support",)):
        refused(api.patch(path, json={}, token=session(*roles), headers=ANY), 403, "FORBIDDEN")


def test_a_key_gives_one_change_and_equal_bytes(api: Api, manager: str) -> None:
    made = category(api, manager)
    options: dict[str, Any] = {"json": {"title": "x"}, "token": manager, "headers": tag(1), "key": "k"}
    first = api.patch(place_of(made), **options)
    again = api.patch(place_of(made), **options)
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert len(announced(made["id"])) == 2


def test_calls_and_policy(api: Api, manager: str) -> None:
    _, moved, below, _ = chain(api, manager, 4)
    new = category(api, manager)
    calls = recorded(lambda: changed(api, manager, below, title="x"))
    assert operations(calls) == ["BatchGetItem", "TransactWriteItems"]
    # The category and its new parent, each level below it, its old parent.
    calls = recorded(lambda: changed(api, manager, moved, parent_id=new["id"]))
    assert operations(calls) == [*["BatchGetItem"] * 4, "TransactWriteItems"]
    forget_what_is_kept()
    api.get("/api/v1/inventory", token=manager)
    with record() as touched:
        api.patch(place_of(moved), json={"slug": "other"}, token=manager, headers=ANY, key="k")
    assert_exact_policy(handler.declaration, touched.touches)
