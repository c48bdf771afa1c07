"""DELETE /api/v1/api-keys/{key_id}"""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from functions.accounts.revoke_api_key import handler
from pushcart import tables
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.programs import KEYS, ask_for_key, made_key, revoke
from Test_py.support.shopkeeping import announced, end_sessions, operations, recorded, refused, session
from utils.clock import now, rfc3339

MISSING = "key_01HZZZZZZZZZZZZZZZZZZZZZZZ"


@pytest.fixture
def admin(aws: None) -> str:
    return session("admin")


def test_a_revoked_key_opens_nothing_any_more(api: Api, admin: str) -> None:
    made = made_key(api, admin)
    assert api.get("/api/v1/inventory", token=made["key"]).status == 200
    reply = revoke(api, admin, made["id"])
    assert (reply.status, reply.body) == (204, b"")
    api.gateway._cache.clear()
    refused(api.get("/api/v1/inventory", token=made["key"]), 401, "UNAUTHENTICATED")
    (stored,) = items(tables.accounts, "APIKEY#")
    assert stored["revoked_at"]["S"]
    assert stored["revoked_by"]["S"] == made["created_by"]
    assert announced(made["id"]) == [(1, "api_key.created"), (2, "api_key.revoked")]


def test_its_writes_are_refused_though_the_gateway_remembers_it(api: Api, admin: str) -> None:
    made = made_key(api, admin)
    product = {"title": "Mug", "slug": "mug"}
    writer = made_key(api, admin, scopes=["catalog:write"])
    assert api.post("/api/v1/products", json=product, token=writer["key"]).status == 201
    assert revoke(api, admin, writer["id"]).status == 204
    other = product | {"slug": "other"}
    refused(api.post("/api/v1/products", json=other, token=writer["key"]), 401, "UNAUTHENTICATED")
    assert api.get("/api/v1/inventory", token=made["key"]).status == 200, "another key goes on"


def test_revoking_again_changes_nothing(api: Api, admin: str) -> None:
    made = made_key(api, admin)
    assert [revoke(api, admin, made["id"]).status for _ in range(3)] == [204] * 3
    assert announced(made["id"]) == [(1, "api_key.created"), (2, "api_key.revoked")]


def test_of_many_at_once_one_is_announced(api: Api, admin: str) -> None:
    made = made_key(api, admin)
    contexts = [contextvars.copy_context() for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(one.run, revoke, api, admin, made["id"]) for one in contexts]
    assert {one.result().status for one in asked} <= {204, 503}
    assert announced(made["id"]) == [(1, "api_key.created"), (2, "api_key.revoked")]


def test_a_key_that_lapsed_can_be_revoked_too(api: Api, admin: str, clock: Clock) -> None:
    made = made_key(api, admin, expires_at=rfc3339(now() + timedelta(minutes=1)))
    clock.shift(120)
    assert revoke(api, admin, made["id"]).status == 204


@pytest.mark.parametrize(
    "key_id", [MISSING, "key_", "usr_01HZZZZZZZZZZZZZZZZZZZZZZZ", "x", "..", "x" * 200, "%00", "a%2Fb"]
)
def test_what_there_is_not_is_not_found(api: Api, admin: str, key_id: str) -> None:
    reply = revoke(api, admin, key_id)
    assert reply.status == 404
    if key_id == MISSING:
        refused(reply, 404, "NOT_FOUND")
        assert "API key" in reply.json["errors"][0]["message"]


def test_a_parameter_that_nobody_asked_for_is_refused(api: Api, admin: str) -> None:
    made = made_key(api, admin)
    refused(api.delete(f"{KEYS}/{made['id']}", token=admin, query={"force": "1"}), 400, "VALIDATION_ERROR", "force")
    assert ask_for_key(api, admin, name=made["name"]).status == 201


@pytest.mark.parametrize("role", ["customer", "support", "manager"])
def test_nobody_else_revokes(api: Api, admin: str, role: str) -> None:
    made = made_key(api, admin)
    mine, nobodys = (refused(revoke(api, session(role), one), 403, "FORBIDDEN") for one in (made["id"], MISSING))
    assert mine.json["errors"] == nobodys.json["errors"]


def test_a_key_does_not_revoke(api: Api, admin: str) -> None:
    made = made_key(api, admin)
    refused(revoke(api, made["key"], made["id"]), 403, "FORBIDDEN")


def test_nor_does_a_session_that_has_ended(api: Api, admin: str) -> None:
    made = made_key(api, admin)
    end_sessions()
    refused(revoke(api, admin, made["id"]), 401, "UNAUTHENTICATED")


def test_its_calls_and_its_policy(api: Api, admin: str) -> None:
    made = made_key(api, admin)
    forget_what_is_kept()
    calls = recorded(lambda: revoke(api, admin, made["id"]))
    assert operations(calls) == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
