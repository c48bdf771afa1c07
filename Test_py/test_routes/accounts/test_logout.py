"""POST /api/v1/auth/logout"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.accounts.logout import handler
from infra.local.recorder import record
from pushcart import tables
from Test_py.support.accounts import assert_exact_policy, events, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.people import Person, customer, logged_in

PATH = "/api/v1/auth/logout"


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def log_out(api: Api, token: str) -> Reply:
    return api.post(PATH, json={"refresh_token": token})


def refresh(api: Api, token: str) -> Reply:
    return api.post("/api/v1/auth/refresh", json={"refresh_token": token})


def test_the_session_ends(api: Api, ada: Person) -> None:
    reply = log_out(api, ada.refresh_token)
    assert (reply.status, reply.body) == (204, b"")
    assert refresh(api, ada.refresh_token).status == 401
    assert api.patch("/api/v1/users/me", json={"name": "A"}, token=ada.token).status == 401
    (told,) = events("session.revoked")
    assert (told["sequence"], told["data"]["reason"]) == (1, "logout")


def test_a_second_log_out_is_answered_the_same_and_told_once(api: Api, ada: Person) -> None:
    assert [log_out(api, ada.refresh_token).status for _ in range(3)] == [204] * 3
    assert len(events("session.revoked")) == 1


def test_many_at_once_end_it_once(api: Api, ada: Person) -> None:
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda _: log_out(api, ada.refresh_token), range(8)))
    assert {reply.status for reply in replies} == {204}
    assert len(events("session.revoked")) == 1


def test_an_older_token_of_the_session_ends_it_too(api: Api, ada: Person) -> None:
    youngest = refresh(api, ada.refresh_token).data["refresh_token"]
    assert log_out(api, ada.refresh_token).status == 204
    assert refresh(api, youngest).status == 401


def test_other_sessions_live_on(api: Api, ada: Person) -> None:
    elsewhere, eve = logged_in(api, ada), customer(api, "eve@example.org")
    log_out(api, ada.refresh_token)
    assert refresh(api, elsewhere.refresh_token).status == 200
    assert refresh(api, eve.refresh_token).status == 200


def test_a_token_that_we_never_issued_ends_nothing(api: Api, ada: Person) -> None:
    for forged in ("nonsense", ada.refresh_token[:-1], ada.token[:500], "rt_a.b.1.v1." + "A" * 32):
        assert log_out(api, forged).status == 204
    (session,) = items(tables.accounts, "USER#", "SESSION#")
    assert "revoked_at" not in session
    assert refresh(api, ada.refresh_token).status == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "refresh_token"),
        ({"refresh_token": None}, "refresh_token"),
        ({"refresh_token": True}, "refresh_token"),
        ({"refresh_token": "r" * 513}, "refresh_token"),
        ({"refresh_token": "rt_x", "all": True}, "all"),
    ],
)
def test_bad_fields_are_named(api: Api, body: dict[str, Any], field: str) -> None:
    reply = api.post(PATH, json=body)
    assert (reply.status, [error["field"] for error in reply.json["errors"]]) == (400, [field])


def test_the_policy_is_what_is_called(api: Api, ada: Person) -> None:
    forget_what_is_kept()
    with record() as calls:
        log_out(api, ada.refresh_token)
    assert [call.operation for call in calls] == ["GetSecretValue", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
