"""PUT /api/v1/users/me/password"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from functions.accounts.change_password import handler
from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts.sessions import FRESH
from Test_py.support.accounts import CountingHasher, assert_exact_policy, dump, events, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.people import PASSWORD, Person, customer, log_in, logged_in
from Test_py.support.second_factor import TOTP, settle, step_up, switch_on
from Test_py.test_routes.accounts.test_login import disable
from Test_py.test_routes.accounts.test_reset_password import change_profile, profile_of, sign_in_meanwhile, told

PATH = "/api/v1/users/me/password"
NEXT = "another quiet Evening 8"


def change(api: Api, who: Person, current: Any = PASSWORD, new: Any = NEXT, **options: Any) -> Reply:
    return api.put(PATH, json={"current_password": current, "new_password": new}, token=who.token, **options)


def refresh(api: Api, who: Person) -> Reply:
    return api.post("/api/v1/auth/refresh", json={"refresh_token": who.refresh_token})


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def test_the_new_password_holds_and_it_is_announced(api: Api, ada: Person) -> None:
    reply = change(api, ada)
    assert (reply.status, reply.body) == (204, b"")
    assert log_in(api, ada.email, NEXT).status == 200
    assert log_in(api, ada.email, PASSWORD).status == 401
    (event,) = events("user.password_changed")
    assert (event["aggregate"], event["sequence"], event["data"]) == (ada.id, 2, {"user_id": ada.id})
    assert profile_of(ada.id)["email_verified"] == {"BOOL": False}


def test_the_session_that_it_is_done_in_lives_on_and_the_others_end(api: Api, ada: Person) -> None:
    others = [logged_in(api, ada) for _ in range(2)]
    stranger = customer(api, "eve@example.org")
    assert change(api, ada).status == 204
    for other in others:
        assert refresh(api, other).status == 401
        assert api.patch("/api/v1/users/me", json={"name": "Eve"}, token=other.token).status == 401
    assert [event["data"]["reason"] for event in events("session.revoked")] == ["password_changed"] * 2
    assert api.patch("/api/v1/users/me", json={"name": "Ada King"}, token=ada.token).status == 200
    assert refresh(api, ada).status == 200
    assert refresh(api, stranger).status == 200


def test_who_signs_in_with_the_old_password_at_that_very_moment_is_out_too(
    api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = sign_in_meanwhile(monkeypatch, api, ada.email)
    assert change(api, ada).status == 204
    (thief,) = came
    assert thief.status == 200
    given = {"refresh_token": thief.data["refresh_token"]}
    assert api.post("/api/v1/auth/refresh", json=given).status == 401
    assert refresh(api, ada).status == 200


def test_a_stolen_token_cannot_guess_at_the_password(api: Api, ada: Person, hasher: CountingHasher) -> None:
    replies = [change(api, ada, f"a wrong Guess {n}", source_ip=f"203.0.113.{n}") for n in range(12)]
    statuses = [reply.status for reply in replies]
    refused = statuses.index(429)
    assert set(statuses[:refused]) == {400}
    assert set(statuses[refused:]) == {429}
    assert hasher.verified <= 10, "ten looks at the password in 15 minutes"
    assert change(api, ada).status == 429, "not even the right one"
    assert int(replies[-1].headers["retry-after"]) > 0
    assert log_in(api, ada.email, PASSWORD).status == 200, "and the owner is not locked out"
    assert events("user.password_changed") == []


def test_a_right_password_does_not_use_up_the_limit(api: Api, ada: Person) -> None:
    passwords = [PASSWORD if n % 2 == 0 else NEXT for n in range(13)]
    for current, new in pairwise(passwords):
        assert change(api, ada, current, new).status == 204


def test_who_repeats_a_change_whose_answer_was_lost_is_told_that_it_is_done(api: Api, ada: Person) -> None:
    assert change(api, ada).status == 204
    before = [*items(tables.accounts), *items(tables.events)]
    assert change(api, ada).status == 204
    assert [*items(tables.accounts), *items(tables.events)] == before


@pytest.mark.parametrize(
    ("new", "detail"),
    [
        ("short", "string_too_short"),
        ("eleven char", "too_short"),
        ("Password1234", "common"),
        ("AdaLovelace1", "personal"),
    ],
)
def test_a_weak_password_is_refused_before_the_present_one_is_looked_at(
    api: Api, ada: Person, hasher: CountingHasher, new: str, detail: str
) -> None:
    assert told(change(api, ada, "whatever it is", new)) == (400, [("new_password", detail)])
    assert hasher.verified == 0
    assert refresh(api, ada).status == 200


def test_with_a_second_factor_eight_characters_will_do(api: Api, ada: Person) -> None:
    assert told(change(api, ada, new="xK4#pq9z")) == (400, [("new_password", "too_short")])
    change_profile(ada, mfa={"BOOL": True})
    assert change(api, ada, new="xK4#pq9z").status == 204


def test_with_a_second_factor_the_password_alone_is_no_fresh_proof(
    api: Api, ada: Person, clock: Clock, hasher: CountingHasher
) -> None:
    settle(clock)
    app = switch_on(api, ada)
    clock.shift(FRESH.total_seconds() + 1)
    late = replace(ada, token=refresh(api, ada).data["access_token"])
    looks = hasher.verified
    assert change(api, late).codes == ["STEP_UP_REQUIRED"]
    assert (hasher.verified, events("user.password_changed")) == (looks, [])
    assert api.delete(TOTP, token=late.token).codes == ["STEP_UP_REQUIRED"], "nor has the try made it one"
    assert step_up(api, late.token, code=app.code()).status == 200
    assert change(api, late).status == 204


def test_a_wrong_password_is_said_on_its_field(api: Api, ada: Person) -> None:
    assert told(change(api, ada, "not my password")) == (400, [("current_password", "wrong")])
    assert log_in(api, ada.email, PASSWORD).status == 200


def test_an_ended_session_changes_nothing(api: Api, ada: Person, hasher: CountingHasher) -> None:
    api.post("/api/v1/auth/logout", json={"refresh_token": ada.refresh_token})
    assert change(api, ada).status == 401
    assert hasher.verified == 0


def test_a_disabled_account_changes_nothing(api: Api, ada: Person) -> None:
    disable(ada.email)
    assert (change(api, ada).status, events("user.password_changed")) == (401, [])


def test_nobody_and_an_expired_token_are_refused(api: Api, ada: Person, clock: Clock) -> None:
    assert api.put(PATH, json={"current_password": PASSWORD, "new_password": NEXT}).status == 401
    clock.shift(601)
    assert change(api, ada).codes == ["TOKEN_EXPIRED"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"current_password": None}, "current_password"),
        ({"current_password": ""}, "current_password"),
        ({"current_password": 7}, "current_password"),
        ({"current_password": "x" * 1025}, "current_password"),
        ({"new_password": None}, "new_password"),
        ({"new_password": 123456789012}, "new_password"),
        ({"new_password": "x" * 1025}, "new_password"),
        ({"user_id": "usr_00000000000000000000000000"}, "user_id"),
        ({"sessions_from": "2020-01-01T00:00:00.000Z"}, "sessions_from"),
        ({"mfa": True}, "mfa"),
    ],
)
def test_bad_fields_are_named(api: Api, ada: Person, body: dict[str, Any], field: str) -> None:
    good = {"current_password": PASSWORD, "new_password": NEXT}
    reply = api.put(PATH, json=good | body, token=ada.token)
    assert (reply.status, [error["field"] for error in reply.json["errors"]]) == (400, [field])


@pytest.mark.parametrize("missing", ["current_password", "new_password"])
def test_missing_fields_are_named(api: Api, ada: Person, missing: str) -> None:
    body = {"current_password": PASSWORD, "new_password": NEXT}
    del body[missing]
    assert told(api.put(PATH, json=body, token=ada.token)) == (400, [(missing, "missing")])


def test_no_password_is_kept_or_logged(api: Api, ada: Person, capsys: pytest.CaptureFixture[str]) -> None:
    change(api, ada, "a wrong Guess 1")
    change(api, ada)
    printed = capsys.readouterr()
    for secret in (PASSWORD, NEXT, "a wrong Guess 1"):
        assert secret not in dump()
        assert secret not in printed.out + printed.err


def test_the_policy_is_what_is_called(api: Api, ada: Person) -> None:
    logged_in(api, ada)
    forget_what_is_kept()
    with record() as calls:
        assert change(api, ada).status == 204
    assert_exact_policy(handler.declaration, [touch for touch in calls.touches if "token-signing" not in str(touch)])
