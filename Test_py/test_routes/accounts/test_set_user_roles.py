"""PUT /api/v1/users/{user_id}/roles"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.accounts.set_user_roles import handler
from infra.local.recorder import record
from pushcart.accounts.service import grant_roles
from Test_py.support.accounts import assert_exact_policy, events
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.expectation import blanked
from Test_py.support.people import Person, customer, logged_in, staff
from Test_py.support.shopkeeping import end_sessions, refused, tag
from Test_py.support.users import ANY, MISSING, PATH, admins, lives, look, path_of, profile


@pytest.fixture
def boss(api: Api) -> Person:
    return staff(api, "admin")


@pytest.fixture
def ada(api: Api) -> Person:
    """A customer whose address is verified."""
    return staff(api, "customer")


def put(api: Api, who: Person, user_id: str, *roles: str, **options: Any) -> Reply:
    body = options.pop("json", {"roles": list(roles)})
    return api.put(path_of(user_id, "/roles"), json=body, token=who.token, **{"headers": ANY, **options})


def test_an_account_holds_exactly_the_roles_that_are_named(api: Api, boss: Person, ada: Person) -> None:
    reply = put(api, boss, ada.id, "support", "customer", headers=tag(2))
    assert (reply.status, reply.data["roles"], reply.data["version"]) == (200, ["customer", "support"], 3)
    assert look(api, boss, ada.id) == reply.data
    assert put(api, boss, ada.id, "manager").data["roles"] == ["manager"]
    told = [one for one in events("user.changed") if one["aggregate"] == ada.id]
    assert sorted(one["sequence"] for one in told) == [2, 3, 4]
    assert all(one["data"]["fields"] == ["roles"] for one in told if one["sequence"] > 2)


def test_what_changes_nothing_writes_nothing_and_ends_nothing(api: Api, boss: Person, ada: Person) -> None:
    assert put(api, boss, ada.id, "customer").data["version"] == 2
    assert lives(api, ada)


def test_a_role_is_there_at_the_next_log_in_and_gone_at_once(api: Api, boss: Person, ada: Person) -> None:
    assert put(api, boss, ada.id, "customer", "support").status == 200
    assert lives(api, ada), "who gains a role stays signed in"
    hired = logged_in(api, ada)
    assert api.get(PATH, token=hired.token).status == 200
    assert put(api, boss, ada.id, "customer").status == 200
    assert not lives(api, hired), "no token keeps a role that was taken away"
    assert api.get(PATH, token=hired.token).status == 401
    refused(api.get(PATH, token=logged_in(api, ada).token), 403, "FORBIDDEN")


def test_roles_of_staff_need_a_verified_address(api: Api, boss: Person) -> None:
    eve = customer(api)
    refused(put(api, boss, eve.id, "support"), 409, "INVALID_STATE")
    assert profile(eve.id).roles == {"customer"}


def test_nobody_changes_their_own(api: Api, boss: Person) -> None:
    staff(api, "admin")
    refused(put(api, boss, boss.id, "admin", "manager"), 403, "FORBIDDEN")
    refused(put(api, boss, boss.id, "customer"), 403, "FORBIDDEN")
    assert profile(boss.id).roles == {"admin"}


def test_the_last_admin_stays(api: Api, boss: Person) -> None:
    refused(put(api, boss, boss.id, "customer"), 409, "INVALID_STATE")
    second = staff(api, "admin")
    assert put(api, second, boss.id, "customer").status == 200
    assert admins() == {second.id}
    refused(put(api, second, second.id, "manager"), 409, "INVALID_STATE")


def test_of_admins_who_depose_each_other_one_stays(api: Api) -> None:
    rounds, answers = 10, []
    for _ in range(rounds):
        pair = [staff(api, "admin"), staff(api, "admin")]
        for one in admins() - {who.id for who in pair}:
            grant_roles(one, ["customer"])
        with ThreadPoolExecutor(2) as threads:
            replies = list(threads.map(lambda who: put(api, who[0], who[1].id, "customer"), (pair, pair[::-1])))
        answers += [reply.status for reply in replies]
        assert len(admins()) == 1
        assert [profile(who.id).roles for who in pair if who.id in admins()] == [{"admin"}]
    assert answers.count(200) == rounds
    assert set(answers) <= {200, 401, 409}
    print(f"{rounds} pairs of admins deposed each other at once: one admin stayed each time")


def test_who_was_deposed_a_moment_ago_gives_no_power(api: Api, boss: Person, ada: Person) -> None:
    staff(api, "admin")
    grant_roles(boss.id, ["customer"])
    for roles in (("admin",), ("support",), ("customer", "manager")):
        refused(put(api, boss, ada.id, *roles), 403, "FORBIDDEN")
    assert profile(ada.id).roles == {"customer"}


def test_a_fresh_proof_is_needed(api: Api, boss: Person, ada: Person, clock: Clock) -> None:
    clock.shift(8 * 60)
    tokens = api.post("/api/v1/auth/refresh", json={"refresh_token": boss.refresh_token}).data
    clock.shift(8 * 60)
    stale = Person(boss.id, boss.email, tokens["access_token"], "")
    refused(put(api, stale, ada.id, "support"), 403, "STEP_UP_REQUIRED")
    assert put(api, logged_in(api, boss), ada.id, "support").status == 200


def test_the_version_that_was_seen_is_needed_and_compared(api: Api, boss: Person, ada: Person) -> None:
    refused(put(api, boss, ada.id, "support", headers={}), 428, "VERSION_REQUIRED")
    refused(put(api, boss, ada.id, "support", headers=tag(1)), 412, "STALE_VERSION")
    assert profile(ada.id).roles == {"customer"}


def test_who_is_not_there_or_was_taken_away_is_not_found(api: Api, boss: Person, ada: Person) -> None:
    body = {"roles": ["support"]}
    assert api.delete(path_of(ada.id), token=boss.token, headers=ANY).status == 204
    missing = refused(api.put(f"{MISSING}/roles", json=body, token=boss.token, headers=ANY), 404, "NOT_FOUND")
    assert blanked(put(api, boss, ada.id, "support")) == blanked(missing)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "roles"),
        ({"roles": None}, "roles"),
        ({"roles": "admin"}, "roles"),
        ({"roles": []}, "roles"),
        ({"roles": ["root"]}, "roles.0"),
        ({"roles": [1]}, "roles.0"),
        ({"roles": ["admin", "admin"]}, "roles"),
        ({"roles": ["admin"] * 5}, "roles"),
        ({"roles": ["support"], "email_verified": True}, "email_verified"),
    ],
)
def test_bad_and_unknown_fields_are_named(api: Api, boss: Person, ada: Person, body: Any, field: str) -> None:
    refused(put(api, boss, ada.id, json=body), 400, "VALIDATION_ERROR", field)
    assert profile(ada.id).version == 2


def test_who_may_not_gives_nobody_roles(api: Api, boss: Person, ada: Person) -> None:
    for who in (staff(api, "manager", "support"), customer(api), ada):
        refused(put(api, who, ada.id, "admin"), 403, "FORBIDDEN")
    assert api.put(path_of(ada.id, "/roles"), json={"roles": ["admin"]}).json == {"message": "Unauthorized"}
    end_sessions()
    refused(put(api, boss, ada.id, "admin"), 401, "UNAUTHENTICATED")


def test_the_policy_allows_what_it_does_and_no_more(api: Api, boss: Person, ada: Person) -> None:
    with record() as given:
        put(api, boss, ada.id, "customer", "support")
    with record() as taken:
        put(api, boss, ada.id, "customer")
    assert [call.operation for call in given] == ["BatchGetItem", "TransactWriteItems"]
    assert [call.operation for call in taken][:3] == ["BatchGetItem", "TransactWriteItems", "Query"]
    assert_exact_policy(handler.declaration, given.touches | taken.touches)
