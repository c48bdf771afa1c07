"""POST /api/v1/oauth/introspect"""

from __future__ import annotations

import pytest

from functions.accounts.introspect_oauth_token import handler
from infra.local.clients import client
from pushcart import tables
from Test_py.support import people
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.forge import Forger
from Test_py.support.oauth import API, FORM, Program, form, machine, public, refused, registered, removed
from Test_py.support.people import Person
from Test_py.support.shopkeeping import operations, recorded
from utils.clock import now, rfc3339

PATH = f"{API}/introspect"
INACTIVE = {"active": False}


@pytest.fixture
def ada(api: Api) -> Person:
    return people.customer(api)


@pytest.fixture
def tracker(api: Api) -> Program:
    return registered(api)


@pytest.fixture
def own(api: Api) -> Program:
    """The shop's own server."""
    return registered(api, first_party=True, scopes=["account"])


def change_profile(person: Person, **attributes: dict[str, object]) -> None:
    (raw,) = items(tables.accounts, f"USER#{person.id}", "PROFILE")
    client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=raw | attributes)


def test_a_client_learns_what_its_live_tokens_may_do(tracker: Program, ada: Person) -> None:
    told = tracker.tokens(ada.token)
    access = tracker.introspect(told["access_token"])
    assert set(access) == {"active", "iss", "sub", "scope", "exp", "aud", "token_type", "client_id"}
    assert (access["active"], access["sub"], access["client_id"]) == (True, ada.id, tracker.client_id)
    assert (access["scope"], access["token_type"]) == ("openid purchases:read", "Bearer")
    assert now().timestamp() < access["exp"] <= now().timestamp() + 600
    refresh = tracker.introspect(told["refresh_token"], token_type_hint="refresh_token")
    assert set(refresh) == {"active", "iss", "sub", "scope", "exp", "client_id"}
    script_sees = tracker.introspect("x")
    assert script_sees == INACTIVE


def test_a_machine_learns_of_its_own(api: Api, tracker: Program) -> None:
    script = machine(api)
    token = script.own_token().json["access_token"]
    told = script.introspect(token)
    assert (told["active"], told["sub"], told["client_id"]) == (True, script.client_id, script.client_id)
    assert tracker.introspect(token) == INACTIVE


def test_of_anothers_tokens_only_the_shops_own_learn(api: Api, tracker: Program, own: Program, ada: Person) -> None:
    other, script = registered(api), machine(api)
    tokens = tracker.tokens(ada.token)
    for token in (*(tokens[name] for name in ("access_token", "refresh_token")), ada.token, ada.refresh_token):
        assert other.introspect(token) == INACTIVE
        assert own.introspect(token)["active"] is True
    assert own.introspect(script.own_token().json["access_token"])["client_id"] == script.client_id
    assert "client_id" not in own.introspect(ada.token)


def test_nothing_that_is_not_live_is_told_of(api: Api, tracker: Program, ada: Person, clock: Clock) -> None:
    forger = Forger(ada.id, "ses_01HZZZZZZZZZZZZZZZZZZZZZZZ")
    first = tracker.tokens(ada.token)
    second = tracker.refresh(first["refresh_token"]).json
    dead = {
        "a refresh token that was used": first["refresh_token"],
        "an ID token": first["id_token"],
        "a token of a session that never was": forger.token(),
        "another signature": second["access_token"][:-4] + "AAAA",
        "an API key": "pk_01HZZZZZZZZZZZZZZZZZZZZZZZ_secret_crc",
        "nothing of ours": "ü" * 40,
        "too much": "x" * 5000,
    }
    assert {name: tracker.introspect(token) for name, token in dead.items()} == dict.fromkeys(dead, INACTIVE)
    assert tracker.introspect(second["access_token"])["active"] is True
    clock.shift(601)
    assert tracker.introspect(second["access_token"]) == INACTIVE, "it has ended"
    assert tracker.introspect(second["refresh_token"])["active"] is True
    clock.shift(14 * 24 * 3600)
    assert tracker.introspect(second["refresh_token"]) == INACTIVE, "idle too long"


@pytest.mark.parametrize("ending", ["disabled", "deleted_at", "erased_at", "sessions_from"])
def test_whoever_can_sign_in_no_more_has_no_live_token(tracker: Program, ada: Person, ending: str) -> None:
    told = tracker.tokens(ada.token)
    value: dict[str, object] = {"BOOL": True} if ending == "disabled" else {"S": rfc3339(now())}
    change_profile(ada, **{ending: value})
    assert tracker.introspect(told["access_token"]) == tracker.introspect(told["refresh_token"]) == INACTIVE


def test_a_session_that_was_kept_through_a_new_password_is_told_to_live(api: Api, own: Program, ada: Person) -> None:
    other = people.log_in(api, ada.email, people.PASSWORD).data
    wanted = {"current_password": people.PASSWORD, "new_password": "another quiet Evening 8"}
    assert api.put("/api/v1/users/me/password", json=wanted, token=ada.token).status == 204
    assert api.get("/api/v1/users/me", token=ada.token).status == 200
    for token in (ada.token, ada.refresh_token):
        assert own.introspect(token)["active"] is True, "what opens doors is told to"
    for name in ("access_token", "refresh_token"):
        assert own.introspect(other[name]) == INACTIVE


def test_what_was_revoked_and_what_a_removed_client_had_is_dead(
    api: Api, tracker: Program, own: Program, ada: Person
) -> None:
    first, second = tracker.tokens(ada.token), tracker.tokens(ada.token)
    tracker.revoke(first["refresh_token"])
    assert own.introspect(first["access_token"]) == INACTIVE
    assert own.introspect(second["access_token"])["active"] is True
    removed(api, tracker)
    for token in (second["access_token"], second["refresh_token"]):
        assert own.introspect(token) == INACTIVE
    refused(tracker.post("introspect", {"token": second["access_token"]}), "invalid_client", 401)


def test_nobody_tries_tokens_who_is_no_confidential_client(api: Api, tracker: Program, ada: Person) -> None:
    app = public(api)
    told = app.tokens(ada.token)
    refused(app.post("introspect", {"token": told["access_token"]}), "invalid_client", 401)
    thief = Program(api, tracker.client_id, "v1.guess")
    refused(thief.post("introspect", {"token": told["access_token"]}), "invalid_client", 401)
    bearer = FORM | {"authorization": f"Bearer {ada.token}"}
    refused(api.post(PATH, body=form({"token": ada.token}), headers=bearer), "invalid_client", 401)


def test_bad_forms_are_told(api: Api, tracker: Program) -> None:
    refused(tracker.post("introspect", {}), "invalid_request")
    refused(api.post(PATH, body="token=a&token=b", headers=FORM | tracker.basic), "invalid_request")
    refused(api.post(PATH, json={"token": "x"}, headers=tracker.basic), "invalid_request")


def test_its_calls_and_its_policy(tracker: Program, ada: Person) -> None:
    told = tracker.tokens(ada.token)
    forget_what_is_kept()
    first = recorded(lambda: tracker.introspect(told["access_token"]))
    second = recorded(lambda: tracker.introspect(told["access_token"]))
    wrong = recorded(lambda: Program(tracker.api, tracker.client_id, "v1.x").post("introspect", {"token": "x"}))
    assert operations(second) == ["BatchGetItem"]
    assert_exact_policy(handler.declaration, first.touches | second.touches | wrong.touches)
