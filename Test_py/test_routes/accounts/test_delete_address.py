"""DELETE /api/v1/users/me/addresses/{address_id}"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.accounts.delete_address import handler
from infra.local.recorder import record
from pushcart import tables
from Test_py.support.accounts import assert_exact_policy, items
from Test_py.support.addresses import PATH, defaults, keep, kept
from Test_py.support.client import Api, Reply
from Test_py.support.expectation import blanked
from Test_py.support.people import Person, customer
from Test_py.support.shopkeeping import end_sessions, refused, tag

MISSING = "adr_01HZZZZZZZZZZZZZZZZZZZZZZZ"


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def delete(api: Api, who: Person, address_id: str, **options: Any) -> Reply:
    return api.delete(f"{PATH}/{address_id}", token=who.token, **options)


def test_it_is_forgotten(api: Api, ada: Person) -> None:
    mine = keep(api, ada)
    reply = delete(api, ada, mine["id"])
    assert (reply.status, reply.body) == (204, b"")
    assert kept(api, ada) == []
    assert items(tables.accounts, "USER#", "ADDR") == []
    refused(delete(api, ada, mine["id"]), 404, "NOT_FOUND")


def test_the_latest_of_the_others_takes_the_place_of_the_default(api: Api, ada: Person) -> None:
    first, second, third = (keep(api, ada)["id"] for _ in range(3))
    assert defaults(api, ada) == [first]
    assert delete(api, ada, second).status == 204
    assert defaults(api, ada) == [first]
    assert delete(api, ada, first).status == 204
    assert defaults(api, ada) == [third]
    assert delete(api, ada, third).status == 204
    assert keep(api, ada)["is_default"]


def test_of_many_at_once_each_goes_and_one_default_is_left(api: Api, ada: Person) -> None:
    mine = [keep(api, ada)["id"] for _ in range(6)]
    with ThreadPoolExecutor(5) as threads:
        replies = list(threads.map(lambda one: delete(api, ada, one), mine[:5]))
    assert {reply.status for reply in replies} == {204}
    assert defaults(api, ada) == [mine[5]]


def test_the_version_that_was_seen_is_compared(api: Api, ada: Person) -> None:
    mine = keep(api, ada)
    refused(delete(api, ada, mine["id"], headers=tag(2)), 412, "STALE_VERSION")
    assert kept(api, ada) == [mine]
    assert delete(api, ada, mine["id"], headers=tag(1)).status == 204


def test_somebody_elses_looks_like_none_and_stays(api: Api, ada: Person) -> None:
    mine, eve = keep(api, ada), customer(api)
    theirs = refused(delete(api, eve, mine["id"]), 404, "NOT_FOUND")
    assert blanked(theirs) == blanked(delete(api, eve, MISSING))
    assert kept(api, ada) == [mine]


def test_unknown_parameters_are_refused(api: Api, ada: Person) -> None:
    mine = keep(api, ada)
    refused(delete(api, ada, mine["id"], query={"all": "true"}), 400, "VALIDATION_ERROR", "all")
    assert kept(api, ada) == [mine]


def test_without_good_credentials_or_a_live_session_nothing_goes(api: Api, ada: Person) -> None:
    mine = keep(api, ada)
    assert api.delete(f"{PATH}/{mine['id']}").status == 401
    assert api.delete(f"{PATH}/{mine['id']}", token="x.y.z").status == 401
    end_sessions()
    refused(delete(api, ada, mine["id"]), 401, "UNAUTHENTICATED")
    assert kept(api, ada) == [mine]


def test_it_is_one_read_and_one_write_and_the_policy_allows_no_more(api: Api, ada: Person) -> None:
    first, _ = keep(api, ada), keep(api, ada)
    with record() as calls:
        delete(api, ada, first["id"])
    assert [call.operation for call in calls] == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
