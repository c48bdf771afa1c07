"""POST /api/v1/auth/mfa/verify, which steps up a session."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from infra.local.clients import client
from pushcart import tables
from pushcart.accounts.sessions import FRESH
from Test_py.support.accounts import CountingHasher, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.people import PASSWORD, Person, customer, log_in, verify_address
from Test_py.support.second_factor import TOTP, VERIFY, App, complete, settle, step_up, switch_on
from Test_py.support.shopkeeping import end_sessions, refused
from Test_py.test_routes.accounts.test_login import disable
from Test_py.test_routes.accounts.test_verify_mfa import counted, end_all_from_now
from utils.clock import now, parse, rfc3339

ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def settled(clock: Clock) -> None:
    settle(clock)


@pytest.fixture
def ada(api: Api) -> Person:
    return verify_address(api, customer(api, ADA))


@pytest.fixture
def app(api: Api, ada: Person) -> App:
    return switch_on(api, ada)


def make_stale(api: Api, who: Person, clock: Clock) -> str:
    """Let a session's proof lapse, and return an access token of it."""
    clock.shift(FRESH.total_seconds() + 1)
    return str(renew(api, who.refresh_token)["access_token"])


def renew(api: Api, refresh_token: str) -> Any:
    reply = api.post("/api/v1/auth/refresh", json={"refresh_token": refresh_token})
    assert reply.status == 200, reply.body
    return reply.data


def proved_at(who: Person) -> str:
    (session,) = items(tables.accounts, f"USER#{who.id}", "SESSION#")
    return str(session["authenticated_at"]["S"])


def test_without_a_second_factor_the_password_steps_up(
    api: Api, ada: Person, clock: Clock, hasher: CountingHasher
) -> None:
    token = make_stale(api, ada, clock)
    refused(api.post(TOTP, json={}, token=token), 403, "STEP_UP_REQUIRED")
    before = hasher.verified
    reply = step_up(api, token, password=PASSWORD)
    assert (reply.status, set(reply.data)) == (200, {"stepped_up_until"})
    assert abs((parse(reply.data["stepped_up_until"]) - now() - FRESH).total_seconds()) < 5
    assert hasher.verified - before == 1
    assert api.post(TOTP, json={}, token=token).status == 201
    assert counted() == []


def test_with_one_the_app_and_recovery_codes_do(api: Api, app: App, clock: Clock) -> None:
    token = make_stale(api, app.owner, clock)
    earlier = proved_at(app.owner)
    assert step_up(api, token, code=app.code()).status == 200
    first = proved_at(app.owner)
    clock.shift(5)
    assert step_up(api, token, recovery_code=app.recovery_codes[0]).status == 200
    assert earlier < first < proved_at(app.owner)
    refused(step_up(api, token, recovery_code=app.recovery_codes[0]), 401, "UNAUTHENTICATED")
    refused(step_up(api, token, code=app.code()), 401, "UNAUTHENTICATED")


def test_with_one_the_password_does_not_and_is_not_even_looked_at(
    api: Api, app: App, clock: Clock, hasher: CountingHasher
) -> None:
    token = make_stale(api, app.owner, clock)
    before = hasher.verified
    for password in (PASSWORD, "not the password"):
        reply = refused(step_up(api, token, password=password), 401, "UNAUTHENTICATED")
        assert reply.json["errors"][0]["detail"] == "code or recovery_code"
    assert hasher.verified == before
    refused(api.delete(TOTP, token=token), 403, "STEP_UP_REQUIRED")


def test_a_step_up_ends_after_fifteen_minutes(api: Api, ada: Person, clock: Clock) -> None:
    clock.shift(FRESH.total_seconds() + 1)
    tokens = renew(api, ada.refresh_token)
    until = parse(step_up(api, tokens["access_token"], password=PASSWORD).data["stepped_up_until"])
    clock.move_to(until - timedelta(seconds=500))
    token = renew(api, tokens["refresh_token"])["access_token"]
    clock.move_to(until - timedelta(seconds=2))
    assert api.post(TOTP, json={}, token=token).status == 201
    clock.move_to(until + timedelta(seconds=2))
    refused(api.post(TOTP, json={}, token=token), 403, "STEP_UP_REQUIRED")


def test_one_code_steps_up_or_completes_a_log_in_but_not_both(api: Api, app: App) -> None:
    code = app.code()
    assert step_up(api, app.owner.token, code=code).status == 200
    refused(complete(api, app, code=code), 401, "UNAUTHENTICATED")


