"""POST /api/v1/users/me/data-export"""

from __future__ import annotations

from functions.accounts.request_data_export import handler
from infra.local.recorder import record
from Test_py.conftest import Shop
from Test_py.support import people
from Test_py.support.accounts import assert_exact_policy, events, forget_what_is_kept
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopkeeping import refused

PATH = "/api/v1/users/me/data-export"


def test_an_export_is_asked_for_and_its_owner_is_told_when_it_is_ready(api: Api, cloud: Shop) -> None:
    ada = people.customer(api)
    reply = api.post(PATH, token=ada.token)
    assert (reply.status, reply.data["kind"], reply.data["status"]) == (202, "data_export", "queued")
    assert api.get(PATH, token=ada.token).status == 404
    cloud.pumps.drain()
    (told,) = events("user.data_exported")
    assert told["data"] == {"user_id": ada.id, "job_id": reply.data["id"]}
    assert api.get(PATH, token=ada.token).status == 200


def test_a_key_gives_one_job(api: Api) -> None:
    ada = people.customer(api)
    assert len({api.post(PATH, token=ada.token, key="k").body for _ in range(3)}) == 1


def test_three_a_day(api: Api) -> None:
    ada, eve = people.customer(api), people.customer(api)
    assert [api.post(PATH, token=ada.token).status for _ in range(4)] == [202, 202, 202, 429]
    assert api.post(PATH, token=eve.token).status == 202


def test_who_signed_in_a_while_ago_proves_again_who_they_are(api: Api, clock: Clock) -> None:
    ada = people.customer(api)
    clock.shift(16 * 60)
    token = api.post("/api/v1/auth/refresh", json={"refresh_token": ada.refresh_token}).data["access_token"]
    refused(api.post(PATH, token=token), 403, "STEP_UP_REQUIRED")


def test_unknown_fields_are_refused_and_nobody_has_an_export(api: Api) -> None:
    ada = people.customer(api)
    refused(api.post(PATH, json={"user_id": "usr_1"}, token=ada.token), 400, "VALIDATION_ERROR", "user_id")
    assert api.post(PATH).status == 401


def test_it_is_one_read_and_one_write_and_the_policy_allows_no_more(api: Api) -> None:
    ada = people.customer(api)
    forget_what_is_kept()
    api.get("/api/v1/users/me", token=ada.token)
    with record() as calls:
        api.post(PATH, token=ada.token, key="k")
    assert [call.operation for call in calls if call.service == "dynamodb"] == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
