"""POST /api/v1/auth/register"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.accounts.register import handler
from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts import passwords, service, tickets
from Test_py.support.accounts import CountingHasher, assert_exact_policy, dump, events, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.people import PASSWORD, customer, log_in, register
from Test_py.test_routes.accounts.test_login import disable
from utils.clock import now

PATH = "/api/v1/auth/register"
GOOD = {"email": "ada@example.org", "password": PASSWORD, "name": "Ada Lovelace"}


def test_an_account_is_made_with_the_role_of_a_customer(api: Api) -> None:
    reply = register(api, "  Ada@Example.ORG ", locale="de-AT")
    assert (reply.status, reply.data) == (202, {"email": "ada@example.org"})
    (profile,) = items(tables.accounts, "USER#", "PROFILE")
    assert profile["roles"] == {"SS": ["customer"]}
    assert (profile["locale"]["S"], profile["email_verified"]["BOOL"], profile["disabled"]["BOOL"]) == (
        "de-AT", False, False,
    )  # fmt: skip
    user_id = profile["id"]["S"]
    (told,) = events("user.registered")
    assert (told["aggregate"], told["sequence"], set(told["data"])) == (user_id, 1, {"user_id", "ticket"})
    (ticket,) = items(tables.accounts, "TOKEN#")
    assert (ticket["user_id"]["S"], ticket["purpose"]["S"]) == (user_id, "verify")
    assert ticket["pk"] == {"S": tickets.key_of(tickets.token_of("verify", told["data"]["ticket"])).pk}


def test_a_taken_address_is_answered_the_same_at_the_same_work_and_changes_nothing(
    api: Api, hasher: CountingHasher
) -> None:
    first = register(api, "ada@example.org")
    before = items(tables.accounts, "USER#") + items(tables.accounts, "EMAIL#")
    second = register(api, "Ada@example.org", password="another fine Phrase", name="Mallory")
    assert (second.status, second.data) == (first.status, first.data)
    assert items(tables.accounts, "USER#") + items(tables.accounts, "EMAIL#") == before
    assert hasher.hashed == 2, "one argon2 for each"
    (told,) = events("user.registration_attempted")
    (made,) = events("user.registered")
    assert told["data"]["user_id"] == made["data"]["user_id"]
    assert told["data"]["ticket"] != made["data"]["ticket"], "a ticket of its own, for an address that is not verified"
    assert told["aggregate"].startswith("reg_")
    assert log_in(api, "ada@example.org").status == 200, "the first password holds"
    assert log_in(api, "ada@example.org", "another fine Phrase").status == 401


def test_one_key_gives_one_account_and_the_same_bytes(api: Api, hasher: CountingHasher) -> None:
    first, second = (register(api, "ada@example.org", key="once") for _ in range(2))
    assert first.status == 202
    assert first.body == second.body
    assert second.headers["idempotent-replayed"] == "true"
    assert len(items(tables.accounts, "USER#", "PROFILE")) == 1
    assert events("user.registration_attempted") == []
    assert hasher.hashed == 1


def test_one_key_for_another_request_is_refused(api: Api) -> None:
    register(api, "ada@example.org", key="once")
    reply = register(api, "eve@example.org", key="once")
    assert (reply.status, reply.codes) == (422, ["IDEMPOTENCY_KEY_REUSED"])
    assert len(items(tables.accounts, "USER#", "PROFILE")) == 1


def test_a_key_is_required(api: Api) -> None:
    reply = api.post(PATH, json=GOOD)
    assert (reply.status, reply.codes) == (400, ["IDEMPOTENCY_KEY_REQUIRED"])
    assert items(tables.accounts) == []


def test_of_many_at_once_for_one_address_one_makes_the_account(api: Api) -> None:
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda n: register(api, "ada@example.org", key=f"race-{n}"), range(8)))
    assert {reply.status for reply in replies} <= {202, 503}
    late = [register(api, "ada@example.org", key=f"race-{n}") for n in range(8)]
    assert {(reply.status, reply.data["email"]) for reply in late} == {(202, "ada@example.org")}
    assert len(items(tables.accounts, "USER#", "PROFILE")) == 1
    assert len(items(tables.accounts, "EMAIL#", "OWNER")) == 1
    assert len(events("user.registered")) == 1
    assert len(events("user.registration_attempted")) == 3, "the owner is not buried in mail"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": None}, "email"),
        ({"email": 7}, "email"),
        ({"email": "ada"}, "email"),
        ({"email": "ada@localhost"}, "email"),
        ({"email": "a@b.c\nBcc: d@e.f"}, "email"),
        ({"email": "a\x00b@example.org"}, "email"),
        ({"email": "a@exam\x7fple.org"}, "email"),
        ({"email": "a\u200bda@example.org"}, "email"),
        ({"email": f"{'a' * 250}@b.cd"}, "email"),
        ({"password": "eleven char"}, "password"),
        ({"password": "x" * 1025}, "password"),
        ({"password": 123456789012}, "password"),
        ({"password": ["a quiet Evening 7"]}, "password"),
        ({"password": "Password1234"}, "password"),
        ({"password": "aaaaaaaaaaaaaaaa"}, "password"),
        ({"password": "ada@example.org"}, "password"),
        ({"password": "AdaLovelace1"}, "password"),
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"name": "Ada\r\nBcc: eve@example.org"}, "name"),
        ({"name": {"first": "Ada"}}, "name"),
        ({"locale": "English"}, "locale"),
        ({"locale": 1}, "locale"),
        ({"roles": ["admin"]}, "roles"),
        ({"email_verified": True}, "email_verified"),
        ({"disabled": False}, "disabled"),
        ({"id": "usr_00000000000000000000000000"}, "id"),
        ({"version": 1}, "version"),
        ({"password_hash": "$argon2id$"}, "password_hash"),
    ],
)
def test_bad_fields_are_named_and_nothing_is_made(api: Api, change: dict[str, Any], field: str) -> None:
    reply = api.post(PATH, json=GOOD | change, key="bad")
    assert (reply.status, set(reply.codes)) == (400, {"VALIDATION_ERROR"})
    assert [error["field"] for error in reply.json["errors"]] == [field]
    assert items(tables.accounts) == []


@pytest.mark.parametrize("missing", ["email", "password", "name"])
def test_missing_fields_are_named(api: Api, missing: str) -> None:
    reply = api.post(PATH, json={name: value for name, value in GOOD.items() if name != missing}, key="bad")
    assert [(error["code"], error["field"]) for error in reply.json["errors"]] == [("VALIDATION_ERROR", missing)]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"", "application/json", 400, "MALFORMED_JSON"),
        (b"{", "application/json", 400, "MALFORMED_JSON"),
        (b"[" * 40 + b"]" * 40, "application/json", 400, "MALFORMED_JSON"),
        (b'{"name": "\\ud800"}', "application/json", 400, "MALFORMED_JSON"),
        (b"\xff\xfe", "application/json", 400, "MALFORMED_JSON"),
        (b"[]", "application/json", 400, "VALIDATION_ERROR"),
        (b"null", "application/json", 400, "VALIDATION_ERROR"),
        (json.dumps(GOOD).encode(), "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b'{"name":"' + b"x" * 270_000 + b'"}', "application/json", 413, "PAYLOAD_TOO_LARGE"),
    ],
)  # fmt: skip
def test_what_is_no_good_json_is_told(api: Api, body: bytes, content_type: str, status: int, code: str) -> None:
    reply = api.post(PATH, body=body, headers={"content-type": content_type}, key="bad")
    assert (reply.status, reply.codes) == (status, [code])


def test_a_password_of_1024_characters_counts_to_the_last(api: Api) -> None:
    long = "long and Winding 9 " * 53 + "road 123456789012"
    assert len(long) == 1024
    assert register(api, "ada@example.org", password=long).status == 202
    assert log_in(api, "ada@example.org", long).status == 200
    assert log_in(api, "ada@example.org", long[:-1] + "3").status == 401


def test_a_password_is_taken_as_it_was_typed(api: Api) -> None:
    typed = "  Übung mächt Meister 🎹  "
    register(api, "ada@example.org", password=typed)
    assert log_in(api, "ada@example.org", typed).status == 200
    assert log_in(api, "ada@example.org", typed.strip()).status == 401


@pytest.mark.usefixtures("real_hashes")
def test_the_password_is_kept_as_argon2id_and_never_told(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    register(api, "ada@example.org", key="once")
    register(api, "ada@example.org", key="once")
    (kept,) = items(tables.accounts, "USER#", "PASSWORD")
    assert kept["hash"]["S"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in dump()
    printed = capsys.readouterr()
    assert PASSWORD not in printed.out + printed.err
    assert "ada@example.org" not in printed.out + printed.err


def test_the_policy_is_what_is_called(api: Api) -> None:
    forget_what_is_kept()
    with record() as calls:
        register(api, "ada@example.org")
    assert [call.operation for call in calls] == [
        "GetSecretValue", "BatchGetItem", "BatchGetItem", "TransactWriteItems",
    ]  # fmt: skip
    assert_exact_policy(handler.declaration, calls.touches)


def test_a_verified_owner_is_told_without_a_ticket_and_a_disabled_one_is_left_alone(api: Api) -> None:
    for number, role in enumerate(("verified", "disabled")):
        user_id = customer(api, f"{role}@example.org").id
        service.grant_roles(user_id, ["customer"])
        if number:
            disable(f"{role}@example.org")
        assert register(api, f"{role}@example.org").status == 202
    (told,) = events("user.registration_attempted")
    assert told["data"]["ticket"] is None


def test_an_owner_is_told_at_most_three_times_in_any_hour(api: Api, clock: Clock) -> None:
    register(api, "ada@example.org")
    told_at = []
    for _ in range(24):
        before = len(events("user.registration_attempted"))
        assert register(api, "ada@example.org").status == 202
        if len(events("user.registration_attempted")) > before:
            told_at.append(now().timestamp())
        clock.shift(600)
    assert len(told_at) >= 9
    for moment in told_at:
        assert len([other for other in told_at if moment <= other < moment + 3600]) <= 3


class Instant:
    """A hasher that takes no time."""

    def hash(self, password: str) -> str:
        return f"hash of {len(password)}"

    def verify(self, stored: str, password: str) -> bool:
        return False


def test_the_hundred_and_first_registration_in_an_hour_from_one_network_waits(
    api: Api, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hashers", [Instant()])
    statuses = [send(api, f"crowd-{n}@example.org", f"c-{n}", "203.0.113.9").status for n in range(102)]
    assert statuses == [202] * 100 + [429] * 2
    assert send(api, "late@example.org", "late", "198.51.100.7").status == 202
    clock.shift(2 * 3600)
    assert send(api, "later@example.org", "later", "203.0.113.9").status == 202


def send(api: Api, email: str, key: str, source_ip: str) -> Reply:
    return api.post(PATH, json=GOOD | {"email": email}, key=key, source_ip=source_ip)
