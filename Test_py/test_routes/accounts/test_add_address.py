"""POST /api/v1/users/me/addresses"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.accounts.add_address import handler
from infra.local.recorder import record
from pushcart import tables
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept, items
from Test_py.support.addresses import BODY, PATH, defaults, keep, kept
from Test_py.support.client import Api
from Test_py.support.people import Person, customer
from Test_py.support.shopkeeping import end_sessions, refused

MOST = 50


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def test_an_address_is_kept_as_it_was_given(api: Api, ada: Person) -> None:
    extra = {"line2": "Second floor", "region": "Greater London", "phone": "+44 20 7946 0000"}
    reply = api.post(PATH, json=BODY | extra | {"name": " Ada Lovelace "}, token=ada.token)
    assert reply.status == 201
    shown = reply.data
    assert shown["id"].startswith("adr_")
    assert reply.headers["etag"].startswith('"1-')
    known = {name: shown[name] for name in ("id", "created_at", "updated_at")}
    assert shown == BODY | extra | {"is_default": True, "version": 1} | known
    assert api.get(f"{PATH}/{shown['id']}", token=ada.token).data == shown


def test_the_first_is_the_default_and_then_whoever_asks_to_be(api: Api, ada: Person) -> None:
    first, second = keep(api, ada, is_default=False), keep(api, ada)
    assert (first["is_default"], second["is_default"]) == (True, False)
    third = keep(api, ada, is_default=True)
    assert defaults(api, ada) == [third["id"]]
    before = api.get(f"{PATH}/{first['id']}", token=ada.token).data
    assert (before["is_default"], before["version"]) == (False, 2)


def test_there_are_fifty_at_most(api: Api, ada: Person) -> None:
    for _ in range(MOST):
        keep(api, ada)
    refused(api.post(PATH, json=BODY, token=ada.token), 409, "INVALID_STATE")
    assert len(kept(api, ada)) == MOST
    gone = kept(api, ada)[3]["id"]
    assert api.delete(f"{PATH}/{gone}", token=ada.token).status == 204
    keep(api, ada)


def test_of_many_at_once_no_more_than_fifty_are_kept_and_one_is_the_default(api: Api, ada: Person) -> None:
    for _ in range(MOST - 3):
        keep(api, ada)
    with ThreadPoolExecutor(8) as threads:
        replies = list(
            threads.map(lambda _: api.post(PATH, json=BODY | {"is_default": True}, token=ada.token), range(8))
        )
    assert [reply.status for reply in replies].count(201) == 3
    assert {reply.status for reply in replies} == {201, 409}
    assert len(kept(api, ada)) == MOST
    assert len(defaults(api, ada)) == 1


def test_a_retry_keeps_one_and_gets_the_same_answer(api: Api, ada: Person) -> None:
    first = api.post(PATH, json=BODY, token=ada.token, key="once")
    again = api.post(PATH, json=BODY, token=ada.token, key="once")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert len(kept(api, ada)) == 1


@pytest.mark.parametrize("field", sorted(BODY))
def test_missing_fields_are_named(api: Api, ada: Person, field: str) -> None:
    refused(api.post(PATH, json=BODY | {field: None}, token=ada.token), 400, "VALIDATION_ERROR", field)
    body = {name: value for name, value in BODY.items() if name != field}
    refused(api.post(PATH, json=body, token=ada.token), 400, "VALIDATION_ERROR", field)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"line1": ["a"]}, "line1"),
        ({"line2": "x" * 201}, "line2"),
        ({"city": 7}, "city"),
        ({"region": {}}, "region"),
        ({"postal_code": "x" * 21}, "postal_code"),
        ({"country": "gb"}, "country"),
        ({"country": "GBR"}, "country"),
        ({"phone": "call me"}, "phone"),
        ({"is_default": "yes"}, "is_default"),
        ({"is_default": 1}, "is_default"),
        ({"id": "adr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"}, "id"),
        ({"user_id": "usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"}, "user_id"),
        ({"version": 7}, "version"),
    ],
)
def test_bad_and_unknown_fields_are_named_and_nothing_is_kept(
    api: Api, ada: Person, change: dict[str, Any], field: str
) -> None:
    refused(api.post(PATH, json=BODY | change, token=ada.token), 400, "VALIDATION_ERROR", field)
    assert items(tables.accounts, "USER#", "ADDR") == []


def test_without_good_credentials_or_a_live_session_nothing_is_kept(api: Api, ada: Person) -> None:
    assert api.post(PATH, json=BODY).status == 401
    assert api.post(PATH, json=BODY, token="x.y.z").status == 401
    end_sessions()
    refused(api.post(PATH, json=BODY, token=ada.token), 401, "UNAUTHENTICATED")
    assert items(tables.accounts, "USER#", "ADDR") == []


def test_it_is_one_read_and_one_write_and_the_policy_allows_no_more(api: Api, ada: Person) -> None:
    keep(api, ada)
    forget_what_is_kept()
    api.get("/api/v1/users/me", token=ada.token)
    with record() as calls:
        api.post(PATH, json=BODY | {"is_default": True}, token=ada.token, key="once")
    assert [call.operation for call in calls] == ["GetSecretValue", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
