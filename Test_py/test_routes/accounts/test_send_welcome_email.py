"""POST /api/v1/users/{user_id}/welcome-email"""

from __future__ import annotations

from typing import Any

import pytest

from functions.accounts.send_welcome_email import handler
from infra.local.recorder import record
from pushcart.accounts import tickets
from Test_py.support.accounts import assert_exact_policy, events, forget_what_is_kept
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.expectation import blanked
from Test_py.support.people import PASSWORD, Person, customer, log_in, staff
from Test_py.support.shopkeeping import announced, end_sessions, refused
from Test_py.support.users import ANY, MISSING, PATH, path_of


@pytest.fixture
def manager(api: Api) -> Person:
    return staff(api, "manager")


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def welcome(api: Api, who: Person, user_id: str, **options: Any) -> Reply:
    return api.post(path_of(user_id, "/welcome-email"), token=who.token, **options)


def invited(api: Api, manager: Person) -> str:
    """Return the id of an account that has no password yet."""
    reply = api.post(PATH, json={"email": "new@example.org", "name": "Nora"}, token=manager.token)
    assert reply.status == 201
    return str(reply.data["id"])


def test_who_has_a_password_is_welcomed(api: Api, manager: Person, ada: Person) -> None:
    reply = welcome(api, manager, ada.id)
    assert (reply.status, reply.data) == (202, {"user_id": ada.id, "kind": "welcome"})
    (told,) = events("user.welcomed")
    assert (told["aggregate"], told["sequence"], told["data"]) == (ada.id, 2, {"user_id": ada.id})


def test_who_has_none_is_sent_another_link_to_set_it(api: Api, manager: Person) -> None:
    user_id = invited(api, manager)
    assert welcome(api, manager, user_id, json={}).data == {"user_id": user_id, "kind": "invitation"}
    assert announced(user_id) == [(1, "user.invited"), (2, "user.invited")]
    for told in events("user.invited"):
        assert told["data"]["user_id"] == user_id
    ticket = next(one["data"]["ticket"] for one in events("user.invited") if one["sequence"] == 2)
    token = tickets.token_of("invite", ticket)
    assert api.post("/api/v1/auth/password/reset", json={"token": token, "password": PASSWORD}).status == 204
    assert log_in(api, "new@example.org").status == 200


def test_three_in_any_hour_to_one_account_whoever_asks(api: Api, manager: Person, ada: Person, clock: Clock) -> None:
    boss, eve = staff(api, "admin"), customer(api)
    assert [welcome(api, who, ada.id).status for who in (manager, boss, manager)] == [202] * 3
    for who in (manager, boss):
        reply = refused(welcome(api, who, ada.id), 429, "RATE_LIMITED")
        assert 0 < int(reply.headers["retry-after"]) <= 3600
        assert reply.headers["ratelimit-policy"] == '"welcome-mails-to-one";q=3;w=3600'
    assert welcome(api, manager, eve.id).status == 202
    assert len(events("user.welcomed")) == 4
    clock.shift(int(reply.headers["retry-after"]) + 1)
    again = Person(boss.id, boss.email, log_in(api, boss.email).data["access_token"], "")
    assert welcome(api, again, ada.id).status == 202


def test_a_retry_is_one_mail(api: Api, manager: Person, ada: Person) -> None:
    first = welcome(api, manager, ada.id, key="once")
    assert welcome(api, manager, ada.id, key="once").body == first.body
    assert len(events("user.welcomed")) == 1


def test_a_disabled_account_is_not_written_to(api: Api, manager: Person, ada: Person) -> None:
    assert api.post(path_of(ada.id, "/disable"), token=manager.token).status == 200
    refused(welcome(api, manager, ada.id), 409, "INVALID_STATE")
    assert events("user.welcomed") == []


def test_staff_is_written_to_by_admins_alone(api: Api, manager: Person) -> None:
    boss = staff(api, "admin")
    refused(welcome(api, manager, boss.id), 403, "FORBIDDEN")
    assert welcome(api, boss, manager.id).status == 202


def test_who_is_not_there_or_was_taken_away_is_not_found(api: Api, manager: Person, ada: Person) -> None:
    assert api.delete(path_of(ada.id), token=manager.token, headers=ANY).status == 204
    missing = refused(api.post(f"{MISSING}/welcome-email", token=manager.token), 404, "NOT_FOUND")
    assert blanked(welcome(api, manager, ada.id)) == blanked(missing)


@pytest.mark.parametrize(
    "body", [{"email": "eve@example.org"}, {"kind": "invitation"}, {"url": "https://evil.example"}]
)
def test_unknown_fields_are_refused(api: Api, manager: Person, ada: Person, body: dict[str, Any]) -> None:
    refused(welcome(api, manager, ada.id, json=body), 400, "VALIDATION_ERROR", *body)
    assert events("user.welcomed") == []


def test_who_may_not_writes_to_nobody(api: Api, manager: Person, ada: Person) -> None:
    for who in (staff(api, "support"), customer(api), ada):
        refused(welcome(api, who, ada.id), 403, "FORBIDDEN")
    assert api.post(path_of(ada.id, "/welcome-email")).json == {"message": "Unauthorized"}
    end_sessions()
    refused(welcome(api, manager, ada.id), 401, "UNAUTHENTICATED")
    assert events("user.welcomed") == []


def test_it_is_one_read_and_one_write_and_the_policy_allows_no_more(api: Api, manager: Person) -> None:
    user_id = invited(api, manager)
    forget_what_is_kept()
    api.get(f"{PATH}/me", token=manager.token)
    with record() as calls:
        welcome(api, manager, user_id, key="once")
    assert [call.operation for call in calls] == ["GetSecretValue", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
