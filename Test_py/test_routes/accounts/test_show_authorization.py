"""GET /api/v1/oauth/authorize"""

from __future__ import annotations

from typing import Any

import pytest

from functions.accounts.show_authorization import handler
from pushcart import tables
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept, items
from Test_py.support.client import Api
from Test_py.support.oauth import API, CALLBACK, Program, answer_of, machine, refused, registered, removed
from Test_py.support.shopkeeping import operations, recorded, session

PATH = f"{API}/authorize"
NEVER_REDIRECTED: dict[str, dict[str, Any]] = {
    "no client": {"client_id": None},
    "an unknown client": {"client_id": "cli_01HZZZZZZZZZZZZZZZZZZZZZZZ"},
    "a client of another form": {"client_id": "x" * 4000},
    "a client of control characters": {"client_id": "cli_\x00\n"},
    "no redirect_uri": {"redirect_uri": None},
    "another host": {"redirect_uri": "https://evil.example.com/callback"},
    "a path below": {"redirect_uri": f"{CALLBACK}/more"},
    "a path with a way back": {"redirect_uri": "https://tracker.example.com/x/../callback"},
    "a slash more": {"redirect_uri": f"{CALLBACK}/"},
    "a query more": {"redirect_uri": f"{CALLBACK}?next=https://evil.example.com"},
    "a fragment": {"redirect_uri": f"{CALLBACK}#"},
    "another scheme": {"redirect_uri": CALLBACK.replace("https", "http")},
    "no web address": {"redirect_uri": "javascript:alert(1)"},
    "capitals": {"redirect_uri": CALLBACK.upper()},
    "a host below": {"redirect_uri": "https://tracker.example.com.evil.example/callback"},
    "a user": {"redirect_uri": "https://tracker.example.com@evil.example.com/callback"},
    "a port": {"redirect_uri": "https://tracker.example.com:8443/callback"},
    "encoded": {"redirect_uri": "https://tracker.example.com/%63allback"},
    "a backslash": {"redirect_uri": "https://tracker.example.com\\@evil.example.com/callback"},
    "a space behind": {"redirect_uri": f"{CALLBACK} "},
    "localhost by name": {"redirect_uri": "http://localhost/done"},
    "another loopback path": {"redirect_uri": "http://127.0.0.1:5000/other"},
    "a loopback that is none": {"redirect_uri": "http://127.0.0.1.evil.example.com/done"},
    "a port beyond all ports": {"redirect_uri": "http://127.0.0.1:99999/done"},
    "a loopback's user": {"redirect_uri": "http://127.0.0.1:80@evil.example.com/done"},
}
TOLD_TO_THE_CLIENT: dict[str, tuple[dict[str, Any], str]] = {
    "no response_type": ({"response_type": None}, "invalid_request"),
    "implicit": ({"response_type": "token"}, "unsupported_response_type"),
    "hybrid": ({"response_type": "code id_token"}, "unsupported_response_type"),
    "a fragment": ({"response_mode": "fragment"}, "invalid_request"),
    "no challenge": ({"code_challenge": None}, "invalid_request"),
    "no method, which is plain": ({"code_challenge_method": None}, "invalid_request"),
    "plain": ({"code_challenge_method": "plain"}, "invalid_request"),
    "a short challenge": ({"code_challenge": "x" * 42}, "invalid_request"),
    "a padded challenge": ({"code_challenge": "x" * 43 + "="}, "invalid_request"),
    "no scope": ({"scope": None}, "invalid_scope"),
    "a scope of staff": ({"scope": "openid orders:read"}, "invalid_scope"),
    "the whole account": ({"scope": "account"}, "invalid_scope"),
    "a scope too long": ({"scope": "openid " * 200}, "invalid_scope"),
    "a long state": ({"state": "x" * 1025}, "invalid_request"),
    "a state beyond ASCII": ({"state": "ü"}, "invalid_request"),
    "a long nonce": ({"nonce": "x" * 256}, "invalid_request"),
    "a request object": ({"request": "eyJ"}, "request_not_supported"),
    "a request elsewhere": ({"request_uri": "https://evil.example.com"}, "request_uri_not_supported"),
    "silence": ({"prompt": "none"}, "consent_required"),
    "an age that is none": ({"max_age": "old"}, "invalid_request"),
}


