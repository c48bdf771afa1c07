"""PATCH /api/v1/users/{user_id}"""

from __future__ import annotations

from typing import Any

import pytest

from functions.accounts.update_user import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy, events, forget_what_is_kept
from Test_py.support.client import Api, Reply
from Test_py.support.expectation import blanked
from Test_py.support.people import Person, customer, log_in, staff
from Test_py.support.shopkeeping import end_sessions, refused, tag
from Test_py.support.users import ANY, MISSING, PATH, admins, look, path_of


@pytest.fixture
def manager(api: Api) -> Person:
    return staff(api, "manager")


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def patch(api: Api, who: Person, user_id: str, body: Any, **options: Any) -> Reply:
    return api.patch(path_of(user_id), json=body, token=who.token, **{"headers": ANY, **options})


def test_what_is_named_changes_and_the_rest_stays(api: Api, manager: Person, ada: Person) -> None:
    before = look(api, manager, ada.id)
    reply = patch(api, manager, ada.id, {"name": " Ada King ", "phone": "+442079460123"}, headers=tag(1))
    changed = {"name": "Ada King", "phone": "+442079460123", "version": 2, "updated_at": reply.data["updated_at"]}
    assert (reply.status, reply.data) == (200, before | changed)
    assert look(api, manager, ada.id) == before | changed
    (told,) = events("user.changed")[1:]
    assert (told["aggregate"], told["sequence"]) == (ada.id, 2)
    assert told["data"] == {"user_id": ada.id, "fields": ["name", "phone"]}
    assert patch(api, manager, ada.id, {"phone": None}).data["phone"] is None


@pytest.mark.parametrize("body", [{}, {"name": "Ada Lovelace"}, {"phone": None}, {"disabled": False}])
def test_what_changes_nothing_writes_nothing(api: Api, manager: Person, ada: Person, body: dict[str, Any]) -> None:
    assert patch(api, manager, ada.id, body).data["version"] == 1


def test_a_disabled_account_is_opened_again(api: Api, manager: Person, ada: Person) -> None:
    assert api.post(path_of(ada.id, "/disable"), token=manager.token).status == 200
    assert log_in(api, ada.email).status == 401
    reply = patch(api, manager, ada.id, {"disabled": False})
    assert (reply.status, reply.data["disabled"]) == (200, False)
    assert log_in(api, ada.email).status == 200
    refused(api.patch(f"{PATH}/me", json={}, token=ada.token), 401, "UNAUTHENTICATED")


def test_an_admin_who_is_opened_again_counts_again(api: Api) -> None:
    boss, other = staff(api, "admin"), staff(api, "admin")
    assert api.post(path_of(other.id, "/disable"), token=boss.token).status == 200
    assert admins() == {boss.id}
    assert patch(api, boss, other.id, {"disabled": False}).status == 200
    assert admins() == {boss.id, other.id}


def test_the_version_that_was_seen_is_needed_and_compared(api: Api, manager: Person, ada: Person) -> None:
    refused(patch(api, manager, ada.id, {"name": "One"}, headers={}), 428, "VERSION_REQUIRED")
    assert patch(api, manager, ada.id, {"name": "One"}, headers=tag(1)).status == 200
    refused(patch(api, manager, ada.id, {"name": "Two"}, headers=tag(1)), 412, "STALE_VERSION")
    assert look(api, manager, ada.id)["name"] == "One"


def test_staffs_accounts_are_an_admins_concern(api: Api, manager: Person) -> None:
    boss = staff(api, "admin")
    for target in (manager, boss, staff(api, "support")):
        refused(patch(api, manager, target.id, {"name": "Eve"}), 403, "FORBIDDEN")
        assert patch(api, boss, target.id, {"name": "Eve"}).data["name"] == "Eve"


def test_who_is_not_there_or_was_taken_away_is_not_found(api: Api, manager: Person, ada: Person) -> None:
    assert api.delete(path_of(ada.id), token=manager.token, headers=ANY).status == 204
    missing = api.patch(MISSING, json={"name": "Eve"}, token=manager.token, headers=ANY)
    gone = refused(patch(api, manager, ada.id, {"disabled": False}), 404, "NOT_FOUND")
    assert blanked(gone) == blanked(missing)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": ["Ada"]}, "name"),
        ({"phone": "020"}, "phone"),
        ({"locale": None}, "locale"),
        ({"locale": "en_GB"}, "locale"),
        ({"disabled": True}, "disabled"),
        ({"disabled": 0}, "disabled"),
        ({"disabled": None}, "disabled"),
        ({"roles": ["admin"]}, "roles"),
        ({"email": "eve@example.org"}, "email"),
        ({"email_verified": True}, "email_verified"),
        ({"mfa": False}, "mfa"),
        ({"deleted_at": None}, "deleted_at"),
        ({"version": 9}, "version"),
    ],
)
def test_bad_and_privileged_fields_are_refused(
    api: Api, manager: Person, ada: Person, body: dict[str, Any], field: str
) -> None:
    refused(patch(api, manager, ada.id, body), 400, "VALIDATION_ERROR", field)
    assert look(api, manager, ada.id)["version"] == 1


def test_who_may_not_changes_nobody(api: Api, manager: Person, ada: Person) -> None:
    for who in (staff(api, "support"), customer(api), ada):
        refused(patch(api, who, ada.id, {"name": "Eve"}), 403, "FORBIDDEN")
    assert api.patch(path_of(ada.id), json={"name": "Eve"}).json == {"message": "Unauthorized"}
    end_sessions()
    refused(patch(api, manager, ada.id, {"name": "Eve"}), 401, "UNAUTHENTICATED")


def test_a_retry_gets_the_same_answer(api: Api, manager: Person, ada: Person) -> None:
    first = patch(api, manager, ada.id, {"name": "One"}, key="once", headers=tag(1))
    assert patch(api, manager, ada.id, {"name": "One"}, key="once", headers=tag(1)).body == first.body


def test_it_is_one_read_and_one_write_and_the_policy_allows_no_more(api: Api, manager: Person, ada: Person) -> None:
    forget_what_is_kept()
    api.get(f"{PATH}/me", token=ada.token)
    with record() as calls:
        patch(api, manager, ada.id, {"name": "One"}, key="once")
    assert [call.operation for call in calls] == ["GetSecretValue", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)


def test_who_wished_to_be_erased_is_not_brought_back(api: Api, ada: Person) -> None:
    boss = staff(api, "admin")
    assert api.post(path_of(ada.id, "/erase"), token=boss.token, key="once").status == 202
    refused(patch(api, boss, ada.id, {"disabled": False}), 404, "NOT_FOUND")
    assert log_in(api, ada.email).status == 401
