"""POST /api/v1/users"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.accounts.create_user import handler
from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts import tickets
from Test_py.support.accounts import assert_exact_policy, events, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.people import PASSWORD, Person, customer, log_in, staff
from Test_py.support.shopkeeping import end_sessions, refused
from Test_py.support.users import PATH, admins, look, profile

BODY = {"email": "new@example.org", "name": "Nora New"}


@pytest.fixture
def boss(api: Api) -> Person:
    return staff(api, "admin")


def create(api: Api, who: Person, body: Any = BODY, **options: Any) -> Reply:
    return api.post(PATH, json=body, token=who.token, **options)


def test_an_account_is_made_that_nobody_can_sign_in_to_yet(api: Api) -> None:
    manager = staff(api, "manager")
    reply = create(api, manager, BODY | {"email": " New@Example.org", "phone": "+442079460123", "locale": "fr"})
    assert reply.status == 201
    shown = reply.data
    told = {name: shown[name] for name in ("email", "name", "phone", "locale", "roles", "email_verified", "disabled")}
    assert told == BODY | {
        "phone": "+442079460123", "locale": "fr", "roles": ["customer"], "email_verified": False, "disabled": False,
    }  # fmt: skip
    assert look(api, manager, shown["id"]) == shown
    assert items(tables.accounts, f"USER#{shown['id']}", "PASSWORD") == []
    assert log_in(api, "new@example.org").status == 401


def test_a_link_is_mailed_that_sets_the_first_password_and_verifies_the_address(api: Api, boss: Person) -> None:
    made = create(api, boss, BODY | {"roles": ["support"]}).data
    (told,) = events("user.invited")
    assert (told["aggregate"], told["sequence"], told["data"]["user_id"]) == (made["id"], 1, made["id"])
    token = tickets.token_of("invite", told["data"]["ticket"])
    reply = api.post("/api/v1/auth/password/reset", json={"token": token, "password": PASSWORD})
    assert reply.status == 204, reply.body
    assert log_in(api, BODY["email"]).status == 200
    assert look(api, boss, made["id"])["email_verified"]


def test_a_taken_address_is_told_with_whose_it_is(api: Api, boss: Person) -> None:
    ada = customer(api, "ada@example.org")
    reply = refused(create(api, boss, BODY | {"email": "ADA@example.org"}), 409, "EMAIL_TAKEN", "email")
    assert reply.json["errors"][0]["detail"] == ada.id


def test_of_many_at_once_one_is_made(api: Api, boss: Person) -> None:
    with ThreadPoolExecutor(6) as threads:
        replies = list(threads.map(lambda _: create(api, boss), range(6)))
    assert sorted(reply.status for reply in replies) == [201] + [409] * 5
    assert len(items(tables.accounts, "USER#", "PROFILE")) == 2


def test_a_retry_makes_one_and_gets_the_same_answer(api: Api, boss: Person) -> None:
    first = create(api, boss, key="once")
    again = create(api, boss, key="once")
    assert (again.status, again.body) == (201, first.body)
    assert len(events("user.invited")) == 1


def test_an_admin_may_name_roles_and_makes_admins(api: Api, boss: Person) -> None:
    made = create(api, boss, BODY | {"roles": ["admin", "support"]}).data
    assert made["roles"] == ["admin", "support"]
    assert admins() == {boss.id, made["id"]}
    other = create(api, boss, BODY | {"email": "second@example.org", "roles": ["manager"]}).data
    assert other["roles"] == ["manager"]
    assert admins() == {boss.id, made["id"]}


@pytest.mark.parametrize("roles", [["support"], ["admin"], ["customer", "manager"]])
def test_nobody_else_gives_roles(api: Api, roles: list[str]) -> None:
    manager = staff(api, "manager")
    assert create(api, manager, {"email": "one@example.org", "name": "A", "roles": ["customer"]}).status == 201
    refused(create(api, manager, BODY | {"roles": roles}), 403, "FORBIDDEN")
    assert len(events("user.invited")) == 1


def test_power_is_given_after_a_fresh_proof_only(api: Api, boss: Person, clock: Clock) -> None:
    clock.shift(8 * 60)
    tokens = api.post("/api/v1/auth/refresh", json={"refresh_token": boss.refresh_token}).data
    clock.shift(8 * 60)
    body = BODY | {"roles": ["support"]}
    refused(api.post(PATH, json=body, token=tokens["access_token"]), 403, "STEP_UP_REQUIRED")
    assert api.post(PATH, json=BODY, token=tokens["access_token"]).status == 201


def test_who_was_an_admin_a_moment_ago_gives_no_power(api: Api, boss: Person) -> None:
    from pushcart.accounts.service import grant_roles

    staff(api, "admin")
    grant_roles(boss.id, ["manager"])
    for roles in (["support"], ["admin"]):
        refused(create(api, boss, BODY | {"roles": roles}), 403, "FORBIDDEN")
    assert events("user.invited") == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": None}, "email"),
        ({"email": "new"}, "email"),
        ({"email": "x" * 250 + "@example.org"}, "email"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"phone": "020"}, "phone"),
        ({"locale": "english"}, "locale"),
        ({"roles": []}, "roles"),
        ({"roles": ["owner"]}, "roles.0"),
        ({"roles": ["support", "support"]}, "roles"),
        ({"roles": "admin"}, "roles"),
        ({"roles": ["support"] * 5}, "roles"),
        ({"password": PASSWORD}, "password"),
        ({"email_verified": True}, "email_verified"),
        ({"disabled": True}, "disabled"),
        ({"id": "usr_x"}, "id"),
    ],
)
def test_bad_and_unknown_fields_are_named(api: Api, boss: Person, change: dict[str, Any], field: str) -> None:
    refused(create(api, boss, BODY | change), 400, "VALIDATION_ERROR", field)
    assert events("user.invited") == []


@pytest.mark.parametrize("field", ["email", "name"])
def test_missing_fields_are_named(api: Api, boss: Person, field: str) -> None:
    body = {name: value for name, value in BODY.items() if name != field}
    refused(create(api, boss, body), 400, "VALIDATION_ERROR", field)


def test_support_and_customers_and_who_logged_out_make_nobody(api: Api, boss: Person) -> None:
    for who in (staff(api, "support"), customer(api)):
        refused(create(api, who), 403, "FORBIDDEN")
    assert api.post(PATH, json=BODY).json == {"message": "Unauthorized"}
    end_sessions()
    refused(create(api, boss), 401, "UNAUTHENTICATED")
    assert events("user.invited") == []


def test_it_is_one_read_and_one_write_and_the_policy_allows_no_more(api: Api, boss: Person) -> None:
    forget_what_is_kept()
    api.get(f"{PATH}/me", token=boss.token)
    with record() as calls:
        create(api, boss, BODY | {"roles": ["support"]}, key="once")
    with record() as admin:
        create(api, boss, {"email": "a@example.org", "name": "A", "roles": ["admin"]})
    assert [call.operation for call in calls] == ["GetSecretValue", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches | admin.touches)
    assert profile(boss.id).version == 2
