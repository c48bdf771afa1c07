"""POST /api/v1/auth/mfa/totp/confirm"""

from __future__ import annotations

import re
from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.accounts.confirm_totp import handler
from infra.local.recorder import record
from pushcart import tables
from Test_py.support.accounts import assert_exact_policy, dump, events, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.people import Person, customer
from Test_py.support.second_factor import CONFIRM, TOTP, App, complete, enrol, settle, switch_on
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
    return enrol(api, ada)


def confirm(api: Api, app: App, code: str | None = None) -> Reply:
    return api.post(CONFIRM, json={"code": code or app.code()}, token=app.owner.token)


def profile() -> Any:
    (found,) = items(tables.accounts, "USER#", "PROFILE")
    return found


def factor() -> Any:
    (found,) = items(tables.accounts, "USER#", "MFA")
    return found


def test_the_first_code_switches_it_on_and_brings_ten_recovery_codes(api: Api, app: App) -> None:
    before = profile()
    reply = confirm(api, app)
    assert (reply.status, set(reply.data)) == (200, {"recovery_codes"})
    codes = reply.data["recovery_codes"]
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", code) for code in codes)
    assert {len(b32decode(code.replace("-", ""))) * 8 for code in codes} == {80}
    after = profile()
    assert (before["mfa"], after["mfa"]) == ({"BOOL": False}, {"BOOL": True})
    assert int(after["sequence"]["N"]) == int(before["sequence"]["N"]) + 1
    assert events("user.mfa_enabled") == [
        {
            "type": "user.mfa_enabled",
            "aggregate": app.owner.id,
            "sequence": int(after["sequence"]["N"]),
            "data": {"user_id": app.owner.id},
        }
    ]


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_one_step_off(api: Api, app: App, steps: int) -> None:
    assert confirm(api, app, app.code(steps=steps)).status == 200


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_but_no_more(api: Api, app: App, clock: Clock, steps: int) -> None:
    refused(confirm(api, app, app.code(steps=steps)), 400, "VALIDATION_ERROR", "code")
    assert profile()["mfa"] == {"BOOL": False}


def test_the_code_that_confirms_it_is_used_up(api: Api, app: App) -> None:
    code = app.code()
    assert confirm(api, app, code).status == 200
    refused(complete(api, app, code=code), 401, "UNAUTHENTICATED")
    assert complete(api, app, code=app.code(steps=1)).status == 200


