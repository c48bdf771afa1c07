"""Attacks on the OAuth flows, end to end (RFC 9700, 4): each is refused, and what it should set off is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from infra.local.clients import client
from pushcart import tables
from Test_py.support import people
from Test_py.support.accounts import events, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.oauth import CALLBACK, VERIFIER, Program, answer_of, challenge_of, public, refused, registered
from Test_py.support.people import Person
from utils.clock import now, rfc3339

OTHER = "another-verifier-another-verifier-another-verifier"


@pytest.fixture
def ada(api: Api) -> Person:
    return people.customer(api)


@pytest.fixture
def tracker(api: Api) -> Program:
    return registered(api)


def program_sessions() -> list[str]:
    return [one["id"]["S"] for one in items(tables.accounts, "USER#", "SESSION#") if "client_id" in one]


def test_a_code_that_is_replayed_ends_what_it_opened(api: Api, tracker: Program, ada: Person, clock: Clock) -> None:
    code = tracker.code(ada.token)
    told = tracker.exchange(code).json
    assert api.get("/api/v1/orders", token=told["access_token"]).status == 200
    refused(tracker.exchange(code), "invalid_grant")
    refused(tracker.refresh(told["refresh_token"]), "invalid_grant")
    assert [event["data"]["session_id"] for event in events("session.revoked")] == program_sessions()
    clock.shift(61)
    assert api.get("/api/v1/orders", token=told["access_token"]).status == 401


def test_a_replay_long_after_the_minute_is_known_as_one(tracker: Program, ada: Person, clock: Clock) -> None:
    code = tracker.code(ada.token)
    told = tracker.exchange(code).json
    clock.shift(3600)
    refused(tracker.exchange(code, code_verifier=OTHER), "invalid_grant")
    refused(tracker.refresh(told["refresh_token"]), "invalid_grant")


def test_of_twenty_exchanges_at_once_one_gets_through_and_then_none_has_anything(tracker: Program, ada: Person) -> None:
    code = tracker.code(ada.token)
    with ThreadPoolExecutor(10) as threads:
        replies = list(threads.map(lambda _: tracker.exchange(code), range(20)))
    good = [reply for reply in replies if reply.status == 200]
    assert len(good) == 1
    assert {reply.json["error"] for reply in replies if reply.status != 200} == {"invalid_grant"}
    assert len(program_sessions()) == 1
    refused(tracker.refresh(good[0].json["refresh_token"]), "invalid_grant")
    print(f"code replay: 1 of {len(replies)} exchanges at once got through; its session ended with the second use")


def test_a_code_ends_after_a_minute(tracker: Program, ada: Person, clock: Clock) -> None:
    code = tracker.code(ada.token)
    clock.shift(61)
    refused(tracker.exchange(code), "invalid_grant")
    assert program_sessions() == []


def test_a_stolen_code_is_no_use_to_another_client(api: Api, tracker: Program, ada: Person) -> None:
    code, thief = tracker.code(ada.token), registered(api, name="Thief")
    refused(thief.exchange(code), "invalid_grant")
    assert tracker.exchange(code).status == 200, "and costs the one it was meant for nothing"
    refused(thief.exchange(code), "invalid_grant")
    assert events("session.revoked") == []


def test_nor_to_whoever_injects_it_into_a_flow_of_their_own(tracker: Program, ada: Person) -> None:
    """The victim's code meets the verifier of the attacker's flow (RFC 9700, 4.5)."""
    refused(tracker.exchange(tracker.code(ada.token), code_verifier=OTHER), "invalid_grant")
    assert program_sessions() == []


def test_nor_at_another_redirect_uri_of_the_same_client(tracker: Program, ada: Person) -> None:
    code = tracker.code(ada.token)
    for uri in ("http://127.0.0.1/done", f"{CALLBACK}/", "https://evil.example.com", "x" * 3000):
        refused(tracker.exchange(code, redirect_uri=uri), "invalid_grant")


@pytest.mark.parametrize("verifier", ["", "x" * 42, "x" * 129, challenge_of(OTHER), "ü" * 50, OTHER + "\n"])
def test_the_proof_cannot_be_downgraded(tracker: Program, ada: Person, verifier: str) -> None:
    """Neither left out, nor plain: the challenge itself, seen in the browser, is no verifier (RFC 9700, 4.8)."""
    code = tracker.code(ada.token, code_challenge=challenge_of(OTHER))
    assert tracker.exchange(code, code_verifier=verifier).json["error"] in {"invalid_grant", "invalid_request"}
    refused(tracker.exchange(code, code_verifier=None), "invalid_request")
    assert tracker.exchange(code, code_verifier=OTHER).status == 200


def test_a_secret_is_no_stand_in_for_the_proof_nor_the_proof_for_the_secret(
    api: Api, tracker: Program, ada: Person
) -> None:
    code = tracker.code(ada.token)
    refused(Program(api, tracker.client_id, None).exchange(code), "invalid_client", 401)
    refused(tracker.exchange(code, code_verifier=None), "invalid_request")


def test_every_answer_says_who_it_is_of(tracker: Program, ada: Person) -> None:
    """So that a client of several servers is not led to send our code to another (RFC 9207)."""
    for reply in (
        tracker.approve(ada.token),
        tracker.approve(ada.token, decision="deny"),
        tracker.approve(ada.token, scope="orders:read"),
        tracker.approve(ada.token, response_type="token"),
    ):
        assert answer_of(reply)["iss"] == "http://127.0.0.1:8000"
        assert reply.json["redirect_to"].count("iss=") == 1


def test_what_was_approved_cannot_grow(api: Api, tracker: Program, ada: Person) -> None:
    code = tracker.code(ada.token, scope="openid")
    told = tracker.exchange(code, scope="openid purchases:read account").json
    assert told["scope"] == "openid"
    assert api.get("/api/v1/orders", token=told["access_token"]).codes == ["FORBIDDEN"]
    refused(tracker.refresh(told["refresh_token"], scope="openid purchases:read"), "invalid_scope")


def test_staff_who_let_a_program_see_their_orders_do_not_let_it_see_everybodys(api: Api, tracker: Program) -> None:
    admin = people.staff(api, "admin")
    told = tracker.tokens(admin.token)
    for path in ("/inventory", "/users", "/oauth/clients", "/api-keys"):
        assert api.get(f"/api/v1{path}", token=told["access_token"]).codes == ["FORBIDDEN"], path


def test_a_refresh_token_is_its_clients_alone(api: Api, tracker: Program, ada: Person) -> None:
    told = tracker.tokens(ada.token)
    app, other = public(api), registered(api)
    for thief in (app, other):
        refused(thief.refresh(told["refresh_token"]), "invalid_grant")
    assert api.post("/api/v1/auth/refresh", json={"refresh_token": told["refresh_token"]}).status == 401
    refused(tracker.refresh(ada.refresh_token), "invalid_grant")
    assert tracker.refresh(told["refresh_token"]).status == 200, "nothing of this ended the session"


def test_a_refresh_token_used_twice_ends_the_family(api: Api, ada: Person, clock: Clock) -> None:
    app = public(api)
    first = app.tokens(ada.token)
    second = app.refresh(first["refresh_token"]).json
    clock.shift(11)
    refused(app.refresh(first["refresh_token"]), "invalid_grant")
    refused(app.refresh(second["refresh_token"]), "invalid_grant")
    assert [event["data"]["reason"] for event in events("session.revoked")] == ["refresh_reused"]


def test_a_program_does_not_approve_another(api: Api, tracker: Program, ada: Person) -> None:
    told = tracker.tokens(ada.token)
    assert tracker.approve(told["access_token"]).codes == ["FORBIDDEN"]


def test_a_code_from_before_the_password_was_reset_opens_nothing(api: Api, tracker: Program, ada: Person) -> None:
    code = tracker.code(ada.token)
    (raw,) = items(tables.accounts, f"USER#{ada.id}", "PROFILE")
    reset = raw | {"sessions_from": {"S": rfc3339(now())}}
    client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=reset)
    refused(tracker.exchange(code), "invalid_grant")
    assert program_sessions() == []


def test_a_sign_in_by_the_shops_own_app_is_remembered_and_told_like_any_other(api: Api, ada: Person) -> None:
    app = public(api, first_party=True, scopes=["account"])
    for _ in range(2):
        code = app.code(ada.token, scope="account")
        assert app.exchange(code).status == 200
        assert events("sign_in.unusual") == [], "the device is the one that she signed in from"
    elsewhere = {"grant_type": "authorization_code", "code": app.code(ada.token, scope="account")}
    elsewhere |= {"redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    assert app.post("token", elsewhere, source_ip="203.0.113.9").status == 200
    (event,) = events("sign_in.unusual")
    assert event["data"]["signals"] == ["new_device"]
    assert event["data"]["session_id"] in program_sessions()


def test_a_servers_own_place_says_nothing_of_the_person(api: Api, ada: Person) -> None:
    server = registered(api, first_party=True, scopes=["account"])
    fields = {"grant_type": "authorization_code", "code": server.code(ada.token, scope="account")}
    fields |= {"redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    assert server.post("token", fields, source_ip="203.0.113.9").status == 200
    assert events("sign_in.unusual") == []


def test_an_account_that_changes_under_the_exchange_is_read_again(
    tracker: Program, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Disabled in the moment between the look at the account and the commit: no session is opened."""
    from pushcart.accounts.repository import codes as stored

    code, real = tracker.code(ada.token), stored.use_code

    def disable_first(*arguments: Any, **options: Any) -> None:
        (raw,) = items(tables.accounts, f"USER#{ada.id}", "PROFILE")
        raw |= {"disabled": {"BOOL": True}, "version": {"N": str(int(raw["version"]["N"]) + 1)}}
        client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=raw)
        real(*arguments, **options)

    monkeypatch.setattr(stored, "use_code", disable_first)
    refused(tracker.exchange(code), "invalid_grant")
    assert program_sessions() == []


