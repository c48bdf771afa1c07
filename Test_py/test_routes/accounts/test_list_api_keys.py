"""GET /api/v1/api-keys"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.accounts.list_api_keys import handler
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.programs import KEYS, made_key, registered_client, revoke
from Test_py.support.shopkeeping import NOBODYS_CURSOR, end_sessions, operations, pages, recorded, refused, session
from utils.clock import now, rfc3339


@pytest.fixture
def admin(aws: None) -> str:
    return session("admin")


def test_keys_are_listed_the_youngest_first_without_their_secrets(api: Api, admin: str) -> None:
    made = [made_key(api, admin) for _ in range(3)]
    revoke(api, admin, made[1]["id"])
    reply = api.get(KEYS, token=admin)
    assert reply.status == 200
    assert [one["id"] for one in reply.data] == [one["id"] for one in reversed(made)]
    shown = {one["id"]: one for one in reply.data}
    kept = {name: value for name, value in made[0].items() if name != "key"}
    assert shown[made[0]["id"]] == kept
    assert shown[made[1]["id"]]["revoked_at"]
    for one in made:
        assert one["key"].split("_")[2].encode() not in reply.body
    assert b"secret" not in reply.body


def test_a_shop_without_keys_has_an_empty_list(api: Api, admin: str) -> None:
    registered_client()
    assert api.get(KEYS, token=admin).data == [], "OAuth clients share the index and have a list of their own"


def test_pages_hold_all_keys_once(api: Api, admin: str) -> None:
    made = [made_key(api, admin)["id"] for _ in range(5)]
    found = [[one["id"] for one in page.data] for page in pages(api, KEYS, token=admin, query={"limit": 2})]
    assert [len(page) for page in found] == [2, 2, 1]
    assert [key_id for page in found for key_id in page] == made[::-1]


def test_a_key_that_lapsed_is_still_told_of(api: Api, admin: str, clock: Clock) -> None:
    made = made_key(api, admin, expires_at=rfc3339(now() + timedelta(minutes=1)))
    clock.shift(120)
    (shown,) = api.get(KEYS, token=admin).data
    assert (shown["id"], shown["revoked_at"]) == (made["id"], None)
    assert shown["expires_at"] < rfc3339(now())


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"sort": "name"}, "sort"),
        ({"name": "x"}, "name"),
        ({"cursor": "x" * 2049}, "cursor"),
    ],
)
def test_bad_parameters_are_named(api: Api, admin: str, query: dict[str, Any], field: str) -> None:
    refused(api.get(KEYS, token=admin, query=query), 400, "VALIDATION_ERROR", field)


def test_a_cursor_of_another_list_is_refused(api: Api, admin: str) -> None:
    refused(api.get(KEYS, token=admin, query={"cursor": NOBODYS_CURSOR}), 400, "INVALID_CURSOR", "cursor")


@pytest.mark.parametrize("role", ["customer", "support", "manager"])
def test_nobody_else_sees_them(api: Api, role: str) -> None:
    refused(api.get(KEYS, token=session(role)), 403, "FORBIDDEN")


def test_nor_does_a_session_that_has_ended(api: Api, admin: str) -> None:
    assert api.get(KEYS, token=admin).status == 200
    end_sessions()
    refused(api.get(KEYS, token=admin), 401, "UNAUTHENTICATED")


def test_its_calls_and_its_policy(api: Api, admin: str) -> None:
    for _ in range(2):
        made_key(api, admin)
    forget_what_is_kept()
    calls = recorded(lambda: api.get(KEYS, token=admin, query={"limit": 1}))
    assert operations(calls) == ["Query", "GetItem", "GetSecretValue"]
    assert_exact_policy(handler.declaration, calls.touches)
