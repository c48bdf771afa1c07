"""POST /api/v1/auth/mfa/verify, which completes a log-in; see test_verify_mfa_step_up.py for its other half."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.accounts.verify_mfa import handler
from infra.local.clients import client
from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts import mfa_tokens
from Test_py.support.accounts import assert_exact_policy, dump, events, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.people import PASSWORD, Person, customer, log_in
from Test_py.support.second_factor import TOTP, VERIFY, App, complete, enrol, settle, step_up, switch_on
from Test_py.support.shopkeeping import refused
from Test_py.test_routes.accounts.test_login import disable
from utils.clock import now, rfc3339

ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def settled(clock: Clock) -> None:
    settle(clock)


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, ADA)


@pytest.fixture
def app(api: Api, ada: Person) -> App:
    return switch_on(api, ada)


def open_sessions() -> int:
    return len(items(tables.accounts, "USER#", "SESSION#"))


def told(reply: Reply) -> tuple[int, Any]:
    return reply.status, reply.json["errors"]


def counted() -> list[str]:
    return sorted(one["used"]["N"] for one in items(tables.ephemeral, "RATE#sign-in#") if one["used"]["N"] != "0")


def end_all_from_now() -> None:
    """Note that no session lives that began before now, as a new password does before the sessions are ended."""
    (profile,) = items(tables.accounts, "USER#", "PROFILE")
    profile["sessions_from"] = {"S": rfc3339(now())}
    client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=profile)


def forget_tries() -> None:
    for one in items(tables.ephemeral, "RATE#sign-in#"):
        client("dynamodb").delete_item(TableName=tables.ephemeral.physical_name, Key={"pk": one["pk"], "sk": one["sk"]})


def test_the_app_completes_a_log_in(api: Api, app: App) -> None:
    before = open_sessions()
    reply = complete(api, app, code=app.code())
    assert reply.status == 200
    assert set(reply.data) == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert reply.headers["cache-control"] == "no-store"
    assert open_sessions() == before + 1
    assert api.get("/api/v1/users/me", token=reply.data["access_token"]).data["email"] == ADA
    assert counted() == []


def test_from_the_password_to_the_session(api: Api, app: App) -> None:
    before = open_sessions()
    challenge = log_in(api, ADA)
    assert (challenge.status, set(challenge.data)) == (200, {"mfa_token", "methods"})
    assert challenge.data["methods"] == ["totp", "recovery_code"]
    assert open_sessions() == before
    assert complete(api, app, mfa_token=challenge.data["mfa_token"], code=app.code()).status == 200
    assert open_sessions() == before + 1


def test_its_owner_is_told_of_a_device_that_was_not_seen_before(api: Api, app: App) -> None:
    assert complete(api, app, code=app.code()).status == 200
    assert events("sign_in.unusual") == []
    elsewhere = {"mfa_token": mfa_tokens.issue(app.owner.id), "code": app.code(steps=1)}
    assert api.post(VERIFY, json=elsewhere, source_ip="203.0.113.9").status == 200
    (event,) = events("sign_in.unusual")
    assert (event["data"]["user_id"], event["data"]["signals"]) == (app.owner.id, ["new_device"])


def test_its_session_is_fresh(api: Api, app: App) -> None:
    token = complete(api, app, code=app.code()).data["access_token"]
    assert api.delete(TOTP, token=token).status == 204


def test_so_does_each_recovery_code_once_however_it_is_typed(api: Api, app: App) -> None:
    typed: list[Callable[[str], str]] = [str, str.lower, lambda one: one.replace("-", ""), lambda one: f"{one} "]
    for number, code in enumerate(app.recovery_codes):
        assert complete(api, app, recovery_code=typed[number % 4](code)).status == 200, code
        refused(complete(api, app, recovery_code=code), 401, "UNAUTHENTICATED")
        forget_tries()
    (factor,) = items(tables.accounts, "USER#", "MFA")
    assert "recovery_codes" not in factor


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_clock_two_steps_off_is_refused(api: Api, app: App, clock: Clock, steps: int) -> None:
    clock.shift(90)
    refused(complete(api, app, code=app.code(steps=steps)), 401, "UNAUTHENTICATED")


def test_each_step_is_used_once_and_none_before_it_any_more(api: Api, app: App, clock: Clock) -> None:
    clock.shift(60)
    present, before = app.code(), app.code(steps=-1)
    assert complete(api, app, code=present).status == 200
    for used in (present, before):
        refused(complete(api, app, code=used), 401, "UNAUTHENTICATED")
    assert complete(api, app, code=app.code(steps=1)).status == 200


def test_one_code_from_twenty_threads_opens_one_session(api: Api, app: App) -> None:
    before, code, mfa_token = open_sessions(), app.code(), mfa_tokens.issue(app.owner.id)
    with ThreadPoolExecutor(20) as threads:
        replies = list(threads.map(lambda _: complete(api, app, mfa_token=mfa_token, code=code), range(20)))
    statuses = [reply.status for reply in replies]
    print(f"one code from 20 threads: {statuses.count(200)} session, {statuses.count(401)} x 401, "
          f"{statuses.count(429)} x 429")  # fmt: skip
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 401, 429}
    assert open_sessions() == before + 1


def test_one_recovery_code_from_twenty_threads_opens_one_session(api: Api, app: App) -> None:
    before, code = open_sessions(), app.recovery_codes[3]
    with ThreadPoolExecutor(20) as threads:
        statuses = list(threads.map(lambda _: complete(api, app, recovery_code=code).status, range(20)))
    assert statuses.count(200) == 1
    assert open_sessions() == before + 1


def test_two_recovery_codes_at_once_open_a_session_each(api: Api, app: App) -> None:
    before = open_sessions()
    with ThreadPoolExecutor(2) as threads:
        statuses = list(threads.map(lambda code: complete(api, app, recovery_code=code).status, app.recovery_codes[:2]))
    assert statuses == [200, 200]
    assert open_sessions() == before + 2


def test_five_tries_in_fifteen_minutes_for_the_account_wherever_they_come_from(
    api: Api, app: App, clock: Clock
) -> None:
    wrong = [
        api.post(
            VERIFY,
            json={"mfa_token": mfa_tokens.issue(app.owner.id), "code": app.wrong()},
            source_ip=f"203.0.113.{number}",
        ).status
        for number in range(6)
    ]
    print(f"wrong codes for one account: {wrong}")
    assert wrong == [401] * 5 + [429]
    reply = refused(complete(api, app, code=app.code()), 429, "RATE_LIMITED")
    assert 0 < int(reply.headers["retry-after"]) <= 900
    refused(complete(api, app, recovery_code=app.recovery_codes[0]), 429, "RATE_LIMITED")
    clock.shift(int(reply.headers["retry-after"]) + 1)
    settle(clock)
    assert complete(api, app, code=app.code()).status == 200


def test_guesses_at_once_are_counted_before_they_are_looked_at(
    api: Api, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pushcart.accounts import totp

    looked, real = [], totp.matching_step

    def look(*arguments: Any, **options: Any) -> int | None:
        looked.append(arguments)
        return real(*arguments, **options)

    monkeypatch.setattr(totp, "matching_step", look)
    wrong = app.wrong()
    with ThreadPoolExecutor(20) as threads:
        statuses = list(threads.map(lambda _: complete(api, app, code=wrong).status, range(40)))
    assert (statuses.count(401), statuses.count(429), len(looked)) == (5, 35, 5)


def test_when_tries_cannot_be_counted_nobody_gets_in(api: Api, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    from pushcart.accounts.repository import attempts
    from utils.errors import Unavailable

    def fail(*_: object, **__: object) -> None:
        raise Unavailable

    monkeypatch.setattr(attempts, "count_attempt", fail)
    before = open_sessions()
    refused(complete(api, app, code=app.code()), 503, "UNAVAILABLE")
    assert open_sessions() == before


@pytest.mark.parametrize("broken", ["unseal", "issue"])
def test_when_kms_fails_no_session_is_opened_and_no_step_used(
    api: Api, app: App, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    from pushcart.accounts import access_tokens, factor_secrets
    from utils.errors import Unavailable

    def fail(*_: object, **__: object) -> Any:
        raise Unavailable

    before = open_sessions()
    with monkeypatch.context() as patched:
        patched.setattr(factor_secrets if broken == "unseal" else access_tokens, broken, fail)
        refused(complete(api, app, code=app.code()), 503, "UNAVAILABLE")
    assert open_sessions() == before
    assert complete(api, app, code=app.code()).status == 200


def test_an_mfa_token_lives_five_minutes(api: Api, app: App, clock: Clock) -> None:
    token = mfa_tokens.issue(app.owner.id)
    clock.shift(290)
    assert complete(api, app, mfa_token=token, code=app.code()).status == 200
    clock.shift(11)
    refused(complete(api, app, mfa_token=token, recovery_code=app.recovery_codes[0]), 401, "UNAUTHENTICATED")


def test_it_opens_nothing_once_all_sessions_were_ended_after_it(api: Api, app: App, clock: Clock) -> None:
    token = mfa_tokens.issue(app.owner.id)
    clock.shift(1)
    end_all_from_now()
    clock.shift(1)
    refused(complete(api, app, mfa_token=token, code=app.code()), 401, "UNAUTHENTICATED")
    assert complete(api, app, code=app.code()).status == 200


def test_every_wrong_proof_is_refused_in_the_same_words(api: Api, app: App, clock: Clock) -> None:
    other, off = switch_on(api, customer(api)), enrol(api, customer(api))
    gone = switch_on(api, customer(api, "gone@example.org"))
    disable("gone@example.org")
    clock.shift(-301)
    old = mfa_tokens.issue(app.owner.id)
    clock.shift(301)
    used = app.code()
    assert complete(api, app, code=used).status == 200
    before = open_sessions()
    refusals = [
        complete(api, app, code=app.wrong()),
        complete(api, app, code=used),
        complete(api, app, code=other.code(steps=1)),
        complete(api, app, recovery_code=other.recovery_codes[0]),
        complete(api, app, mfa_token=old, code=app.code(steps=1)),
        complete(api, app, mfa_token="mfa_garbage", code=app.code(steps=1)),
        complete(api, app, mfa_token=mfa_tokens.issue(off.owner.id), code=off.code()),
        complete(api, app, mfa_token=mfa_tokens.issue("usr_01HZZZZZZZZZZZZZZZZZZZZZZZ"), code="287082"),
        complete(api, gone, code=gone.code()),
    ]
    assert told(refusals[0])[0] == 401
    assert [told(reply) for reply in refusals] == [told(refusals[0])] * len(refusals)
    assert all("www-authenticate" in reply.headers for reply in refusals)
    assert open_sessions() == before


def test_somebody_who_is_signed_in_may_complete_a_log_in_too(api: Api, app: App) -> None:
    body = {"mfa_token": mfa_tokens.issue(app.owner.id), "code": app.code()}
    assert "access_token" in api.post(VERIFY, json=body, token=customer(api).token).data


@pytest.mark.parametrize(
    "proofs",
    [
        {},
        {"code": "287082", "recovery_code": "MFRG-GZDF-MZTW-Q2LK"},
        {"code": "287082", "password": PASSWORD},
        {"code": "287082", "recovery_code": "MFRG-GZDF-MZTW-Q2LK", "password": PASSWORD},
        {"mfa_token": "mfa_x"},
        {"mfa_token": "mfa_x", "password": PASSWORD},
        {"mfa_token": None, "code": None},
    ],
)
def test_exactly_one_proof_is_taken(api: Api, ada: Person, proofs: dict[str, Any]) -> None:
    refused(api.post(VERIFY, json=proofs, token=ada.token), 400, "VALIDATION_ERROR", None)
    assert counted() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"mfa_token": 1}, "mfa_token"),
        ({"mfa_token": ""}, "mfa_token"),
        ({"mfa_token": "x" * 129}, "mfa_token"),
        ({"code": 287082}, "code"),
        ({"code": "28708"}, "code"),
        ({"code": "2870822"}, "code"),
        ({"code": "２８７０８２"}, "code"),
        ({"code": ["287082"]}, "code"),
        ({"recovery_code": "short"}, "recovery_code"),
        ({"recovery_code": "A" * 41}, "recovery_code"),
        ({"recovery_code": "MFRG-GZDF-MZTW-Q2L!"}, "recovery_code"),
        ({"recovery_code": ["MFRG-GZDF-MZTW-Q2LK"]}, "recovery_code"),
        ({"password": ""}, "password"),
        ({"password": "x" * 1025}, "password"),
        ({"password": {"$ne": ""}}, "password"),
        ({"user_id": "usr_1"}, "user_id"),
        ({"scope": "account"}, "scope"),
    ],
)
def test_bad_fields_are_named(api: Api, ada: Person, change: dict[str, Any], field: str) -> None:
    body = ({"code": "287082"} | change) if field in {"mfa_token", "code", "user_id", "scope"} else change
    refused(api.post(VERIFY, json=body, token=ada.token), 400, "VALIDATION_ERROR", field)
    assert counted() == []


def test_nothing_that_opens_an_account_is_stored_or_logged(
    api: Api, app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    mfa_token = mfa_tokens.issue(app.owner.id)
    good = complete(api, app, mfa_token=mfa_token, code=app.code()).data
    complete(api, app, mfa_token=mfa_token, recovery_code=app.recovery_codes[0])
    complete(api, app, mfa_token=mfa_token, recovery_code=app.recovery_codes[0])
    step_up(api, app.owner.token, password="a wrong Password 1")
    stored, printed = dump(), "".join(capsys.readouterr())
    secrets = (
        app.secret, mfa_token, mfa_token.rpartition(".")[2], good["access_token"], good["refresh_token"],
        "a wrong Password 1", *app.recovery_codes, *(one.replace("-", "") for one in app.recovery_codes),
    )  # fmt: skip
    for secret in secrets:
        assert secret not in stored
        assert secret not in printed
    assert not [one for one in items(tables.ephemeral, "IDEM#") if "mfa" in one["pk"]["S"]]


def test_what_it_calls_and_the_policy_allows_no_more(api: Api, app: App) -> None:
    other = customer(api)
    elsewhere = {"mfa_token": mfa_tokens.issue(app.owner.id), "code": app.code()}
    forget_what_is_kept()
    with record() as first:
        assert api.post(VERIFY, json=elsewhere, source_ip="203.0.113.9").status == 200
    with record() as second:
        assert complete(api, app, code=app.code(steps=1)).status == 200
    assert [call.operation for call in second] == [
        "BatchGetItem", "UpdateItem", "Decrypt", "Sign", "TransactWriteItems",
    ]  # fmt: skip
    assert api.get("/api/v1/users/me", token=other.token).status == 200
    with record() as third:
        assert step_up(api, other.token, password=PASSWORD).status == 200
    assert [call.operation for call in third] == ["BatchGetItem", "UpdateItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, {*first.touches, *third.touches})
