"""DELETE /api/v1/oauth/clients/{client_id}"""

from __future__ import annotations

from typing import Any

import pytest

from functions.accounts.delete_oauth_client import handler
from pushcart.accounts.repository.clients import client_key
from Test_py.support import people
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.oauth import API, machine, public, registered
from Test_py.support.oauth import refused as refused_by_protocol
from Test_py.support.shopkeeping import announced, end_sessions, operations, recorded, refused, session, stored, tag

NOBODYS = "cli_01HZZZZZZZZZZZZZZZZZZZZZZZ"


@pytest.fixture
def admin(aws: None) -> str:
    return session("admin")


def remove(api: Api, admin: str, client_id: str, **options: Any) -> Reply:
    headers = options.pop("headers", {"if-match": "*"})
    return api.delete(f"{API}/clients/{client_id}", token=admin, headers=headers, **options)


def test_it_is_gone_and_gone_for_good(api: Api, admin: str) -> None:
    tracker = registered(api)
    reply = remove(api, admin, tracker.client_id)
    assert (reply.status, reply.body) == (204, b"")
    refused(remove(api, admin, tracker.client_id), 404, "NOT_FOUND")
    item = stored(client_key(tracker.client_id))
    assert item.deleted_at
    assert not item.secret_hash
    assert announced(tracker.client_id) == [(1, "oauth_client.created"), (2, "oauth_client.removed")]


def test_one_that_never_was_looks_the_same(api: Api, admin: str) -> None:
    tracker = registered(api)
    remove(api, admin, tracker.client_id)
    gone, never = remove(api, admin, tracker.client_id), remove(api, admin, NOBODYS)
    assert gone.json["errors"] == never.json["errors"]
    assert (gone.status, never.status) == (404, 404)


def test_its_sessions_codes_and_tokens_die_with_it_within_a_minute(api: Api, admin: str, clock: Clock) -> None:
    ada, tracker, script = people.customer(api), public(api), machine(api)
    tokens, own = tracker.tokens(ada.token), script.own_token().json["access_token"]
    code = tracker.code(ada.token)
    assert api.get("/api/v1/orders", token=tokens["access_token"]).status == 200
    assert api.get("/api/v1/inventory", token=own).status == 200
    for program in (tracker, script):
        remove(api, admin, program.client_id)
    refused_by_protocol(tracker.refresh(tokens["refresh_token"]), "invalid_client", 401)
    refused_by_protocol(tracker.exchange(code), "invalid_client", 401)
    refused_by_protocol(script.own_token(), "invalid_client", 401)
    refused_by_protocol(tracker.ask(ada.token), "invalid_request")
    clock.shift(60)
    assert api.get("/api/v1/orders", token=tokens["access_token"]).status == 401
    assert api.get("/api/v1/inventory", token=own).status == 401
    assert api.get("/api/v1/users/me", token=ada.token).status == 200, "the person's own session goes on"


def test_a_version_that_is_not_its_own_changes_nothing(api: Api, admin: str) -> None:
    tracker = registered(api)
    refused(remove(api, admin, tracker.client_id, headers=tag(2)), 412, "STALE_VERSION")
    refused(remove(api, admin, tracker.client_id, headers={}), 428, "VERSION_REQUIRED")
    assert remove(api, admin, tracker.client_id, headers=tag(1)).status == 204


def test_a_parameter_that_nobody_asked_for_is_refused(api: Api, admin: str) -> None:
    tracker = registered(api)
    refused(remove(api, admin, tracker.client_id, query={"force": "1"}), 400, "VALIDATION_ERROR", "force")


@pytest.mark.parametrize("role", ["customer", "support", "manager"])
def test_nobody_else_removes(api: Api, role: str) -> None:
    tracker, token = registered(api), session(role)
    mine, nobodys = (refused(remove(api, token, one), 403, "FORBIDDEN") for one in (tracker.client_id, NOBODYS))
    assert mine.json["errors"] == nobodys.json["errors"]


def test_nor_does_a_session_that_has_ended(api: Api, admin: str) -> None:
    tracker = registered(api)
    end_sessions()
    refused(remove(api, admin, tracker.client_id), 401, "UNAUTHENTICATED")
    assert not stored(client_key(tracker.client_id)).deleted_at


def test_its_calls_and_its_policy(api: Api, admin: str) -> None:
    tracker = registered(api)
    forget_what_is_kept()
    calls = recorded(lambda: remove(api, admin, tracker.client_id))
    assert operations(calls) == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