@pytest.fixture
def tracker(api: Api) -> Program:
    return registered(api)


@pytest.fixture
def ada(aws: None) -> str:
    return session()


def test_a_person_is_told_who_asks_for_what(tracker: Program, ada: str) -> None:
    reply = tracker.ask(ada)
    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-store"
    assert reply.json == {
        "client_id": tracker.client_id,
        "client_name": "Parcel tracker",
        "scopes": [
            {"scope": "openid", "description": "Know that it is you"},
            {"scope": "purchases:read", "description": "See your orders and their payments"},
        ],
        "redirect_uri": CALLBACK,
        "first_party": False,
        "expires_in": 30 * 24 * 3600,
    }


def test_without_refresh_tokens_the_leave_ends_with_its_access_token(api: Api, ada: str) -> None:
    brief = registered(api, grants=["authorization_code"])
    assert brief.ask(ada).json["expires_in"] == 600


def test_what_it_does_not_know_is_ignored(tracker: Program, ada: str) -> None:
    assert tracker.ask(ada, display="page", ui_locales="de").json == tracker.ask(ada).json


def test_a_program_on_ones_own_machine_takes_whatever_port_is_free(tracker: Program, ada: str) -> None:
    for port in ("", ":1", ":50123", ":65535"):
        assert tracker.ask(ada, redirect_uri=f"http://127.0.0.1{port}/done").status == 200


@pytest.mark.parametrize("name", NEVER_REDIRECTED)
def test_nobody_is_sent_where_the_client_does_not_live(tracker: Program, ada: str, name: str) -> None:
    reply = refused(tracker.ask(ada, **NEVER_REDIRECTED[name]), "invalid_request")
    assert "redirect_to" not in reply.json
    assert "location" not in reply.headers
    bad = refused(tracker.ask(ada, **NEVER_REDIRECTED[name], response_type="token", scope="x"), "invalid_request")
    assert "redirect_to" not in bad.json, "nor for anything else that is wrong"


@pytest.mark.parametrize("name", TOLD_TO_THE_CLIENT)
def test_whatever_else_is_wrong_the_client_is_told(tracker: Program, ada: str, name: str) -> None:
    change, error = TOLD_TO_THE_CLIENT[name]
    reply = refused(tracker.ask(ada, **change), error)
    assert reply.json["redirect_to"].startswith(f"{CALLBACK}?")
    answer = answer_of(reply)
    assert (answer["error"], answer["iss"]) == (error, "http://127.0.0.1:8000")
    assert answer.get("state") == (None if "state" in change else "xyz-1")


def test_one_that_was_removed_is_one_that_never_was(api: Api, tracker: Program, ada: str) -> None:
    removed(api, tracker)
    gone, never = tracker.ask(ada), tracker.ask(ada, client_id="cli_01HZZZZZZZZZZZZZZZZZZZZZZZ")
    assert (gone.status, gone.body) == (never.status, never.body)


def test_a_machine_may_not_ask_people(api: Api, ada: str) -> None:
    refused(machine(api).ask(ada), "invalid_request")


@pytest.mark.parametrize("repeated", ["client_id", "redirect_uri", "scope", "state", "anything"])
def test_what_comes_twice_is_refused(api: Api, tracker: Program, ada: str, repeated: str) -> None:
    query = {name: [value] for name, value in tracker.request().items()}
    query[repeated] = [*query.get(repeated, ["x"]), "https://evil.example.com"]
    reply = refused(api.get(PATH, query=query, token=ada), "invalid_request")
    assert "redirect_to" not in reply.json


def test_nobody_is_asked_who_is_not_signed_in_themselves(api: Api, tracker: Program, ada: str) -> None:
    assert api.get(PATH, query=tracker.request()).status == 401
    own = machine(api).own_token().json["access_token"]
    reply = tracker.ask(own)
    assert (reply.status, reply.codes) == (403, ["FORBIDDEN"])


def test_its_calls_and_its_policy(tracker: Program, ada: str) -> None:
    forget_what_is_kept()
    before = items(tables.accounts)
    calls = recorded(lambda: tracker.ask(ada))
    assert operations(calls) == ["GetItem"]
    assert_exact_policy(handler.declaration, calls.touches)
    assert items(tables.accounts) == before