def test_a_code_for_a_whole_account_is_for_the_shops_own_alone(tracker: Program, ada: Person) -> None:
    """Whatever made it: the exchange looks again at who may have that much."""
    from pushcart.accounts.service.codes import issue_code
    from utils.transaction import Transaction

    tx = Transaction()
    code = issue_code(
        tx, client_id=tracker.client_id, redirect_uri=CALLBACK, user_id=ada.id, scope="account",
        code_challenge=challenge_of(VERIFIER), authenticated_at=rfc3339(now()),
    )  # fmt: skip
    tx.commit()
    refused(tracker.exchange(code), "invalid_grant")
    assert program_sessions() == []


@pytest.mark.parametrize("way", ["replay", "revoke"])
def test_a_session_that_is_refreshed_at_the_very_moment_ends_all_the_same(
    tracker: Program, ada: Person, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pushcart.accounts.repository import sessions

    code = tracker.code(ada.token)
    told, real = tracker.exchange(code).json, sessions.revoke
    raced: list[int] = []

    def race(*arguments: Any, **options: Any) -> None:
        if not raced:
            raced.append(tracker.refresh(told["refresh_token"]).status)
        real(*arguments, **options)

    monkeypatch.setattr(sessions, "revoke", race)
    ended = tracker.exchange(code) if way == "replay" else tracker.revoke(told["refresh_token"])
    assert (raced, ended.status) == ([200], 400 if way == "replay" else 200)
    assert [event["data"]["session_id"] for event in events("session.revoked")] == program_sessions()
