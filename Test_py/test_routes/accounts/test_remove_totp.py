"""DELETE /api/v1/auth/mfa/totp"""

from __future__ import annotations

from typing import Any

import pytest

from functions.accounts.remove_totp import handler
from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts.sessions import FRESH
from Test_py.support.accounts import assert_exact_policy, events, forget_what_is_kept, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.people import Person, customer
from Test_py.support.second_factor import CONFIRM, TOTP, App, complete, enrol, settle, step_up, switch_on
from Test_py.support.shopkeeping import end_sessions, refused
from Test_py.test_routes.accounts.test_login import disable


@pytest.fixture(autouse=True)
def settled(clock: Clock) -> None:
    settle(clock)


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


@pytest.fixture
def app(api: Api, ada: Person) -> App:
    return switch_on(api, ada)


def profile() -> Any:
    (found,) = items(tables.accounts, "USER#", "PROFILE")
    return found


def factors() -> list[Any]:
    return items(tables.accounts, "USER#", "MFA")


def renewed(api: Api, who: Person) -> str:
    """Return another access token of the same session."""
    reply = api.post("/api/v1/auth/refresh", json={"refresh_token": who.refresh_token})
    assert reply.status == 200, reply.body
    return str(reply.data["access_token"])


def test_factor_and_codes_are_gone_and_the_profile_says_so(api: Api, app: App) -> None:
    before = profile()
    reply = api.delete(TOTP, token=app.owner.token)
    assert (reply.status, reply.body) == (204, b"")
    assert factors() == []
    after = profile()
    assert (before["mfa"], after["mfa"]) == ({"BOOL": True}, {"BOOL": False})
    assert events("user.mfa_disabled") == [
        {
            "type": "user.mfa_disabled",
            "aggregate": app.owner.id,
            "sequence": int(before["sequence"]["N"]) + 1,
            "data": {"user_id": app.owner.id},
        }
    ]
    assert after["sequence"]["N"] == str(int(before["sequence"]["N"]) + 1)
    refused(complete(api, app, code=app.code()), 401, "UNAUTHENTICATED")
    refused(complete(api, app, recovery_code=app.recovery_codes[0]), 401, "UNAUTHENTICATED")


def test_again_or_with_none_there_it_answers_the_same_and_tells_nobody(api: Api, app: App) -> None:
    answers = [api.delete(TOTP, token=app.owner.token) for _ in range(2)]
    assert [(answer.status, answer.body) for answer in answers] == [(204, b"")] * 2
    assert len(events("user.mfa_disabled")) == 1
    assert api.delete(TOTP, token=customer(api).token).status == 204


def test_one_that_waits_is_forgotten_quietly(api: Api, ada: Person) -> None:
    enrol(api, ada)
    before = profile()
    assert api.delete(TOTP, token=ada.token).status == 204
    assert factors() == []
    assert profile() == before
    assert events("user.mfa_disabled") == []


def test_one_that_is_confirmed_meanwhile_is_removed_from_the_profile_too(
    api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pushcart.accounts.repository import factors as repository

    waiting, remove = enrol(api, ada), repository.remove_factor

    def while_it_is_confirmed(*arguments: Any) -> None:
        monkeypatch.setattr(repository, "remove_factor", remove)
        assert api.post(CONFIRM, json={"code": waiting.code()}, token=ada.token).status == 200
        remove(*arguments)

    monkeypatch.setattr(repository, "remove_factor", while_it_is_confirmed)
    assert api.delete(TOTP, token=ada.token).status == 204
    assert factors() == []
    assert profile()["mfa"] == {"BOOL": False}, "nobody is asked for a factor that is not there"


def test_nobody_elses_factor_is_removed(api: Api, app: App) -> None:
    assert api.delete(TOTP, token=customer(api).token).status == 204
    assert len(factors()) == 1
    assert complete(api, app, code=app.code()).status == 200


def test_a_session_that_is_no_longer_fresh_steps_up_and_then_may(api: Api, app: App, clock: Clock) -> None:
    clock.shift(FRESH.total_seconds() + 1)
    token = renewed(api, app.owner)
    refused(api.delete(TOTP, token=token), 403, "STEP_UP_REQUIRED")
    assert len(factors()) == 1
    stepped = step_up(api, token, code=app.code())
    assert (stepped.status, set(stepped.data)) == (200, {"stepped_up_until"})
    assert api.delete(TOTP, token=token).status == 204
    assert factors() == []


def test_a_session_that_ended_removes_nothing(api: Api, app: App) -> None:
    end_sessions()
    refused(api.delete(TOTP, token=app.owner.token), 401, "UNAUTHENTICATED")
    assert len(factors()) == 1


def test_a_disabled_account_removes_nothing(api: Api, app: App) -> None:
    disable(app.owner.email)
    refused(api.delete(TOTP, token=app.owner.token), 401, "UNAUTHENTICATED")
    assert len(factors()) == 1


def test_it_takes_no_parameters(api: Api, app: App) -> None:
    reply = api.delete(TOTP, query={"user_id": "usr_1"}, token=app.owner.token)
    refused(reply, 400, "VALIDATION_ERROR", "user_id")
    assert len(factors()) == 1


def test_it_is_one_read_and_one_write_and_the_policy_allows_no_more(api: Api, app: App) -> None:
    api.get("/api/v1/users/me", token=app.owner.token)
    forget_what_is_kept()
    api.get("/api/v1/users/me", token=app.owner.token)
    with record() as calls:
        assert api.delete(TOTP, token=app.owner.token).status == 204
    assert [call.operation for call in calls] == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
