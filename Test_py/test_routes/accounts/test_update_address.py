"""PATCH /api/v1/users/me/addresses/{address_id}"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.accounts.update_address import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept
from Test_py.support.addresses import PATH, defaults, keep, kept
from Test_py.support.client import Api, Reply
from Test_py.support.expectation import blanked
from Test_py.support.people import Person, customer
from Test_py.support.shopkeeping import end_sessions, refused, tag

MISSING = "adr_01HZZZZZZZZZZZZZZZZZZZZZZZ"


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def patch(api: Api, who: Person, address_id: str, body: Any, **options: Any) -> Reply:
    return api.patch(f"{PATH}/{address_id}", json=body, token=who.token, **options)


def test_what_is_named_changes_and_the_rest_stays(api: Api, ada: Person) -> None:
    before = keep(api, ada, line2="Second floor", phone="+44 20 7946 0000")
    reply = patch(api, ada, before["id"], {"city": " Bath ", "line2": None})
    assert reply.status == 200
    changed = {"city": "Bath", "line2": None, "version": 2, "updated_at": reply.data["updated_at"]}
    assert reply.data == before | changed
    assert kept(api, ada) == [before | changed]


@pytest.mark.parametrize("body", [{}, {"city": "London"}, {"line2": None}, {"is_default": True}])
def test_what_changes_nothing_writes_nothing(api: Api, ada: Person, body: dict[str, Any]) -> None:
    mine = keep(api, ada)
    assert patch(api, ada, mine["id"], body).data == mine


def test_another_becomes_the_default(api: Api, ada: Person) -> None:
    first, second = keep(api, ada), keep(api, ada)
    reply = patch(api, ada, second["id"], {"is_default": True, "city": "Bath"})
    assert (reply.data["is_default"], reply.data["city"], reply.data["version"]) == (True, "Bath", 2)
    assert defaults(api, ada) == [second["id"]]
    assert patch(api, ada, first["id"], {"is_default": True}).status == 200
    assert defaults(api, ada) == [first["id"]]


def test_there_is_always_a_default(api: Api, ada: Person) -> None:
    first, second = keep(api, ada), keep(api, ada)
    refused(patch(api, ada, first["id"], {"is_default": False}), 409, "INVALID_STATE")
    assert patch(api, ada, second["id"], {"is_default": False}).data == second
    assert defaults(api, ada) == [first["id"]]


def test_of_many_who_want_to_be_the_default_one_is(api: Api, ada: Person) -> None:
    mine = [keep(api, ada)["id"] for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        replies = list(threads.map(lambda one: patch(api, ada, one, {"is_default": True}), mine))
    assert {reply.status for reply in replies} == {200}
    assert len(defaults(api, ada)) == 1


def test_the_version_that_was_seen_is_compared(api: Api, ada: Person) -> None:
    mine = keep(api, ada)
    assert patch(api, ada, mine["id"], {"city": "Bath"}, headers=tag(1)).status == 200
    refused(patch(api, ada, mine["id"], {"city": "York"}, headers=tag(1)), 412, "STALE_VERSION")
    refused(patch(api, ada, mine["id"], {"city": "York"}, headers={"if-match": "x"}), 400, "VALIDATION_ERROR")
    assert patch(api, ada, mine["id"], {"city": "York"}, headers={"if-match": "*"}).data["city"] == "York"


def test_somebody_elses_looks_like_none_and_stays(api: Api, ada: Person) -> None:
    mine, eve = keep(api, ada), customer(api)
    theirs = refused(patch(api, eve, mine["id"], {"city": "Bath"}), 404, "NOT_FOUND")
    assert blanked(theirs) == blanked(patch(api, eve, MISSING, {"city": "Bath"}))
    assert kept(api, ada) == [mine]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"line1": ""}, "line1"),
        ({"line2": 2}, "line2"),
        ({"city": ["London"]}, "city"),
        ({"region": "x" * 201}, "region"),
        ({"postal_code": None}, "postal_code"),
        ({"country": "England"}, "country"),
        ({"phone": "x"}, "phone"),
        ({"is_default": None}, "is_default"),
        ({"is_default": "true"}, "is_default"),
        ({"id": "adr_x"}, "id"),
        ({"user_id": "usr_x"}, "user_id"),
        ({"version": 9}, "version"),
    ],
)
def test_bad_and_unknown_fields_are_named(api: Api, ada: Person, body: dict[str, Any], field: str) -> None:
    mine = keep(api, ada)
    refused(patch(api, ada, mine["id"], body), 400, "VALIDATION_ERROR", field)
    assert kept(api, ada) == [mine]


def test_without_good_credentials_or_a_live_session_nothing_changes(api: Api, ada: Person) -> None:
    mine = keep(api, ada)
    path = f"{PATH}/{mine['id']}"
    assert api.patch(path, json={"city": "Bath"}).status == 401
    assert api.patch(path, json={"city": "Bath"}, token="x.y.z").status == 401
    end_sessions()
    refused(patch(api, ada, mine["id"], {"city": "Bath"}), 401, "UNAUTHENTICATED")
    assert kept(api, ada) == [mine]


def test_a_retry_gets_the_same_answer(api: Api, ada: Person) -> None:
    mine = keep(api, ada)
    first = patch(api, ada, mine["id"], {"city": "Bath"}, key="once")
    assert patch(api, ada, mine["id"], {"city": "Bath"}, key="once").body == first.body


def test_it_is_one_read_and_one_write_and_the_policy_allows_no_more(api: Api, ada: Person) -> None:
    keep(api, ada)
    second = keep(api, ada)
    forget_what_is_kept()
    api.get("/api/v1/users/me", token=ada.token)
    with record() as calls:
        patch(api, ada, second["id"], {"is_default": True}, key="once")
    assert [call.operation for call in calls] == ["GetSecretValue", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
