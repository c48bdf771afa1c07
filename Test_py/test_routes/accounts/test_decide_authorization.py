"""POST /api/v1/oauth/authorize"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.accounts.decide_authorization import handler
from pushcart import tables
from pushcart.accounts.models.sessions import SessionItem
from Test_py.support.accounts import assert_exact_policy, dump, forget_what_is_kept, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.oauth import API, CALLBACK, FORM, Program, answer_of, form, machine, refused, registered
from Test_py.support.people import customer
from Test_py.support.shopkeeping import end_sessions, operations, recorded, session
from Test_py.test_routes.accounts.test_show_authorization import NEVER_REDIRECTED, TOLD_TO_THE_CLIENT
from utils.clock import now, rfc3339
from utils.transaction import Transaction

PATH = f"{API}/authorize"
JSON = {"content-type": "application/json"}


@pytest.fixture
def tracker(api: Api) -> Program:
    return registered(api)


@pytest.fixture
def ada(tracker: Program) -> str:
    return session()


def codes() -> list[dict[str, Any]]:
    return items(tables.accounts, "CODE#")


def test_who_approves_is_sent_back_with_a_code(tracker: Program, ada: str) -> None:
    reply = tracker.approve(ada)
    assert reply.status == 200
    assert set(reply.json) == {"redirect_to"}
    assert reply.json["redirect_to"].startswith(f"{CALLBACK}?code=")
    answer = answer_of(reply)
    assert (answer["state"], answer["iss"]) == ("xyz-1", "http://127.0.0.1:8000")
    assert len(answer["code"]) >= 43, "256 bits"
    assert answer["code"] not in dump(), "only its hash is stored"
    assert len(codes()) == 1


def test_who_denies_is_sent_back_without_one(tracker: Program, ada: str) -> None:
    answer = answer_of(tracker.approve(ada, decision="deny"))
    assert answer == {"error": "access_denied", "state": "xyz-1", "iss": "http://127.0.0.1:8000"}
    assert codes() == []


def test_json_is_taken_too_by_the_same_rules(api: Api, tracker: Program, ada: str) -> None:
    body = tracker.request(decision="approve", unknown={"deep": [1]})
    assert "code" in answer_of(api.post(PATH, json=body, token=ada))
    for broken in (b"", b"[]", b"{", b'"x"', b"\xff", b"[" * 40, b"1"):
        refused(api.post(PATH, body=broken, headers=JSON, token=ada), "invalid_request")
    twice = json.dumps(body)[:-1] + ', "redirect_uri": "https://evil.example.com"}'
    refused(api.post(PATH, body=twice, headers=JSON, token=ada), "invalid_request")
    refused(api.post(PATH, json=body | {"client_id": [tracker.client_id]}, token=ada), "invalid_request")
    refused(api.post(PATH, json=body | {"decision": True}, token=ada), "invalid_request")


def test_a_redirect_uri_keeps_its_own_query(api: Api, ada: str) -> None:
    tracker = registered(api, redirect_uris=[f"{CALLBACK}?tenant=1"])
    answer = answer_of(tracker.approve(ada, redirect_uri=f"{CALLBACK}?tenant=1"))
    assert (answer["tenant"], set(answer)) == ("1", {"tenant", "code", "state", "iss"})


@pytest.mark.parametrize("decision", [None, "", "yes", "APPROVE", "approve "])
def test_silence_is_no_consent(tracker: Program, ada: str, decision: str | None) -> None:
    reply = refused(tracker.approve(ada, decision=decision), "invalid_request")
    assert "redirect_to" not in reply.json
    assert codes() == []


@pytest.mark.parametrize("name", NEVER_REDIRECTED)
def test_nobody_is_sent_where_the_client_does_not_live(tracker: Program, ada: str, name: str) -> None:
    for decision in ("approve", "deny"):
        reply = refused(tracker.approve(ada, **(NEVER_REDIRECTED[name] | {"decision": decision})), "invalid_request")
        assert "redirect_to" not in reply.json
    assert codes() == []


@pytest.mark.parametrize("name", TOLD_TO_THE_CLIENT)
def test_what_could_not_be_asked_cannot_be_approved(tracker: Program, ada: str, name: str) -> None:
    change, error = TOLD_TO_THE_CLIENT[name]
    assert answer_of(refused(tracker.approve(ada, **change), error))["error"] == error
    assert codes() == []


def test_a_field_that_comes_twice_is_refused(api: Api, tracker: Program, ada: str) -> None:
    body = form(tracker.request(decision="deny")) + "&decision=approve"
    refused(api.post(PATH, body=body, headers=FORM, token=ada), "invalid_request")
    assert codes() == []


def test_a_body_of_another_kind_is_refused(api: Api, tracker: Program, ada: str) -> None:
    for kind in ("", "text/plain", "multipart/form-data"):
        body = form(tracker.request(decision="approve"))
        refused(api.post(PATH, body=body, headers={"content-type": kind}, token=ada), "invalid_request")


def test_the_query_decides_nothing(api: Api, tracker: Program, ada: str) -> None:
    reply = api.post(PATH, query=tracker.request(decision="approve"), body="", headers=FORM, token=ada)
    refused(reply, "invalid_request")


def test_a_sign_in_that_is_older_than_the_client_takes_is_not_good_enough(tracker: Program, ada: str) -> None:
    (raw,) = [one for one in items(tables.accounts, "USER#", "SESSION#") if one["user_id"]["S"] in _sub(ada)]
    tx = Transaction()
    before = rfc3339(now() - timedelta(minutes=10))
    tx.change(SessionItem.from_raw_data(raw), SessionItem.authenticated_at.set(before))
    tx.commit()
    assert answer_of(refused(tracker.approve(ada, max_age="300"), "login_required"))["error"] == "login_required"
    assert "code" in answer_of(tracker.approve(ada, max_age="900"))
    for now_or_never in ({"max_age": "0"}, {"prompt": "login"}, {"prompt": "consent login", "max_age": "900"}):
        refused(tracker.approve(ada, **now_or_never), "login_required")
        assert "code" in answer_of(tracker.approve(session(), **now_or_never)), "who signed in just now"


def _sub(token: str) -> str:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(token.split(".")[1] + "==").decode()


def test_only_people_themselves_approve(api: Api, tracker: Program, ada: str) -> None:
    assert api.post(PATH, body=form(tracker.request(decision="approve")), headers=FORM).status == 401
    own = machine(api).own_token().json["access_token"]
    assert tracker.approve(own).codes == ["FORBIDDEN"]
    end_sessions()
    reply = tracker.approve(ada)
    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])
    assert codes() == []


def test_when_the_code_cannot_be_kept_nobody_is_sent_off_with_one(
    tracker: Program, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from utils.errors import Unavailable

    def fail(pieces: Any) -> None:
        if pieces:
            raise Unavailable

    with monkeypatch.context() as broken:
        broken.setattr("utils.transaction.write", fail)
        reply = refused(tracker.approve(ada), "temporarily_unavailable", 503)
    assert "retry-after" in reply.headers
    assert codes() == []
    assert "code" in answer_of(tracker.approve(ada))


def test_its_calls_and_its_policy(tracker: Program, ada: str) -> None:
    forget_what_is_kept()
    calls = recorded(lambda: tracker.approve(ada))
    assert operations(calls) == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)


def test_who_signed_in_a_while_ago_proves_again_who_they_are(api: Api, clock: Clock) -> None:
    """Or an access token that was stolen, good for ten minutes, would bring its thief a session of thirty days."""
    owner = customer(api)
    clock.shift(16 * 60)
    token = api.post("/api/v1/auth/refresh", json={"refresh_token": owner.refresh_token}).data["access_token"]
    assert api.post("/api/v1/oauth/authorize", json={"decision": "approve"}, token=token).codes == ["STEP_UP_REQUIRED"]