def test_it_steps_up_this_session_and_no_other(api: Api, app: App, clock: Clock) -> None:
    other = complete(api, app, code=app.code()).data
    clock.shift(FRESH.total_seconds() + 1)
    renewed = renew(api, other["refresh_token"])["access_token"]
    token = renew(api, app.owner.refresh_token)["access_token"]
    assert step_up(api, token, code=app.code()).status == 200
    refused(api.delete(TOTP, token=renewed), 403, "STEP_UP_REQUIRED")
    assert api.delete(TOTP, token=token).status == 204


def test_ten_wrong_passwords_in_fifteen_minutes(api: Api, ada: Person, clock: Clock) -> None:
    statuses = [step_up(api, ada.token, password=f"wrong {number}").status for number in range(10)]
    assert statuses == [401] * 10
    refused(step_up(api, ada.token, password=PASSWORD), 429, "RATE_LIMITED")
    assert log_in(api, ADA).status == 200, "a thief with a session does not lock its owner out"
    clock.shift(901)
    token = renew(api, ada.refresh_token)["access_token"]
    assert step_up(api, token, password=PASSWORD).status == 200


def test_wrong_codes_at_the_step_up_count_with_those_at_the_log_in(api: Api, app: App) -> None:
    assert [step_up(api, app.owner.token, code=app.wrong()).status for _ in range(3)] == [401] * 3
    assert [complete(api, app, code=app.wrong()).status for _ in range(3)] == [401, 401, 429]
    refused(step_up(api, app.owner.token, code=app.code()), 429, "RATE_LIMITED")


def test_one_code_from_twenty_threads_steps_up_once(api: Api, app: App) -> None:
    code = app.code()
    with ThreadPoolExecutor(20) as threads:
        statuses = list(threads.map(lambda _: step_up(api, app.owner.token, code=code).status, range(20)))
    assert statuses.count(200) == 1


def test_a_refresh_at_the_same_moment_is_not_in_its_way(api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from pushcart.accounts import passwords

    verify = passwords.verify_password

    def while_it_refreshes(stored: str | None, password: str) -> bool:
        reply = api.post("/api/v1/auth/refresh", json={"refresh_token": ada.refresh_token})
        assert reply.status == 200
        return verify(stored, password)

    monkeypatch.setattr(passwords, "verify_password", while_it_refreshes)
    assert step_up(api, ada.token, password=PASSWORD).status == 200


def test_a_session_that_ends_meanwhile_is_not_stepped_up(
    api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pushcart.accounts import passwords

    verify = passwords.verify_password

    def while_it_ends(stored: str | None, password: str) -> bool:
        end_sessions()
        return verify(stored, password)

    monkeypatch.setattr(passwords, "verify_password", while_it_ends)
    refused(step_up(api, ada.token, password=PASSWORD), 401, "UNAUTHENTICATED")


def test_a_session_that_is_about_to_be_ended_is_not_brought_back(api: Api, ada: Person, clock: Clock) -> None:
    clock.shift(1)
    end_all_from_now()
    earlier = proved_at(ada)
    refused(step_up(api, ada.token, password=PASSWORD), 401, "UNAUTHENTICATED")
    assert proved_at(ada) == earlier


def test_a_password_that_is_changed_meanwhile_steps_up_nothing(
    api: Api, ada: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pushcart.accounts import passwords

    verify, earlier = passwords.verify_password, proved_at(ada)

    def while_it_is_changed(stored: str | None, password: str) -> bool:
        monkeypatch.setattr(passwords, "verify_password", verify)
        clock.shift(1)
        (profile,) = items(tables.accounts, "USER#", "PROFILE")
        profile |= {"sessions_from": {"S": rfc3339(now())}, "version": {"N": "99"}}
        client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=profile)
        return verify(stored, password)

    monkeypatch.setattr(passwords, "verify_password", while_it_is_changed)
    refused(step_up(api, ada.token, password=PASSWORD), 401, "UNAUTHENTICATED")
    assert proved_at(ada) == earlier


def test_without_a_session_there_is_nothing_to_step_up(api: Api, ada: Person) -> None:
    refused(api.post(VERIFY, json={"password": PASSWORD}), 401, "UNAUTHENTICATED")
    refused(api.post(VERIFY, json={"code": "287082"}, cart_token="v1.x"), 401, "UNAUTHENTICATED")
    end_sessions()
    refused(step_up(api, ada.token, password=PASSWORD), 401, "UNAUTHENTICATED")


def test_a_disabled_account_steps_up_nothing(api: Api, ada: Person) -> None:
    disable(ADA)
    refused(step_up(api, ada.token, password=PASSWORD), 401, "UNAUTHENTICATED")
