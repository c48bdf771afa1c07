"""POST /api/v1/users/{user_id}/erase: an admin has somebody erased."""

from __future__ import annotations

import pytest

from functions.accounts.erase_user import handler
from infra.local.recorder import record
from Test_py.conftest import Shop
from Test_py.support import people
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept
from Test_py.support.client import Api
from Test_py.support.people import Person
from Test_py.support.privacy import TRACES, everything_held, known_person
from Test_py.support.shopkeeping import refused

NOBODY = "usr_01HZZZZZZZZZZZZZZZZZZZZZZZ"


@pytest.fixture
def admin(api: Api) -> Person:
    return people.staff(api, "admin")


def path(user_id: str) -> str:
    return f"/api/v1/users/{user_id}/erase"


def test_somebody_is_erased(api: Api, cloud: Shop, admin: Person) -> None:
    ada, _ = known_person(api)
    reply = api.post(path(ada.id), token=admin.token, key="k-1")
    assert (reply.status, reply.data["kind"]) == (202, "erasure")
    cloud.pumps.drain()
    assert [trace for trace in TRACES if trace in everything_held()] == []


def test_a_key_gives_one_job_and_equal_bytes(api: Api, admin: Person) -> None:
    ada = people.customer(api)
    first, again = (api.post(path(ada.id), token=admin.token, key="k-1") for _ in range(2))
    assert first.body == again.body
    other = api.post(path(ada.id), token=admin.token, key="k-2")
    assert other.data["id"] == first.data["id"]


def test_nobody_and_staff_are_not_erased(api: Api, admin: Person) -> None:
    refused(api.post(path(NOBODY), token=admin.token, key="k-1"), 404, "NOT_FOUND")
    manager = people.staff(api, "manager")
    refused(api.post(path(manager.id), token=admin.token, key="k-2"), 409, "INVALID_STATE")
    assert people.log_in(api, manager.email).status == 200


def test_only_an_admin_may(api: Api, admin: Person) -> None:
    ada = people.customer(api)
    for other in (ada, people.staff(api, "manager"), people.staff(api, "support")):
        refused(api.post(path(ada.id), token=other.token, key="k-1"), 403, "FORBIDDEN")
    assert people.log_in(api, ada.email).status == 200


def test_a_key_is_asked_for_and_unknown_fields_are_refused(api: Api, admin: Person) -> None:
    ada = people.customer(api)
    refused(api.post(path(ada.id), token=admin.token), 400, "IDEMPOTENCY_KEY_REQUIRED")
    refused(api.post(path(ada.id), json={"now": True}, token=admin.token, key="k"), 400, "VALIDATION_ERROR", "now")


def test_it_is_one_read_and_one_write_and_the_policy_allows_no_more(api: Api, admin: Person) -> None:
    ada = people.customer(api)
    api.get("/api/v1/users/me", token=admin.token)
    forget_what_is_kept()
    api.get("/api/v1/users/me", token=admin.token)
    with record() as calls:
        api.post(path(ada.id), token=admin.token, key="k-1")
    assert [call.operation for call in calls if call.service == "dynamodb"] == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
