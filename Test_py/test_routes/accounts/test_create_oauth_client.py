"""POST /api/v1/oauth/clients"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.accounts.create_oauth_client import handler
from pushcart import tables
from pushcart.access import CLIENT_SCOPES, PEOPLE_ONLY
from pushcart.accounts.models.sessions import SessionItem
from Test_py.support.accounts import assert_exact_policy, dump, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.oauth import API, CALLBACK, LOOPBACK, machine, registration
from Test_py.support.shopkeeping import announced, end_sessions, operations, recorded, refused, session
from utils.clock import now, rfc3339
from utils.transaction import Transaction

PATH = f"{API}/clients"
MACHINE: dict[str, Any] = {"grants": ["client_credentials"], "redirect_uris": [], "scopes": ["inventory:read"]}


@pytest.fixture
def admin(aws: None) -> str:
    return session("admin")


def register(api: Api, admin: str, *, key: str | None = None, **fields: Any) -> Reply:
    return api.post(PATH, json=registration(**fields), token=admin, key=key)


def stored() -> list[dict[str, Any]]:
    return items(tables.accounts, "CLIENT#")


def test_a_confidential_client_is_shown_its_secret_once_and_only_a_hash_is_kept(api: Api, admin: str) -> None:
    reply = register(api, admin)
    assert reply.status == 201
    assert reply.headers["cache-control"] == "no-store"
    made = reply.data
    assert set(made) == {
        "id", "name", "kind", "grants", "redirect_uris", "scopes", "first_party", "created_at", "updated_at",
        "version", "client_secret",
    }  # fmt: skip
    assert made["id"].startswith("cli_")
    assert made["redirect_uris"] == [CALLBACK, LOOPBACK]
    assert len(made["client_secret"]) >= 32
    assert made["client_secret"] not in dump()
    assert made["client_secret"] not in str(api.get(PATH, token=admin).json)
    assert announced(made["id"]) == [(1, "oauth_client.created")]


def test_a_public_client_has_no_secret(api: Api, admin: str) -> None:
    made = register(api, admin, kind="public").data
    assert made["client_secret"] is None
    (item,) = stored()
    assert "secret_hash" not in item


def test_the_shops_own_client_may_be_given_the_whole_account(api: Api, admin: str) -> None:
    refused(register(api, admin, scopes=["account"]), 400, "VALIDATION_ERROR", "scopes.0")
    assert register(api, admin, scopes=["account", "openid"], first_party=True).status == 201


def test_a_machine_may_be_given_all_that_programs_may_and_nothing_that_people_keep(api: Api, admin: str) -> None:
    assert machine(api, *sorted(CLIENT_SCOPES)).data["scopes"] == sorted(CLIENT_SCOPES)
    for scope in PEOPLE_ONLY | {"account", "openid", "profile:read"}:
        refused(register(api, admin, **(MACHINE | {"scopes": [scope]})), 400, "VALIDATION_ERROR", "scopes.0")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": 7}, "name"),
        ({"kind": "secret"}, "kind"),
        ({"kind": None}, "kind"),
        ({"grants": []}, "grants"),
        ({"grants": ["password"]}, "grants.0"),
        ({"grants": ["implicit"]}, "grants.0"),
        ({"grants": ["authorization_code"] * 2}, "grants"),
        ({"redirect_uris": []}, "redirect_uris"),
        ({"redirect_uris": "https://a.example/cb"}, "redirect_uris"),
        ({"redirect_uris": [f"https://a.example/{n}" for n in range(11)]}, "redirect_uris"),
        ({"redirect_uris": [f"https://a.example/{'x' * 2000}"]}, "redirect_uris.0"),
        ({"redirect_uris": [CALLBACK, "http://a.example/cb"]}, "redirect_uris.1"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["orders:read"]}, "scopes.0"),
        ({"scopes": ["openid", "everything"]}, "scopes.1"),
        ({"scopes": ["openid", "openid"]}, "scopes"),
        ({"scopes": ["open id"]}, "scopes.0"),
        ({"first_party": "yes"}, "first_party"),
        ({"client_secret": "mine"}, "client_secret"),
        ({"id": "cli_1"}, "id"),
        ({"grants": ["refresh_token"], "redirect_uris": []}, "grants"),
        (MACHINE | {"kind": "public"}, "grants"),
        (MACHINE | {"redirect_uris": [CALLBACK]}, "redirect_uris"),
    ],
)
def test_what_does_not_go_together_is_named(api: Api, admin: str, change: dict[str, Any], field: str) -> None:
    reply = refused(register(api, admin, **change), 400, "VALIDATION_ERROR")
    assert field in [error["field"] for error in reply.json["errors"]]
    assert stored() == []


@pytest.mark.parametrize("missing", ["name", "kind", "grants", "scopes"])
def test_missing_fields_are_named(api: Api, admin: str, missing: str) -> None:
    body = registration()
    del body[missing]
    refused(api.post(PATH, json=body, token=admin), 400, "VALIDATION_ERROR", missing)


@pytest.mark.parametrize("role", ["customer", "support", "manager"])
def test_nobody_else_registers(api: Api, role: str) -> None:
    refused(register(api, session(role)), 403, "FORBIDDEN")
    assert stored() == []


def test_a_machine_registers_no_other(api: Api) -> None:
    token = machine(api, *sorted(CLIENT_SCOPES)).own_token().json["access_token"]
    refused(register(api, token), 403, "FORBIDDEN")


def test_nor_does_a_session_that_has_ended_or_is_not_fresh(api: Api, admin: str) -> None:
    (raw,) = items(tables.accounts, "USER#", "SESSION#")
    tx = Transaction()
    long_ago = rfc3339(now() - timedelta(minutes=16))
    tx.change(SessionItem.from_raw_data(raw), SessionItem.authenticated_at.set(long_ago))
    tx.commit()
    refused(register(api, admin), 403, "STEP_UP_REQUIRED")
    end_sessions()
    assert register(api, admin).status == 401
    assert stored() == []


def test_the_same_key_makes_one_client_and_shows_its_secret_again(api: Api, admin: str) -> None:
    first, second = register(api, admin, key="once"), register(api, admin, key="once")
    assert second.body == first.body
    assert second.headers["idempotent-replayed"] == "true"
    assert first.data["client_secret"] not in dump(), "the stored answer is without it"
    assert len(stored()) == 1


def test_a_crash_before_the_answer_makes_one_client_when_it_is_asked_again(
    api: Api, admin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from utils import commits
    from utils.errors import Unavailable

    real = commits.write

    def write_and_die(pieces: Any) -> None:
        real(pieces)
        raise Unavailable

    with monkeypatch.context() as broken:
        broken.setattr("utils.transaction.write", write_and_die)
        assert register(api, admin, key="once").status == 503
    again = register(api, admin, key="once")
    assert again.status == 201
    assert [item["id"]["S"] for item in stored()] == [again.data["id"]]


def test_its_calls_and_its_policy(api: Api, admin: str) -> None:
    forget_what_is_kept()
    first = recorded(lambda: register(api, admin, key="one"))
    second = recorded(lambda: register(api, admin, key="two"))
    assert operations(second) == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, first.touches | second.touches)
