"""DELETE /api/v1/users/me: the account is closed at once; what is personal goes, and the books stay."""

from __future__ import annotations

from functions.accounts.delete_me import handler
from infra.local.recorder import record
from pushcart.accounts.service import grant_roles
from Test_py.conftest import Shop
from Test_py.support import people
from Test_py.support.accounts import assert_exact_policy, events
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.privacy import TRACES, everything_held, held_of, known_person
from Test_py.support.shopkeeping import announced, refused

PATH = "/api/v1/users/me"
QUARTER = 15 * 60


def test_nothing_personal_is_left_and_the_books_are_whole(api: Api, cloud: Shop) -> None:
    ada, order = known_person(api)
    cloud.pumps.drain()
    manager = people.staff(api, "manager")
    before = api.get(order.path, token=manager.token).data
    assert all(trace in everything_held() for trace in TRACES)
    reply = api.delete(PATH, token=ada.token)
    assert (reply.status, reply.data["kind"], reply.data["status"]) == (202, "erasure", "queued")
    cloud.pumps.drain()
    left = everything_held()
    assert [trace for trace in TRACES if trace in left] == []
    after = api.get(order.path, token=people.logged_in(api, manager).token).data
    assert (after["email"], after["shipping_address"], after["billing_address"]) == ("", None, None)
    for field in ("number", "lines", "totals", "status", "payment", "placed_at", "customer_id"):
        assert after[field] == before[field]


def test_the_account_is_closed_before_the_work_begins(api: Api) -> None:
    ada, _ = known_person(api)
    assert api.delete(PATH, token=ada.token).status == 202
    assert people.log_in(api, ada.email).status == 401
    assert api.post("/api/v1/auth/refresh", json={"refresh_token": ada.refresh_token}).status == 401


def test_the_address_is_free_again(api: Api, cloud: Shop) -> None:
    ada, _ = known_person(api)
    api.delete(PATH, token=ada.token)
    cloud.pumps.drain()
    assert people.customer(api, ada.email).id != ada.id


def test_it_is_told_by_ids_alone(api: Api, cloud: Shop) -> None:
    ada, _ = known_person(api)
    api.delete(PATH, token=ada.token)
    cloud.pumps.drain()
    (told,) = events("user.erased")
    assert told["data"] == {"user_id": ada.id}
    sequences = [sequence for sequence, _ in announced(ada.id)]
    assert sequences == list(range(1, len(sequences) + 1))


def test_a_second_wish_is_told_of_the_first_one_s_job(api: Api) -> None:
    ada, _ = known_person(api)
    first, second = (api.delete(PATH, token=ada.token) for _ in range(2))
    assert first.data["id"] == second.data["id"]


def test_staff_lays_down_its_power_first(api: Api) -> None:
    admin = people.staff(api, "admin")
    refused(api.delete(PATH, token=admin.token), 409, "INVALID_STATE")
    assert api.get(PATH, token=admin.token).status == 200
    grant_roles(people.staff(api, "admin").id, ["admin"])
    grant_roles(admin.id, ["customer"])
    assert api.delete(PATH, token=people.logged_in(api, admin).token).status == 202


def test_who_signed_in_a_while_ago_proves_again_who_they_are(api: Api, clock: Clock) -> None:
    ada = people.customer(api)
    clock.shift(QUARTER + 1)
    token = api.post("/api/v1/auth/refresh", json={"refresh_token": ada.refresh_token}).data["access_token"]
    refused(api.delete(PATH, token=token), 403, "STEP_UP_REQUIRED")
    assert "user.disabled" not in held_of(ada)


def test_without_good_credentials_nobody_is_deleted(api: Api) -> None:
    assert api.delete(PATH).status == 401
    refused(api.delete(PATH, token="nonsense"), 401, "UNAUTHENTICATED")


def test_unknown_parameters_are_refused(api: Api) -> None:
    ada = people.customer(api)
    refused(api.delete(PATH, token=ada.token, query={"now": "yes"}), 400, "VALIDATION_ERROR", "now")


def test_it_is_one_read_and_one_write_and_the_policy_allows_no_more(api: Api) -> None:
    ada = people.customer(api)
    api.get(PATH, token=ada.token)
    with record() as calls:
        api.delete(PATH, token=ada.token)
    assert [call.operation for call in calls] == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
