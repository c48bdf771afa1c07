"""GET /api/v1/categories/{category_id}"""

from __future__ import annotations

import pytest

from functions.catalog.get_category import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.catalogue import ANY, CATEGORIES, category, place_of
from Test_py.support.client import Api
from Test_py.support.shopkeeping import operations, recorded, refused


def test_it_shows_a_category_to_anybody(api: Api, manager: str) -> None:
    made = category(api, manager, description="For every day.")
    reply = api.get(place_of(made))
    assert (reply.status, reply.data) == (200, made)


def test_an_archived_one_is_as_if_it_were_not_there(api: Api, manager: str) -> None:
    gone = category(api, manager)
    api.delete(place_of(gone), token=manager, headers=ANY)
    replies = [api.get(place_of(gone)), api.get(f"{CATEGORIES}/cat_none")]
    for reply in replies:
        refused(reply, 404, "NOT_FOUND")
    assert replies[0].json["errors"] == replies[1].json["errors"]


def test_it_may_be_kept_for_a_minute_and_is_not_sent_twice(api: Api, manager: str) -> None:
    made = category(api, manager)
    first = api.get(place_of(made))
    assert first.headers["cache-control"] == "public, max-age=60"
    known = {"if-none-match": first.headers["etag"]}
    assert api.get(place_of(made), headers=known).status == 304
    # A subcategory shows, though no version moves.
    category(api, manager, parent_id=made["id"])
    assert api.get(place_of(made), headers=known).status == 200


@pytest.mark.parametrize("category_id", ["%20", "..", "x" * 129, "cat_%00", "%23META", "cat%2F1"])
def test_what_cannot_be_an_id_names_nothing(api: Api, category_id: str) -> None:
    refused(api.get(f"{CATEGORIES}/{category_id}"), 404, "NOT_FOUND")


def test_no_parameter_is_known(api: Api, manager: str) -> None:
    reply = api.get(place_of(category(api, manager)), query={"expand": "children"})
    refused(reply, 400, "VALIDATION_ERROR", "expand")


def test_nothing_stored_for_the_house_is_shown(api: Api, manager: str) -> None:
    shown = set(api.get(place_of(category(api, manager))).data)
    assert not shown & {"pk", "sk", "categories_shard", "branch", "deleted_at"}


def test_calls_and_policy(api: Api, manager: str) -> None:
    made = category(api, manager)
    calls = recorded(lambda: api.get(place_of(made)))
    assert operations(calls) == ["GetItem"]
    assert_exact_policy(handler.declaration, calls.touches)
