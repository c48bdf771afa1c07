"""POST /api/v1/users/{user_id}/disable"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.accounts.disable_user import handler
from infra.local.recorder import record
from pushcart.accounts.service import standing
from Test_py.support.accounts import assert_exact_policy, events, forget_what_is_kept
from Test_py.support.client import Api, Reply
from Test_py.support.expectation import blanked
from Test_py.support.people import Person, customer, log_in, logged_in, staff
from Test_py.support.shopkeeping import announced, end_sessions, refused
from Test_py.support.users import MISSING, PATH, admins, lives, look, path_of, profile
from utils.errors import Unavailable


@pytest.fixture
def manager(api: Api) -> Person:
    return staff(api, "manager")


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def disable(api: Api, who: Person, user_id: str, **options: Any) -> Reply:
    return api.post(path_of(user_id, "/disable"), token=who.token, **options)


def test_nobody_signs_in_any_more_and_what_is_open_ends(api: Api, manager: Person, ada: Person) -> None:
    second = logged_in(api, ada)
    reply = disable(api, manager, ada.id)
    assert (reply.status, reply.data["disabled"], reply.data["version"]) == (200, True, 2)
    assert reply.data == look(api, manager, ada.id)
    assert log_in(api, ada.email).status == 401
    for session in (ada, second):
        assert not lives(api, session)
        token = {"refresh_token": session.refresh_token}
        assert api.post("/api/v1/auth/refresh", json=token).status == 401
    assert profile(ada.id).sessions_from == reply.data["updated_at"]


def test_it_is_announced_once_with_who_did_it(api: Api, manager: Person, ada: Person) -> None:
    for _ in range(3):
        assert disable(api, manager, ada.id, json={}).data["version"] == 2
    assert announced(ada.id)[1:] == [(2, "user.disabled")]
    (told,) = events("user.disabled")
    assert told["data"] == {"user_id": ada.id, "by": manager.id}
    assert [one["data"]["reason"] for one in events("session.revoked")] == ["disabled"]


def test_staffs_accounts_are_an_admins_concern_and_nobodys_own(api: Api, manager: Person) -> None:
    boss, other = staff(api, "admin"), staff(api, "admin")
    for target in (boss, staff(api, "support"), manager):
        refused(disable(api, manager, target.id), 403, "FORBIDDEN")
    refused(disable(api, boss, boss.id), 403, "FORBIDDEN")
    assert disable(api, boss, manager.id).status == 200
    assert disable(api, boss, other.id).status == 200
    assert admins() == {boss.id}


def test_the_last_admin_stays(api: Api) -> None:
    boss = staff(api, "admin")
    refused(disable(api, boss, boss.id), 409, "INVALID_STATE")
    assert lives(api, boss)


def test_of_admins_who_disable_each_other_one_stays(api: Api) -> None:
    for _ in range(5):
        ring = [staff(api, "admin") for _ in range(3)]
        others = [*ring[1:], ring[0]]
        before = admins()
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(lambda pair: disable(api, pair[0], pair[1].id), zip(ring, others, strict=True)))
        stay = [one for one in ring if not profile(one.id).disabled]
        assert stay
        assert admins() == before - {one.id for one in ring} | {one.id for one in stay}


def test_a_crash_between_the_two_steps_is_made_good_by_the_next_try(
    api: Api, manager: Person, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(standing, "end_all", crash)
        assert disable(api, manager, ada.id, key="once").status == 503
    assert profile(ada.id).disabled
    again = disable(api, manager, ada.id, key="once")
    assert (again.status, again.data["version"]) == (200, 2)
    assert not lives(api, ada)
    assert disable(api, manager, ada.id, key="once").body == again.body


def test_who_is_not_there_or_was_taken_away_is_not_found(api: Api, manager: Person, ada: Person) -> None:
    assert api.delete(path_of(ada.id), token=manager.token, headers={"if-match": "*"}).status == 204
    missing = refused(api.post(f"{MISSING}/disable", token=manager.token), 404, "NOT_FOUND")
    assert blanked(disable(api, manager, ada.id)) == blanked(missing)


@pytest.mark.parametrize("body", [{"reason": "spam"}, {"disabled": True}, {"id": "x"}])
def test_unknown_fields_are_refused(api: Api, manager: Person, ada: Person, body: dict[str, Any]) -> None:
    refused(disable(api, manager, ada.id, json=body), 400, "VALIDATION_ERROR", *body)
    assert lives(api, ada)


def test_who_may_not_disables_nobody(api: Api, manager: Person, ada: Person) -> None:
    for who in (staff(api, "support"), customer(api)):
        refused(disable(api, who, ada.id), 403, "FORBIDDEN")
    assert api.post(path_of(ada.id, "/disable")).json == {"message": "Unauthorized"}
    assert lives(api, ada)
    end_sessions()
    refused(disable(api, manager, ada.id), 401, "UNAUTHENTICATED")
    assert not profile(ada.id).disabled


def test_the_policy_allows_what_it_does_and_no_more(api: Api, manager: Person, ada: Person) -> None:
    forget_what_is_kept()
    api.get(f"{PATH}/me", token=ada.token)
    with record() as calls:
        disable(api, manager, ada.id, key="once")
    operations = [call.operation for call in calls]
    assert operations[:4] == ["GetSecretValue", "BatchGetItem", "TransactWriteItems", "Query"]
    assert_exact_policy(handler.declaration, calls.touches)
