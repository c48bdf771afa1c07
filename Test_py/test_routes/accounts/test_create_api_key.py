"""POST /api/v1/api-keys"""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from zlib import crc32

import pytest

from functions.accounts.create_api_key import handler
from pushcart import tables
from pushcart.access import CLIENT_SCOPES, PEOPLE_ONLY
from pushcart.accounts import api_keys as keys
from pushcart.accounts.hashes import hashed
from Test_py.support.accounts import assert_exact_policy, dump, events, forget_what_is_kept, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.programs import KEYS, SCOPES, ask_for_key, key_body, made_key, revoke
from Test_py.support.shopkeeping import end_sessions, operations, recorded, refused, session
from utils.clock import now, parse, rfc3339


@pytest.fixture
def admin(aws: None) -> str:
    """The access token of somebody who may make keys, and has just signed in."""
    return session("admin")


def test_a_key_is_made_and_shown_once(api: Api, admin: str) -> None:
    reply = ask_for_key(api, admin, name=" Scanner ")
    assert reply.status == 201
    made = reply.data
    assert set(made) == {
        "id", "name", "prefix", "scopes", "created_by", "expires_at", "revoked_at", "created_at", "updated_at", "key",
    }  # fmt: skip
    assert (made["name"], made["scopes"], made["revoked_at"]) == ("Scanner", SCOPES, None)
    assert parse(made["expires_at"]) - parse(made["created_at"]) == pytest.approx(
        timedelta(days=90), abs=timedelta(seconds=2)
    )
    word, key_id, secret, code = made["key"].split("_")
    assert (word, f"key_{key_id}", f"pk_{key_id}") == ("pk", made["id"], made["prefix"])
    assert code == f"{crc32(f'pk_{key_id}_{secret}'.encode()):08x}", "a scanner knows a key without asking anybody"
    assert len(secret.partition(".")[2]) * 6 >= 128
    (announced,) = events("api_key.created")
    assert announced["data"] == {"key_id": made["id"], "by": made["created_by"]}


def test_only_a_hash_is_stored_and_nothing_is_logged(api: Api, admin: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = ask_for_key(api, admin, key="once").data
    secret, printed = made["key"].split("_")[2], capsys.readouterr()
    stored = dump()
    for told in (secret, secret.partition(".")[2], made["key"]):
        assert told not in stored
        assert told not in printed.out + printed.err
    assert hashed(secret) in stored


def test_a_replay_shows_the_same_key_and_makes_no_other(api: Api, admin: str) -> None:
    body = key_body()
    first, again = (api.post(KEYS, json=body, token=admin, key="once") for _ in range(2))
    assert (first.status, first.body) == (201, again.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert len(items(tables.accounts, "APIKEY#")) == 1
    refused(api.post(KEYS, json=body | {"name": "Other"}, token=admin, key="once"), 422, "IDEMPOTENCY_KEY_REUSED")


def test_two_of_a_name_live_at_once_and_a_third_names_them(api: Api, admin: str) -> None:
    held = [made_key(api, admin, name="Scanner") for _ in range(2)]
    reply = refused(ask_for_key(api, admin, name="Scanner"), 409, "CONFLICT", "name")
    assert reply.json["errors"][0]["detail"] == ", ".join(sorted(one["id"] for one in held))
    assert made_key(api, admin, name="Another")["name"] == "Another"
    assert revoke(api, admin, held[0]["id"]).status == 204
    assert ask_for_key(api, admin, name="Scanner").status == 201
    assert ask_for_key(api, admin, name="Scanner").status == 409


def test_a_key_that_lapsed_leaves_room(api: Api, admin: str, clock: Clock) -> None:
    soon = rfc3339(now() + timedelta(minutes=5))
    for _ in range(2):
        made_key(api, admin, name="Scanner", expires_at=soon)
    assert ask_for_key(api, admin, name="Scanner").status == 409
    clock.shift(6 * 60)
    assert ask_for_key(api, admin, name="Scanner").status == 201


def test_of_many_at_once_two_are_made(api: Api, admin: str) -> None:
    contexts = [contextvars.copy_context() for _ in range(12)]
    with ThreadPoolExecutor(12) as threads:
        asked = [threads.submit(one.run, ask_for_key, api, admin, name="Scanner") for one in contexts]
        statuses = [one.result().status for one in asked]
    assert statuses.count(201) == 2
    assert set(statuses) <= {201, 409, 503}, "who is overtaken each time is told to come back"
    live = [one for one in items(tables.accounts, "APIKEY#") if "revoked_at" not in one]
    assert len(live) == 2


@pytest.mark.parametrize("days", [1 / 1440, 365])
def test_it_ends_when_it_is_told_to(api: Api, admin: str, days: float) -> None:
    asked = now() + timedelta(days=days)
    assert made_key(api, admin, expires_at=rfc3339(asked))["expires_at"] == rfc3339(asked)
    with_offset = asked.isoformat(timespec="seconds").replace("+00:00", "+00:00")
    assert made_key(api, admin, expires_at=with_offset)["expires_at"][:19] == rfc3339(asked)[:19]


@pytest.mark.parametrize("days", [-1, 0, 366, 4000])
def test_it_ends_neither_in_the_past_nor_after_more_than_a_year(api: Api, admin: str, days: int) -> None:
    expires = rfc3339(now() + timedelta(days=days))
    refused(ask_for_key(api, admin, expires_at=expires), 400, "VALIDATION_ERROR", "expires_at")
    assert items(tables.accounts, "APIKEY#") == []


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "  "}, ["name"]),
        ({"name": 7}, ["name"]),
        ({"name": "x" * 101}, ["name"]),
        ({"name": "a\nb"}, ["name"]),
        ({"scopes": []}, ["scopes"]),
        ({"scopes": "inventory:read"}, ["scopes"]),
        ({"scopes": ["inventory:read", "everything"]}, ["scopes.1"]),
        ({"scopes": ["account"]}, ["scopes.0"]),
        ({"scopes": ["purchases:read"]}, ["scopes.0"]),
        ({"scopes": [None]}, ["scopes.0"]),
        ({"scopes": ["inventory:read"] * 100}, ["scopes"]),
        ({"expires_at": "tomorrow"}, ["expires_at"]),
        ({"expires_at": 1795182905}, ["expires_at"]),
        ({"expires_at": "2027-02-30T00:00:00Z"}, ["expires_at"]),
        ({"expires_at": "2027-01-01"}, ["expires_at"]),
        ({"expires_at": "2027-01-01T00:00:00"}, ["expires_at"]),
        ({"created_by": "usr_1"}, ["created_by"]),
        ({"secret_hash": "x"}, ["secret_hash"]),
        ({"id": "key_1"}, ["id"]),
    ],
)
def test_bad_fields_are_named(api: Api, admin: str, change: dict[str, Any], fields: list[str]) -> None:
    refused(ask_for_key(api, admin, **change), 400, "VALIDATION_ERROR", *fields)
    assert items(tables.accounts, "APIKEY#") == []