def test_only_codes_of_recovery_codes_are_stored_and_nothing_is_logged(
    api: Api, app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    code = app.code()
    recovery = confirm(api, app, code).data["recovery_codes"]
    stored, printed = dump(), "".join(capsys.readouterr())
    for secret in (app.secret, *recovery, *(one.replace("-", "") for one in recovery)):
        assert secret not in stored
        assert secret not in printed
    assert f'"code": "{code}"' not in printed
    assert len(factor()["recovery_codes"]["SS"]) == 10
    assert all(one.startswith("v1.") for one in factor()["recovery_codes"]["SS"])
    assert not [one for one in items(tables.ephemeral, "IDEM#") if "mfa" in one["pk"]["S"]]


def test_whoever_lost_the_answer_is_told_how_to_get_new_codes_and_gets_them(api: Api, app: App) -> None:
    assert confirm(api, app, app.code(steps=-1)).status == 200
    before = factor()
    reply = refused(confirm(api, app, app.code(steps=-1)), 409, "INVALID_STATE")
    assert "new codes" in reply.json["errors"][0]["message"]
    assert factor() == before
    assert api.delete(TOTP, token=app.owner.token).status == 204
    again = switch_on(api, app.owner)
    assert complete(api, again, recovery_code=again.recovery_codes[0]).status == 200


def test_without_a_secret_there_is_nothing_to_confirm(api: Api, ada: Person) -> None:
    reply = api.post(CONFIRM, json={"code": "287082"}, token=ada.token)
    assert "POST /api/v1/auth/mfa/totp" in refused(reply, 409, "INVALID_STATE").json["errors"][0]["message"]


def test_after_five_wrong_codes_even_the_right_one_waits(api: Api, app: App, clock: Clock) -> None:
    assert [confirm(api, app, app.wrong()).status for _ in range(5)] == [400] * 5
    reply = refused(confirm(api, app), 429, "RATE_LIMITED")
    assert 0 < int(reply.headers["retry-after"]) <= 900
    assert profile()["mfa"] == {"BOOL": False}


def test_a_right_code_is_not_counted(api: Api, app: App) -> None:
    assert confirm(api, app).status == 200
    assert {one["used"]["N"] for one in items(tables.ephemeral, "RATE#sign-in#")} == {"0"}


def test_of_many_at_once_one_switches_it_on(api: Api, app: App) -> None:
    code = app.code()
    with ThreadPoolExecutor(16) as threads:
        replies = list(threads.map(lambda _: confirm(api, app, code), range(16)))
    good = [reply for reply in replies if reply.status == 200]
    assert len(good) == 1
    assert {reply.status for reply in replies} <= {200, 409, 429}
    assert len(events("user.mfa_enabled")) == 1
    app.recovery_codes = good[0].data["recovery_codes"]
    assert complete(api, app, recovery_code=app.recovery_codes[9]).status in {200, 429}


def test_a_secret_that_is_replaced_meanwhile_is_not_confirmed(
    api: Api, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pushcart.accounts import factor_secrets

    unseal, others = factor_secrets.unseal, []

    def while_it_is_replaced(sealed: str, user_id: str) -> bytes:
        others.append(enrol(api, app.owner))
        return unseal(sealed, user_id)

    monkeypatch.setattr(factor_secrets, "unseal", while_it_is_replaced)
    refused(confirm(api, app), 409, "INVALID_STATE")
    assert "confirmed_at" not in factor()
    assert profile()["mfa"] == {"BOOL": False}


def test_a_profile_that_is_changed_meanwhile_is_read_again(api: Api, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    from pushcart.accounts import factor_secrets

    unseal = factor_secrets.unseal

    def while_the_name_changes(sealed: str, user_id: str) -> bytes:
        monkeypatch.setattr(factor_secrets, "unseal", unseal)
        changed = api.patch("/api/v1/users/me", json={"name": "Ada King"}, token=app.owner.token)
        assert changed.status == 200
        return unseal(sealed, user_id)

    monkeypatch.setattr(factor_secrets, "unseal", while_the_name_changes)
    assert confirm(api, app).status == 200
    assert (profile()["mfa"], profile()["name"]) == ({"BOOL": True}, {"S": "Ada King"})


def test_when_kms_fails_nothing_is_switched_on(api: Api, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    from pushcart.accounts import factor_secrets
    from utils.errors import Unavailable

    def fail(*_: object) -> bytes:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(factor_secrets, "unseal", fail)
        refused(confirm(api, app), 503, "UNAVAILABLE")
    assert profile()["mfa"] == {"BOOL": False}
    assert confirm(api, app).status == 200


@pytest.mark.parametrize(
    "code", [None, 287082, ["287082"], "28708", "2870822", "28708a", "２８７０８２", "", "287082\n", {"$ne": ""}]
)
def test_a_code_of_another_kind_is_named(api: Api, app: App, code: Any) -> None:
    reply = api.post(CONFIRM, json={"code": code}, token=app.owner.token)
    refused(reply, 400, "VALIDATION_ERROR", "code")
    assert not items(tables.ephemeral, "RATE#sign-in#") or confirm(api, app).status == 200


def test_missing_and_unknown_fields_are_named(api: Api, app: App) -> None:
    refused(api.post(CONFIRM, json={}, token=app.owner.token), 400, "VALIDATION_ERROR", "code")
    more = {"code": app.code(), "secret": "JBSWY3DPEHPK3PXP"}
    refused(api.post(CONFIRM, json=more, token=app.owner.token), 400, "VALIDATION_ERROR", "secret")
    assert profile()["mfa"] == {"BOOL": False}


def test_somebody_elses_code_confirms_nothing(api: Api, app: App) -> None:
    other = enrol(api, customer(api))
    refused(confirm(api, other, app.code()), 400, "VALIDATION_ERROR", "code")


def test_a_session_that_ended_confirms_nothing(api: Api, app: App) -> None:
    end_sessions()
    refused(confirm(api, app), 401, "UNAUTHENTICATED")


def test_a_disabled_account_confirms_nothing(api: Api, app: App) -> None:
    disable(app.owner.email)
    refused(confirm(api, app), 401, "UNAUTHENTICATED")
    assert profile()["mfa"] == {"BOOL": False}


def test_what_it_calls_and_the_policy_allows_no_more(api: Api, app: App) -> None:
    api.get("/api/v1/users/me", token=app.owner.token)
    forget_what_is_kept()
    api.get("/api/v1/users/me", token=app.owner.token)
    with record() as calls:
        assert confirm(api, app).status == 200
    assert [call.operation for call in calls] == [
        "BatchGetItem", "GetSecretValue", "UpdateItem", "Decrypt", "TransactWriteItems",
    ]  # fmt: skip
    assert_exact_policy(handler.declaration, calls.touches)
