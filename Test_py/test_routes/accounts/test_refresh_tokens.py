"""POST /api/v1/auth/refresh"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from functions.accounts.refresh_tokens import handler
from infra.local.clients import client
from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts.hashes import hashed
from pushcart.accounts.service import grant_roles
from Test_py.support.accounts import assert_exact_policy, dump, events, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.people import Person, customer, logged_in
from Test_py.test_routes.accounts.test_login import claims_of, disable
from utils import sealing
from utils.clock import now, rfc3339

PATH = "/api/v1/auth/refresh"
ELSEWHERE = {"source_ip": "203.0.113.9"}


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def refresh(api: Api, token: str, **options: Any) -> Reply:
    return api.post(PATH, json={"refresh_token": token}, **options)


def session() -> dict[str, Any]:
    (found,) = items(tables.accounts, "USER#", "SESSION#")
    return found


def test_a_refresh_token_brings_its_successor_and_an_access_token_that_works(api: Api, ada: Person) -> None:
    reply = refresh(api, ada.refresh_token)
    assert reply.status == 200
    assert set(reply.data) == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert reply.data["refresh_token"] != ada.refresh_token
    assert reply.headers["cache-control"] == "no-store"
    before, after = claims_of(ada.token)[1], claims_of(reply.data["access_token"])[1]
    assert (after["sid"], after["sub"], after["scope"]) == (before["sid"], before["sub"], before["scope"])
    assert api.get("/api/v1/users/me", token=reply.data["access_token"]).status == 200
    assert refresh(api, reply.data["refresh_token"]).status == 200


def test_an_access_token_has_the_roles_of_now(api: Api, ada: Person) -> None:
    grant_roles(ada.id, ["manager", "support"])
    assert claims_of(refresh(api, ada.refresh_token).data["access_token"])[1]["roles"] == ["manager", "support"]


def test_a_lost_reply_is_answered_again_to_the_same_client_for_ten_seconds(api: Api, ada: Person, clock: Clock) -> None:
    first = refresh(api, ada.refresh_token)
    clock.shift(9)
    again = refresh(api, ada.refresh_token)
    assert again.status == 200
    assert again.data["refresh_token"] == first.data["refresh_token"]
    assert session()["rotation"]["N"] == "2", "nothing moved"
    assert refresh(api, first.data["refresh_token"]).status == 200


@pytest.mark.parametrize(
    ("seconds", "options"),
    [
        (11, {}),
        (0, ELSEWHERE),
        (0, {"headers": {"user-agent": "another"}}),
    ],
)
def test_any_other_reuse_ends_the_family(
    api: Api, ada: Person, clock: Clock, seconds: int, options: dict[str, Any]
) -> None:
    youngest = refresh(api, ada.refresh_token).data
    clock.shift(seconds)
    reply = refresh(api, ada.refresh_token, **options)
    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])
    assert refresh(api, youngest["refresh_token"]).status == 401, "the thief's and the owner's are dead alike"
    live = api.patch("/api/v1/users/me", json={"name": "Eve"}, token=youngest["access_token"])
    assert live.status == 401, "and so is the session, where it is looked at"
    (told,) = events("session.revoked")
    assert told["aggregate"] == session()["id"]["S"]
    assert told["data"] == {"session_id": told["aggregate"], "user_id": ada.id, "reason": "refresh_reused"}


def test_a_token_from_two_steps_back_ends_the_family_even_at_once(api: Api, ada: Person) -> None:
    second = refresh(api, ada.refresh_token).data["refresh_token"]
    third = refresh(api, second).data["refresh_token"]
    assert refresh(api, ada.refresh_token).status == 401
    assert refresh(api, third).status == 401


def test_reuse_is_told_once_and_logged_without_the_token(
    api: Api, ada: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    refresh(api, ada.refresh_token)
    capsys.readouterr()
    for _ in range(3):
        refresh(api, ada.refresh_token, **ELSEWHERE)
    assert len(events("session.revoked")) == 1
    printed = capsys.readouterr().out
    warnings = [line for line in map(json.loads, printed.splitlines()) if line["level"] == "WARNING"]
    assert [line["session_id"] for line in warnings] == [session()["id"]["S"]]
    assert ada.refresh_token not in printed


def test_a_hundred_refreshes_at_once_give_one_lineage(api: Api, ada: Person) -> None:
    with time_machine.travel(now(), tick=False), ThreadPoolExecutor(100) as threads:
        replies = list(threads.map(lambda _: refresh(api, ada.refresh_token), range(100)))
    assert {reply.status for reply in replies} == {200}
    assert len({reply.data["refresh_token"] for reply in replies}) == 1
    assert session()["rotation"]["N"] == "2"
    assert events("session.revoked") == []


def test_of_a_thief_and_the_owner_at_once_none_keeps_a_live_token(api: Api, ada: Person) -> None:
    def take(number: int) -> Reply:
        return refresh(api, ada.refresh_token, source_ip=f"203.0.113.{number}")

    with ThreadPoolExecutor(20) as threads:
        replies = list(threads.map(take, range(20)))
    won = [reply.data["refresh_token"] for reply in replies if reply.status == 200]
    assert len(set(won)) <= 1
    assert {reply.status for reply in replies} <= {200, 401}
    assert all(refresh(api, token).status == 401 for token in won)
    assert len(events("session.revoked")) == 1


def test_a_session_ends_after_fourteen_idle_days(api: Api, ada: Person, clock: Clock) -> None:
    clock.shift(timedelta(days=14, seconds=1))
    assert refresh(api, ada.refresh_token).status == 401
    assert events("session.revoked") == [], "it was no theft"


def test_a_session_ends_after_thirty_days_however_busy(api: Api, ada: Person, clock: Clock) -> None:
    token, statuses = ada.refresh_token, []
    for _ in range(4):
        clock.shift(timedelta(days=9, hours=23))
        reply = refresh(api, token)
        statuses.append(reply.status)
        token = reply.data["refresh_token"] if reply.status == 200 else token
    assert statuses == [200, 200, 200, 401]


def test_dynamodb_may_forget_a_session_when_it_ends(api: Api, ada: Person, clock: Clock) -> None:
    assert int(session()["ttl"]["N"]) == pytest.approx(now().timestamp() + 14 * 86_400, abs=60)
    clock.shift(timedelta(days=13))
    token = refresh(api, ada.refresh_token).data["refresh_token"]
    clock.shift(timedelta(days=13))
    assert refresh(api, token).status == 200
    assert int(session()["ttl"]["N"]) == pytest.approx(now().timestamp() + 4 * 86_400, abs=60)


def test_a_disabled_account_gets_no_more_tokens(api: Api, ada: Person) -> None:
    disable(ada.email)
    assert refresh(api, ada.refresh_token).status == 401


def test_what_began_before_the_account_s_sessions_count_gets_no_more_tokens(
    api: Api, ada: Person, clock: Clock
) -> None:
    clock.shift(1)
    (profile,) = items(tables.accounts, "USER#", "PROFILE")
    profile["sessions_from"] = {"S": rfc3339(now())}
    client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=profile)
    assert refresh(api, ada.refresh_token).status == 401
    clock.shift(1)
    again = logged_in(api, ada)
    assert refresh(api, again.refresh_token).status == 200


def test_an_account_that_was_taken_away_gets_no_more_tokens(api: Api, ada: Person) -> None:
    (profile,) = items(tables.accounts, "USER#", "PROFILE")
    profile["deleted_at"] = {"S": rfc3339(now())}
    client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=profile)
    assert refresh(api, ada.refresh_token).status == 401


def test_a_rotated_pepper_ends_no_session_and_repeats_no_lost_reply_wrongly(api: Api, ada: Person) -> None:
    lost = refresh(api, ada.refresh_token).data["refresh_token"]
    before = client("secretsmanager").get_secret_value(SecretId=sealing.pepper.secret_id)["SecretString"]
    try:
        rotated = json.loads(before) | {"current": "2", "2": "another pepper"}
        client("secretsmanager").put_secret_value(SecretId=sealing.pepper.secret_id, SecretString=json.dumps(rotated))
        sealing.forget()
        assert refresh(api, ada.refresh_token).data["refresh_token"] == lost
        successor = refresh(api, lost)
        assert ".v2." in successor.data["refresh_token"]
        assert refresh(api, successor.data["refresh_token"]).status == 200
        again = api.post("/api/v1/auth/login", json={"email": ada.email, "password": "a quiet Evening 7"})
        assert again.status == 200, "the account is found under the pepper that it was made with"
    finally:
        sealing.forget()


def test_tokens_that_we_never_issued_are_refused_unread_and_end_nothing(api: Api, ada: Person) -> None:
    user, sid, rotation, code = ada.refresh_token.removeprefix("rt_").split(".", 3)
    eve = customer(api, "eve@example.org")
    eve_user = eve.refresh_token.removeprefix("rt_").split(".")[0]
    forged = [
        "x", "rt_", "rt_...", f"rt_{user}.{sid}.{rotation}", f"rt_{user}.{sid}.{rotation}.",
        f"{user}.{sid}.{rotation}.{code}", f"RT_{user}.{sid}.{rotation}.{code}",
        f"rt_{user}.{sid}.2.{code}", f"rt_{user}.{sid}.0.{code}", f"rt_{user}.{sid}.01.{code}",
        f"rt_{user}.{sid}.-1.{code}", f"rt_{user}.{sid}.{'9' * 400}.{code}", f"rt_{user}.{sid}.¹.{code}",
        f"rt_{eve_user}.{sid}.{rotation}.{code}", f"rt_{user}.{sid}.{rotation}.{code[:-1]}",
        f"rt_{user}.{sid}.{rotation}.{code}.", f"rt_{user}.{sid}.{rotation}.v2{code[2:]}",
        f"rt_{user}.{sid}.{rotation}.v1.{'A' * 32}", f" {ada.refresh_token}", f"{ada.refresh_token}\n", ada.token,
    ]  # fmt: skip
    with record() as calls:
        replies = [refresh(api, token) for token in forged]
    assert {reply.status for reply in replies} == {401}
    assert len({json.dumps(reply.json["errors"]) for reply in replies}) == 1
    assert len(calls) == 0
    assert refresh(api, ada.refresh_token).status == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "refresh_token"),
        ({"refresh_token": None}, "refresh_token"),
        ({"refresh_token": ""}, "refresh_token"),
        ({"refresh_token": 7}, "refresh_token"),
        ({"refresh_token": ["rt_"]}, "refresh_token"),
        ({"refresh_token": "r" * 513}, "refresh_token"),
        ({"refresh_token": "rt_x", "scope": "admin"}, "scope"),
    ],
)
def test_bad_fields_are_named(api: Api, body: dict[str, Any], field: str) -> None:
    reply = api.post(PATH, json=body)
    assert (reply.status, [error["field"] for error in reply.json["errors"]]) == (400, [field])


def test_when_signing_fails_the_token_in_hand_stays_good(
    api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pushcart.accounts import access_tokens
    from utils.errors import Unavailable

    def fail(**_: object) -> str:
        raise Unavailable

    with monkeypatch.context() as broken:
        broken.setattr(access_tokens, "issue", fail)
        assert refresh(api, ada.refresh_token).status == 503
    assert session()["rotation"]["N"] == "1"
    assert refresh(api, ada.refresh_token).status == 200


def test_only_the_hash_of_a_token_is_stored(api: Api, ada: Person) -> None:
    token = refresh(api, ada.refresh_token).data["refresh_token"]
    stored = dump()
    assert token not in stored
    assert token.rsplit(".", 1)[-1] not in stored
    assert session()["token_hash"]["S"] == hashed(token)


def test_the_policy_is_what_is_called(api: Api, ada: Person) -> None:
    forget_what_is_kept()
    with record() as calls:
        refresh(api, ada.refresh_token)
        refresh(api, ada.refresh_token, **ELSEWHERE)
    assert_exact_policy(handler.declaration, calls.touches)


def test_a_refresh_is_one_read_one_signature_and_one_write(api: Api, ada: Person) -> None:
    with record() as calls:
        refresh(api, ada.refresh_token)
    assert [call.operation for call in calls] == ["BatchGetItem", "Sign", "TransactWriteItems"]
