"""GET /api/v1/oauth/clients"""

from __future__ import annotations

from typing import Any

import pytest

from functions.accounts.list_oauth_clients import handler
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept
from Test_py.support.client import Api
from Test_py.support.oauth import API, machine, registered, removed
from Test_py.support.shopkeeping import (
    NOBODYS_CURSOR,
    end_sessions,
    operations,
    pages,
    recorded,
    refused,
    session,
)

PATH = f"{API}/clients"


@pytest.fixture
def admin(aws: None) -> str:
    return session("admin")


def test_the_youngest_comes_first_and_none_shows_a_secret(api: Api, admin: str) -> None:
    made = [registered(api), machine(api), registered(api, name="Another")]
    reply = api.get(PATH, token=admin)
    assert reply.status == 200
    assert [one["id"] for one in reply.data] == [one.client_id for one in reversed(made)]
    assert set(reply.data[0]) == {
        "id", "name", "kind", "grants", "redirect_uris", "scopes", "first_party", "created_at", "updated_at", "version",
    }  # fmt: skip
    for one in made:
        assert str(one.secret) not in reply.body.decode()


def test_it_comes_in_pages(api: Api, admin: str) -> None:
    made = [registered(api).client_id for _ in range(5)]
    found = [reply.data for reply in pages(api, PATH, token=admin, query={"limit": 2})]
    assert [len(page) for page in found] == [2, 2, 1]
    assert [one["id"] for page in found for one in page] == made[::-1]


def test_one_that_was_removed_is_in_it_no_more(api: Api, admin: str) -> None:
    gone, kept = registered(api), registered(api)
    removed(api, gone)
    assert [one["id"] for one in api.get(PATH, token=admin).data] == [kept.client_id]


def test_api_keys_are_another_list(api: Api, admin: str) -> None:
    made = registered(api)
    body = {"name": "Scanner", "scopes": ["inventory:read"]}
    assert api.post("/api/v1/api-keys", json=body, token=admin, key="a-key").status == 201
    assert [one["id"] for one in api.get(PATH, token=admin).data] == [made.client_id]


@pytest.mark.parametrize(
    ("query", "field"),
    [({"limit": 0}, "limit"), ({"limit": 101}, "limit"), ({"limit": "x"}, "limit"), ({"name": "x"}, "name"),
     ({"cursor": "x" * 2049}, "cursor")],
)  # fmt: skip
def test_bad_parameters_are_named(api: Api, admin: str, query: dict[str, Any], field: str) -> None:
    refused(api.get(PATH, token=admin, query=query), 400, "VALIDATION_ERROR", field)


def test_a_cursor_of_another_list_is_refused(api: Api, admin: str) -> None:
    refused(api.get(PATH, token=admin, query={"cursor": NOBODYS_CURSOR}), 400, "INVALID_CURSOR", "cursor")


@pytest.mark.parametrize("role", ["customer", "support", "manager"])
def test_nobody_else_sees_them(api: Api, role: str) -> None:
    refused(api.get(PATH, token=session(role)), 403, "FORBIDDEN")


def test_nor_does_a_session_that_has_ended(api: Api, admin: str) -> None:
    end_sessions()
    refused(api.get(PATH, token=admin), 401, "UNAUTHENTICATED")


def test_its_calls_and_its_policy(api: Api, admin: str) -> None:
    for _ in range(2):
        registered(api)
    forget_what_is_kept()
    calls = recorded(lambda: api.get(PATH, token=admin, query={"limit": 1}))
    assert sorted(operations(calls)) == ["GetItem", "GetSecretValue", "Query"]
    assert_exact_policy(handler.declaration, calls.touches)
