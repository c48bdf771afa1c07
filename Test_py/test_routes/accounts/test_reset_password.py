"""POST /api/v1/auth/password/reset"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from functions.accounts.reset_password import handler
from infra.local.clients import client
from infra.local.facts import ticket_token
from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts import service
from pushcart.accounts.service import new_passwords
from Test_py.support.accounts import CountingHasher, assert_exact_policy, dump, events, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.letters import invited
from Test_py.support.people import PASSWORD, Person, customer, log_in, logged_in, verify_address
from Test_py.support.second_factor import switch_on
from Test_py.test_routes.accounts.test_login import disable
from utils import aws
from utils.errors import Unavailable

PATH = "/api/v1/auth/password/reset"
NEXT = "another quiet Evening 8"
REFUSED = (400, [("token", None)])


def reset(api: Api, token: Any, password: Any = NEXT, **options: Any) -> Reply:
    return api.post(PATH, json={"token": token, "password": password}, **options)


def told(reply: Reply) -> tuple[int, list[tuple[str, str | None]]]:
    return reply.status, [(error["field"], error["detail"]) for error in reply.json["errors"]]


@pytest.fixture
def ada(api: Api) -> Person:
    """Somebody with a verified address, signed in."""
    person = customer(api, "ada@example.org")
    service.grant_roles(person.id, ["customer"])
    return person


def profile_of(user_id: str) -> dict[str, Any]:
    (profile,) = items(tables.accounts, f"USER#{user_id}", "PROFILE")
    return profile


def test_the_new_password_holds_and_the_old_one_does_not(api: Api, ada: Person) -> None:
    reply = reset(api, ticket_token("reset", ada.id))
    assert (reply.status, reply.body) == (204, b"")
    assert log_in(api, ada.email, NEXT).status == 200
    assert log_in(api, ada.email, PASSWORD).status == 401


def test_every_session_ends(api: Api, ada: Person) -> None:
    others = [logged_in(api, ada) for _ in range(3)]
    assert reset(api, ticket_token("reset", ada.id)).status == 204
    for person in (ada, *others):
        assert api.post("/api/v1/auth/refresh", json={"refresh_token": person.refresh_token}).status == 401
        assert api.patch("/api/v1/users/me", json={"name": "Eve"}, token=person.token).status == 401
    ended = events("session.revoked")
    assert [event["data"]["reason"] for event in ended] == ["password_reset"] * 4
    fresh = log_in(api, ada.email, NEXT).data
    assert api.patch("/api/v1/users/me", json={"name": "Ada King"}, token=fresh["access_token"]).status == 200
    assert api.post("/api/v1/auth/refresh", json={"refresh_token": fresh["refresh_token"]}).status == 200


def test_it_is_announced(api: Api, ada: Person) -> None:
    before = int(profile_of(ada.id)["sequence"]["N"])
    reset(api, ticket_token("reset", ada.id))
    (event,) = events("user.password_changed")
    assert (event["aggregate"], event["sequence"], event["data"]) == (ada.id, before + 1, {"user_id": ada.id})
    assert int(profile_of(ada.id)["sequence"]["N"]) == before + 1
    assert events("user.email_verified") == []


def test_a_token_works_once(api: Api, ada: Person) -> None:
    token = ticket_token("reset", ada.id)
    assert reset(api, token).status == 204
    assert told(reset(api, token, "a third quiet Evening")) == REFUSED
    assert log_in(api, ada.email, NEXT).status == 200


def test_of_many_at_once_one_sets_the_password(api: Api, ada: Person) -> None:
    token = ticket_token("reset", ada.id)
    with ThreadPoolExecutor(6) as threads:
        replies = list(threads.map(lambda n: reset(api, token, f"quiet Evening number {n}"), range(6)))
    assert sorted(reply.status for reply in replies) == [204] + [400] * 5
    good = [n for n in range(6) if log_in(api, ada.email, f"quiet Evening number {n}").status == 200]
    assert good == [n for n, reply in enumerate(replies) if reply.status == 204]
    assert len(events("user.password_changed")) == 1


def test_a_lost_answer_is_given_again_to_the_same_key(api: Api, ada: Person) -> None:
    token = ticket_token("reset", ada.id)
    assert reset(api, token, key="once").status == 204
    again = reset(api, token, key="once")
    assert (again.status, again.headers["idempotent-replayed"]) == (204, "true")
    assert len(events("user.password_changed")) == 1
    assert reset(api, token, "a third quiet Evening", key="once").codes == ["IDEMPOTENCY_KEY_REUSED"]


def test_a_crash_before_the_password_is_set_leaves_the_token_good(
    api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, call = ticket_token("reset", ada.id), aws.call

    def crash(service_name: str, operation: str, **parameters: Any) -> Any:
        if operation == "TransactWriteItems" and "PASSWORD" in str(parameters):
            raise Unavailable
        return call(service_name, operation, **parameters)

    with monkeypatch.context() as patched:
        patched.setattr(aws, "call", crash)
        assert reset(api, token).status == 503
    assert log_in(api, ada.email, PASSWORD).status == 200
    assert events("user.password_changed") == []
    assert reset(api, token).status == 204


def sign_in_meanwhile(monkeypatch: pytest.MonkeyPatch, api: Api, email: str) -> list[Reply]:
    """Have somebody who knows the old password sign in at the very moment when the new one is written."""
    call, came = aws.call, list[Reply]()

    def meanwhile(service_name: str, operation: str, **parameters: Any) -> Any:
        if operation == "TransactWriteItems" and "PASSWORD" in str(parameters) and not came:
            came.append(Reply(0, {}, b""))
            came[0] = log_in(api, email, PASSWORD)
        return call(service_name, operation, **parameters)

    monkeypatch.setattr(aws, "call", meanwhile)
    return came


def test_who_signs_in_with_the_old_password_at_that_very_moment_is_out_too(
    api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = ticket_token("reset", ada.id)
    came = sign_in_meanwhile(monkeypatch, api, ada.email)
    assert reset(api, token, key="once").status == 204
    (thief,) = came
    assert thief.status == 200
    assert api.patch("/api/v1/users/me", json={"name": "Eve"}, token=thief.data["access_token"]).status == 401
    given = {"refresh_token": thief.data["refresh_token"]}
    assert api.post("/api/v1/auth/refresh", json=given).status == 401
    assert reset(api, token, key="once").status == 204


def test_however_many_sessions_a_thief_has_they_keep_nobody_from_a_new_password(
    api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_many(*_: Any, **__: Any) -> None:
        raise Unavailable

    monkeypatch.setattr(new_passwords, "end_all", too_many)
    assert reset(api, ticket_token("reset", ada.id)).status == 503
    assert log_in(api, ada.email, NEXT).status == 200
    assert log_in(api, ada.email, PASSWORD).status == 401
    given = {"refresh_token": ada.refresh_token}
    assert api.post("/api/v1/auth/refresh", json=given).status == 401


def test_a_token_lives_15_minutes(api: Api, ada: Person, clock: Clock) -> None:
    early, late = (ticket_token("reset", ada.id) for _ in range(2))
    clock.shift(timedelta(minutes=14, seconds=50))
    assert reset(api, early).status == 204
    clock.shift(timedelta(seconds=10))
    assert told(reset(api, late)) == REFUSED


def test_once_a_password_is_set_the_links_of_before_open_nothing(api: Api, ada: Person, clock: Clock) -> None:
    eve = invited("eve@example.org")
    first, second = (ticket_token("invite", eve) for _ in range(2))
    older, newer = (ticket_token("reset", ada.id) for _ in range(2))
    clock.shift(1)
    assert (reset(api, newer).status, reset(api, first).status) == (204, 204)
    clock.shift(1)
    assert told(reset(api, older, "a third quiet Evening")) == REFUSED
    assert told(reset(api, second, "a third quiet Evening")) == REFUSED
    assert reset(api, ticket_token("reset", ada.id), "a third quiet Evening").status == 204


def test_an_invitation_sets_the_first_password_and_verifies_the_address(api: Api, clock: Clock) -> None:
    eve, late = invited("eve@example.org"), ticket_token("invite", invited("late@example.org"))
    token = ticket_token("invite", eve)
    clock.shift(timedelta(hours=71, minutes=59))
    assert reset(api, token).status == 204
    signed_in = log_in(api, "eve@example.org", NEXT)
    assert api.get("/api/v1/users/me", token=signed_in.data["access_token"]).data["email_verified"] is True
    told_of = events("user.email_verified", "user.password_changed")
    assert sorted((event["sequence"], event["type"]) for event in told_of) == [
        (2, "user.email_verified"), (3, "user.password_changed"),
    ]  # fmt: skip
    assert profile_of(eve)["sequence"]["N"] == "3"
    clock.shift(timedelta(minutes=1))
    assert told(reset(api, late)) == REFUSED


@pytest.mark.parametrize(
    ("password", "detail"),
    [
        ("short", "string_too_short"),
        ("eleven char", "too_short"),
        ("Password1234", "common"),
        ("aaaaaaaaaaaaaaa", "monotonous"),
        ("AdaLovelace1", "personal"),
        ("ada@example.org", "personal"),
        ("x" * 1025, "string_too_long"),
    ],
)
def test_a_weak_password_is_refused_and_the_token_stays_good(
    api: Api, ada: Person, hasher: CountingHasher, password: str, detail: str
) -> None:
    token, hashed = ticket_token("reset", ada.id), hasher.hashed
    assert told(reset(api, token, password)) == (400, [("password", detail)])
    assert hasher.hashed == hashed
    assert api.post("/api/v1/auth/refresh", json={"refresh_token": ada.refresh_token}).status == 200, "nobody is out"
    assert reset(api, token).status == 204


def test_with_a_second_factor_eight_characters_will_do(api: Api, ada: Person) -> None:
    change_profile(ada, mfa={"BOOL": True})
    token = ticket_token("reset", ada.id)
    assert told(reset(api, token, "seven77")) == (400, [("password", "string_too_short")])
    assert told(reset(api, token, "passw0rd")) == (400, [("password", "common")])
    assert reset(api, token, "xK4#pq9z").status == 204


def change_profile(who: Person, **attributes: Any) -> None:
    profile = profile_of(who.id) | attributes
    client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=profile)


def test_what_opens_nothing_is_refused_without_any_work(api: Api, ada: Person, hasher: CountingHasher) -> None:
    good = ticket_token("reset", ada.id)
    tokens = (good[:-1] + "~", good.lower(), "x", "🛒" * 9, ticket_token("verify", ada.id))
    bodies = [reset(api, token) for token in tokens]
    assert {told(reply)[0] for reply in bodies} == {400}
    assert len({reply.body.split(b'"errors"')[1] for reply in bodies}) == 1
    assert hasher.hashed == hasher.verified == 0
    assert log_in(api, ada.email, PASSWORD).status == 200


def test_nobody_and_a_disabled_account_are_the_same_refusal(api: Api, ada: Person) -> None:
    token, decoy = ticket_token("reset", ada.id), ticket_token("reset", "usr_00000000000000000000000000")
    disable(ada.email)
    assert told(reset(api, token)) == told(reset(api, decoy)) == REFUSED
    assert events("user.password_changed") == []
    assert events("session.revoked") == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"token": None}, "token"),
        ({"token": ""}, "token"),
        ({"token": 7}, "token"),
        ({"token": "x" * 129}, "token"),
        ({"password": None}, "password"),
        ({"password": 123456789012}, "password"),
        ({"password": [NEXT]}, "password"),
        ({"email": "ada@example.org"}, "email"),
        ({"user_id": "usr_00000000000000000000000000"}, "user_id"),
        ({"roles": ["admin"]}, "roles"),
        ({"hash": "$argon2id$"}, "hash"),
    ],
)
def test_bad_fields_are_named(api: Api, change: dict[str, Any], field: str) -> None:
    reply = api.post(PATH, json={"token": "tkt_1", "password": NEXT} | change)
    assert (reply.status, [error["field"] for error in reply.json["errors"]]) == (400, [field])


@pytest.mark.parametrize("missing", ["token", "password"])
def test_missing_fields_are_named(api: Api, missing: str) -> None:
    body = {"token": "tkt_1", "password": NEXT}
    del body[missing]
    assert told(api.post(PATH, json=body)) == (400, [(missing, "missing")])


def test_neither_token_nor_password_is_kept_or_logged(
    api: Api, ada: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    token = ticket_token("reset", ada.id)
    reset(api, token, key="once")
    printed = capsys.readouterr()
    for secret in (token, token.rpartition(".")[2], NEXT):
        assert secret not in dump()
        assert secret not in printed.out + printed.err


def test_the_policy_is_what_is_called(api: Api, ada: Person) -> None:
    token, first = ticket_token("reset", ada.id), ticket_token("invite", invited("eve@example.org"))
    stranger = customer(api, "bob@example.org")
    switch_on(api, stranger)
    forget_what_is_kept()
    with record() as calls:
        assert reset(api, token, key="one").status == 204
        assert reset(api, first, key="two").status == 204
        assert reset(api, ticket_token("reset", stranger.id), key="three").status == 204
    assert_exact_policy(handler.declaration, calls.touches)


def test_a_factor_from_before_the_address_was_verified_ends(api: Api) -> None:
    """Or whoever registers somebody else's address locks its owner out of it for good."""
    stranger = customer(api, "bob@example.org")
    switch_on(api, stranger)
    assert reset(api, ticket_token("reset", stranger.id)).status == 204
    assert "access_token" in log_in(api, stranger.email, NEXT).data
    (told,) = events("user.mfa_disabled")
    assert told["data"] == {"user_id": stranger.id}


def test_a_factor_of_whoever_the_address_belongs_to_is_still_asked_for(api: Api) -> None:
    owner = customer(api, "bob@example.org")
    verify_address(api, owner)
    switch_on(api, owner)
    assert reset(api, ticket_token("reset", owner.id)).status == 204
    assert set(log_in(api, owner.email, NEXT).data) == {"mfa_token", "methods"}
    assert events("user.mfa_disabled") == []
