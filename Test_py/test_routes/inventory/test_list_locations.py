"""GET /api/v1/locations"""

from __future__ import annotations

from typing import Any

import pytest

from functions.inventory.list_locations import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.shopkeeping import forget_what_is_kept, operations, pages, refused, session

PATH = "/api/v1/locations"


def test_a_shop_has_one_from_the_start(api: Api, manager: str) -> None:
    reply = api.get(PATH, token=session("support"))
    assert reply.status == 200
    (main,) = reply.data
    assert (main["id"], main["name"], main["address"], main["active"], main["version"]) == (
        "main",
        "Main",
        None,
        True,
        0,
    )


def test_it_lists_all_page_by_page(api: Api, manager: str) -> None:
    made = [api.post(PATH, json={"name": name}, token=manager).data for name in ("A", "B")]
    found = [reply.data for reply in pages(api, PATH, token=manager, query={"limit": 2})]
    assert [len(page) for page in found] == [2, 1]
    listed = [one for page in found for one in page]
    assert listed[:2] == sorted(made, key=lambda one: one["id"])
    assert (listed[2]["id"], listed[2]["version"]) == ("main", 1)


@pytest.mark.parametrize(
    ("query", "field"), [({"limit": 0}, "limit"), ({"active": "true"}, "active"), ({"cursor": "x"}, "cursor")]
)
def test_bad_parameters_are_named(api: Api, manager: str, query: dict[str, Any], field: str) -> None:
    code = "INVALID_CURSOR" if field == "cursor" else "VALIDATION_ERROR"
    refused(api.get(PATH, token=manager, query=query), 400, code, field)


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    assert api.get(PATH).status == 401
    refused(api.get(PATH, token=session()), 403, "FORBIDDEN")


def test_calls_and_policy(api: Api, manager: str) -> None:
    api.post(PATH, json={"name": "A"}, token=manager)
    forget_what_is_kept()
    with record() as calls:
        api.get(PATH, token=manager, query={"limit": 1})
    assert operations(calls) == ["Query", "GetSecretValue"]
    assert_exact_policy(handler.declaration, calls.touches)