@pytest.mark.parametrize("missing", ["name", "scopes"])
def test_missing_fields_are_named(api: Api, admin: str, missing: str) -> None:
    body = key_body()
    del body[missing]
    refused(api.post(KEYS, json=body, token=admin), 400, "VALIDATION_ERROR", missing)


def test_a_key_opens_what_programs_may_be_given_and_no_more(api: Api, admin: str) -> None:
    assert made_key(api, admin, scopes=sorted(CLIENT_SCOPES))["scopes"] == sorted(CLIENT_SCOPES)
    for permission in PEOPLE_ONLY:
        refused(ask_for_key(api, admin, scopes=[permission]), 400, "VALIDATION_ERROR", "scopes.0")


@pytest.mark.parametrize("role", ["customer", "support", "manager"])
def test_nobody_else_makes_keys(api: Api, role: str) -> None:
    refused(ask_for_key(api, session(role)), 403, "FORBIDDEN")


def test_a_key_makes_no_keys(api: Api, admin: str) -> None:
    every = made_key(api, admin, scopes=sorted(CLIENT_SCOPES))["key"]
    refused(ask_for_key(api, every), 403, "FORBIDDEN")


def test_it_asks_for_a_fresh_proof(api: Api, admin: str, clock: Clock) -> None:
    clock.shift(9 * 60)
    assert ask_for_key(api, admin).status == 201
    admin = session("admin")
    end_sessions()
    refused(ask_for_key(api, admin), 401, "UNAUTHENTICATED")


def test_who_signed_in_long_ago_steps_up_first(api: Api, admin: str, clock: Clock) -> None:
    from pushcart.accounts.models.sessions import SessionItem
    from utils.transaction import Transaction

    (raw,) = items(tables.accounts, "USER#", "SESSION#")
    tx = Transaction()
    long_ago = rfc3339(now() - timedelta(minutes=16))
    tx.change(SessionItem.from_raw_data(raw), SessionItem.authenticated_at.set(long_ago))
    tx.commit()
    refused(ask_for_key(api, admin), 403, "STEP_UP_REQUIRED")
    assert items(tables.accounts, "APIKEY#") == []


def test_a_crash_before_the_answer_makes_one_key_when_it_is_asked_again(
    api: Api, admin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from utils import commits
    from utils.errors import Unavailable

    real, body = commits.write, key_body()

    def write_and_die(pieces: Any) -> None:
        real(pieces)
        raise Unavailable

    with monkeypatch.context() as broken:
        broken.setattr("utils.transaction.write", write_and_die)
        assert api.post(KEYS, json=body, token=admin, key="once").status == 503
    again = api.post(KEYS, json=body, token=admin, key="once")
    assert again.status == 201
    (stored,) = items(tables.accounts, "APIKEY#")
    shown = keys.read(again.data["key"])
    assert shown is not None
    assert shown.matches(stored["secret_hash"]["S"])


def test_its_calls_and_its_policy(api: Api, admin: str) -> None:
    forget_what_is_kept()
    first = recorded(lambda: ask_for_key(api, admin, name="Scanner", key="one"))
    second = recorded(lambda: ask_for_key(api, admin, name="Scanner", key="two"))
    assert operations(second) == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, first.touches | second.touches)
