"""DELETE /api/v1/users/{user_id}"""

from __future__ import annotations

from typing import Any

import pytest

from functions.accounts.delete_user import handler
from infra.local.recorder import record
from pushcart.accounts.service import standing
from Test_py.support.accounts import assert_exact_policy, events
from Test_py.support.client import Api, Reply
from Test_py.support.expectation import blanked
from Test_py.support.people import Person, customer, log_in, register, staff
from Test_py.support.shopkeeping import announced, end_sessions, refused, tag
from Test_py.support.users import ANY, MISSING, PATH, admins, lives, path_of, profile
from utils.errors import Unavailable


@pytest.fixture
def manager(api: Api) -> Person:
    return staff(api, "manager")


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def delete(api: Api, who: Person, user_id: str, **options: Any) -> Reply:
    return api.delete(path_of(user_id), token=who.token, **{"headers": ANY, **options})


def test_the_account_is_gone_and_its_data_stay(api: Api, manager: Person, ada: Person) -> None:
    reply = delete(api, manager, ada.id, headers=tag(1))
    assert (reply.status, reply.body) == (204, b"")
    refused(api.get(path_of(ada.id), token=manager.token), 404, "NOT_FOUND")
    kept = profile(ada.id)
    assert (kept.email, kept.name, kept.disabled) == (ada.email, "Ada Lovelace", True)
    assert kept.deleted_at == kept.sessions_from == kept.updated_at


def test_nobody_signs_in_to_it_nor_takes_its_address(api: Api, manager: Person, ada: Person) -> None:
    assert delete(api, manager, ada.id).status == 204
    assert not lives(api, ada)
    assert api.post("/api/v1/auth/refresh", json={"refresh_token": ada.refresh_token}).status == 401
    assert api.get(f"{PATH}/me", token=ada.token).status == 401
    assert register(api, ada.email).status == 202
    assert log_in(api, ada.email).status == 401
    body = {"email": ada.email, "name": "Ada"}
    refused(api.post(PATH, json=body, token=manager.token), 409, "EMAIL_TAKEN")


def test_it_is_announced_once_however_often_it_is_asked_for(api: Api, manager: Person, ada: Person) -> None:
    assert [delete(api, manager, ada.id).status for _ in range(3)] == [204] * 3
    assert announced(ada.id)[1:] == [(2, "user.deleted")]
    assert events("user.deleted")[0]["data"] == {"user_id": ada.id, "by": manager.id}


def test_a_crash_between_the_two_steps_is_made_good_by_the_next_try(
    api: Api, manager: Person, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(standing, "end_all", crash)
        assert delete(api, manager, ada.id, headers=tag(1)).status == 503
    assert delete(api, manager, ada.id, headers=tag(1)).status == 204
    assert not lives(api, ada)


def test_the_version_that_was_seen_is_needed_and_compared(api: Api, manager: Person, ada: Person) -> None:
    refused(delete(api, manager, ada.id, headers={}), 428, "VERSION_REQUIRED")
    refused(delete(api, manager, ada.id, headers=tag(2)), 412, "STALE_VERSION")
    assert lives(api, ada)


def test_staffs_accounts_are_an_admins_concern_and_nobodys_own(api: Api, manager: Person) -> None:
    boss, other = staff(api, "admin"), staff(api, "admin")
    for target in (boss, manager, staff(api, "support")):
        refused(delete(api, manager, target.id), 403, "FORBIDDEN")
    refused(delete(api, boss, boss.id), 403, "FORBIDDEN")
    assert delete(api, boss, other.id).status == 204
    assert admins() == {boss.id}
    refused(delete(api, boss, boss.id), 409, "INVALID_STATE")
    assert lives(api, boss)


def test_who_is_not_there_is_not_found(api: Api, manager: Person) -> None:
    missing = refused(api.delete(MISSING, token=manager.token, headers=ANY), 404, "NOT_FOUND")
    other = api.delete(f"{PATH}/usr_01HZZZZZZZZZZZZZZZZZZZZZZY", token=manager.token, headers=ANY)
    assert blanked(other) == blanked(missing)


def test_unknown_parameters_are_refused(api: Api, manager: Person, ada: Person) -> None:
    refused(delete(api, manager, ada.id, query={"hard": "true"}), 400, "VALIDATION_ERROR", "hard")
    assert lives(api, ada)


def test_who_may_not_takes_nobody_away(api: Api, manager: Person, ada: Person) -> None:
    for who in (staff(api, "support"), customer(api)):
        refused(delete(api, who, ada.id), 403, "FORBIDDEN")
    assert api.delete(path_of(ada.id), headers=ANY).json == {"message": "Unauthorized"}
    end_sessions()
    refused(delete(api, manager, ada.id), 401, "UNAUTHENTICATED")
    assert profile(ada.id).deleted_at is None


def test_the_policy_allows_what_it_does_and_no_more(api: Api, manager: Person, ada: Person) -> None:
    with record() as calls:
        delete(api, manager, ada.id)
    assert [call.operation for call in calls][:3] == ["BatchGetItem", "TransactWriteItems", "Query"]
    assert_exact_policy(handler.declaration, calls.touches)
