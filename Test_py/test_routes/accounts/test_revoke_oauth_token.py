"""POST /api/v1/oauth/revoke"""

from __future__ import annotations

from typing import Any

import pytest

from functions.accounts.revoke_oauth_token import handler
from pushcart import tables
from Test_py.support import people
from Test_py.support.accounts import assert_exact_policy, events, forget_what_is_kept, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.oauth import API, FORM, Program, form, machine, public, refused, registered
from Test_py.support.people import Person
from Test_py.support.shopkeeping import operations, recorded

PATH = f"{API}/revoke"


@pytest.fixture
def ada(api: Api) -> Person:
    return people.customer(api)


@pytest.fixture
def tracker(api: Api) -> Program:
    return registered(api)


@pytest.mark.parametrize("which", ["refresh_token", "access_token"])
def test_giving_back_either_token_ends_the_session(
    api: Api, tracker: Program, ada: Person, clock: Clock, which: str
) -> None:
    told = tracker.tokens(ada.token)
    assert api.get("/api/v1/orders", token=told["access_token"]).status == 200
    reply = tracker.revoke(told[which])
    assert (reply.status, reply.body) == (200, b"")
    refused(tracker.refresh(told["refresh_token"]), "invalid_grant")
    clock.shift(61)
    assert api.get("/api/v1/orders", token=told["access_token"]).status == 401
    (event,) = events("session.revoked")
    assert event["data"]["reason"] == "logout"
    assert api.get("/api/v1/users/me", token=ada.token).status == 200, "the person's own session goes on"


def test_a_public_client_gives_back_too(api: Api, ada: Person) -> None:
    app = public(api)
    told = app.tokens(ada.token)
    assert app.revoke(told["refresh_token"], token_type_hint="access_token").status == 200
    refused(app.refresh(told["refresh_token"]), "invalid_grant")


def test_a_second_time_and_what_never_was_are_the_same(tracker: Program, ada: Person) -> None:
    told = tracker.tokens(ada.token)
    answers = [tracker.revoke(one) for one in (told["refresh_token"], told["refresh_token"], "x", "ü" * 9, "x" * 9000)]
    assert {(reply.status, reply.body) for reply in answers} == {(200, b"")}
    assert len(events("session.revoked")) == 1


def test_an_older_refresh_token_ends_the_session_as_well(tracker: Program, ada: Person) -> None:
    first = tracker.tokens(ada.token)
    second = tracker.refresh(first["refresh_token"]).json
    assert tracker.revoke(first["refresh_token"]).status == 200
    refused(tracker.refresh(second["refresh_token"]), "invalid_grant")


def test_another_clients_tokens_and_a_persons_own_are_left_alone(api: Api, tracker: Program, ada: Person) -> None:
    other = registered(api)
    theirs = other.tokens(ada.token)
    for token in (theirs["refresh_token"], theirs["access_token"], ada.token, ada.refresh_token):
        assert tracker.revoke(token).status == 200
    assert other.refresh(theirs["refresh_token"]).status == 200
    assert api.post("/api/v1/auth/refresh", json={"refresh_token": ada.refresh_token}).status == 200
    assert events("session.revoked") == []


def test_a_token_that_a_client_got_for_itself_ends_by_itself(api: Api, tracker: Program) -> None:
    script = machine(api)
    token = script.own_token().json["access_token"]
    refused(script.revoke(token), "unsupported_token_type")
    assert tracker.revoke(token).status == 200, "another's: nothing is told"


def test_whoever_does_not_prove_itself_ends_nothing(api: Api, tracker: Program, ada: Person) -> None:
    told = tracker.tokens(ada.token)
    thief = Program(api, tracker.client_id, "v1.guess")
    refused(thief.revoke(told["refresh_token"]), "invalid_client", 401)
    refused(Program(api, tracker.client_id, None).revoke(told["refresh_token"]), "invalid_client", 401)
    refused(api.post(PATH, body=form({"token": told["refresh_token"]}), headers=FORM), "invalid_client", 401)
    assert tracker.refresh(told["refresh_token"]).status == 200


def test_bad_forms_are_told(api: Api, tracker: Program) -> None:
    refused(tracker.post("revoke", {}), "invalid_request")
    refused(tracker.post("revoke", {"token": ""}), "invalid_request")
    refused(api.post(PATH, body="token=a&token=b", headers=FORM | tracker.basic), "invalid_request")
    refused(api.post(PATH, json={"token": "x"}, headers=tracker.basic), "invalid_request")


def test_when_it_cannot_be_written_it_can_be_sent_again(
    tracker: Program, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from utils.errors import Unavailable

    def fail(pieces: Any) -> None:
        if pieces:
            raise Unavailable

    told = tracker.tokens(ada.token)
    with monkeypatch.context() as broken:
        broken.setattr("utils.transaction.write", fail)
        refused(tracker.revoke(told["refresh_token"]), "temporarily_unavailable", 503)
    assert not any("revoked_at" in one for one in items(tables.accounts, "USER#", "SESSION#"))
    assert tracker.revoke(told["refresh_token"]).status == 200


def test_its_calls_and_its_policy(tracker: Program, ada: Person) -> None:
    told = tracker.tokens(ada.token)
    forget_what_is_kept()
    first = recorded(lambda: tracker.revoke(told["access_token"]))
    second = recorded(lambda: tracker.revoke(told["access_token"]))
    assert operations(second) == ["BatchGetItem"]
    assert_exact_policy(handler.declaration, first.touches | second.touches)
