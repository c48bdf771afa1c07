"""DELETE /api/v1/shipping-methods/{shipping_method_id}"""

from __future__ import annotations

from typing import Any

import pytest

from functions.pricing.archive_shipping_method import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api, Reply
from Test_py.support.pricing import basket, cold, everything, method_body, post, quoted
from Test_py.support.shopkeeping import announced, end_sessions, operations, refused, session, tag

PATH = "/api/v1/shipping-methods"
ANY = {"if-match": "*"}


@pytest.fixture
def made(api: Api, manager: str) -> Any:
    return post(api, "/shipping-methods", method_body(), manager)


def archive(api: Api, token: str, made: Any, headers: dict[str, str] = ANY) -> Reply:
    return api.delete(f"{PATH}/{made['id']}", token=token, headers=headers)


def test_it_is_offered_no_more_and_shown_still(api: Api, manager: str, made: Any) -> None:
    assert archive(api, manager, made, tag(1)).status == 204
    found = quoted(basket(1000, shipping_method_id=made["id"]))
    assert [one.code for one in found.problems] == ["shipping_unknown"]
    shown = api.get(f"{PATH}/{made['id']}", token=manager).data
    told = {"version": 2, "archived_at": shown["updated_at"], "updated_at": shown["updated_at"]}
    assert shown == made | told
    assert api.get(PATH, token=manager).data == []
    assert announced(made["id"])[1:] == [(2, "shipping_method.archived")]
    before = everything()
    assert archive(api, manager, made).status == 204
    assert everything() == before


def test_the_version_that_was_seen_is_needed_and_compared(api: Api, manager: str, made: Any) -> None:
    refused(archive(api, manager, made, {}), 428, "VERSION_REQUIRED")
    refused(archive(api, manager, made, tag(2)), 412, "STALE_VERSION")
    assert len(api.get(PATH, token=manager).data) == 1


def test_there_has_to_be_one(api: Api, manager: str) -> None:
    refused(archive(api, manager, {"id": "shp_x"}), 404, "NOT_FOUND")


def test_only_staff_with_the_permission_may(api: Api, manager: str, made: Any) -> None:
    assert api.delete(f"{PATH}/{made['id']}").status == 401
    for roles in ((), ("support",)):
        refused(archive(api, session(*roles), made), 403, "FORBIDDEN")
    end_sessions()
    refused(archive(api, manager, made), 401, "UNAUTHENTICATED")


def test_calls_and_policy(api: Api, manager: str, made: Any) -> None:
    calls = cold(api, manager, lambda: archive(api, manager, made))
    assert operations(calls) == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
