"""GET /api/v1/users"""

from __future__ import annotations

from typing import Any

import pytest

from functions.accounts.list_users import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept
from Test_py.support.client import Api
from Test_py.support.people import Person, customer, staff
from Test_py.support.shopkeeping import NOBODYS_CURSOR, end_sessions, pages, refused
from Test_py.support.users import ANY, PATH, path_of


@pytest.fixture
def support(api: Api) -> Person:
    return staff(api, "support")


def ids(api: Api, who: Person, **query: Any) -> list[str]:
    reply = api.get(PATH, token=who.token, query=query)
    assert reply.status == 200, reply.body
    return [one["id"] for one in reply.data]


def test_everybody_is_listed_the_newest_first(api: Api, support: Person) -> None:
    people = [customer(api).id for _ in range(3)]
    assert ids(api, support) == [*reversed(people), support.id]


def test_what_is_shown_is_an_account_and_nothing_else_of_what_is_stored(api: Api, support: Person) -> None:
    (shown,) = api.get(PATH, token=support.token).data
    assert shown == api.get(f"{PATH}/me", token=support.token).data
    assert shown["email_verified"]


def test_pages_join_without_gap_or_repetition(api: Api, support: Person) -> None:
    people = [customer(api).id for _ in range(4)]
    seen = [[one["id"] for one in page.data] for page in pages(api, PATH, token=support.token, query={"limit": 2})]
    assert [len(page) for page in seen] == [2, 2, 1]
    assert [one for page in seen for one in page] == [*reversed(people), support.id]


def test_an_address_finds_its_account_in_any_case_and_nobody_else(api: Api, support: Person) -> None:
    ada = customer(api, "ada@example.org")
    customer(api, "ada@example.com")
    assert ids(api, support, email=" ADA@Example.org") == [ada.id]
    assert ids(api, support, email="nobody@example.org") == []


def test_who_was_taken_away_is_in_no_list(api: Api, support: Person) -> None:
    ada, boss = customer(api, "ada@example.org"), staff(api, "admin")
    assert api.delete(path_of(ada.id), token=boss.token, headers=ANY).status == 204
    assert ids(api, support) == [boss.id, support.id]
    assert ids(api, support, email=ada.email) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "all"}, "limit"),
        ({"email": "ada"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "x" * 250 + "@example.org"}, "email"),
        ({"role": "admin"}, "role"),
        ({"sort": "email"}, "sort"),
    ],
)
def test_bad_and_unknown_parameters_are_named(api: Api, support: Person, query: dict[str, Any], field: str) -> None:
    refused(api.get(PATH, token=support.token, query=query), 400, "VALIDATION_ERROR", field)


def test_a_cursor_is_good_for_its_caller_alone(api: Api, support: Person) -> None:
    other = staff(api, "support")
    cursor = api.get(PATH, token=support.token, query={"limit": 1}).meta["next_cursor"]
    for stolen in (cursor, cursor[:-2] + "AA", NOBODYS_CURSOR, "x"):
        refused(api.get(PATH, token=other.token, query={"limit": 1, "cursor": stolen}), 400, "INVALID_CURSOR")


def test_customers_and_strangers_see_nobody(api: Api) -> None:
    refused(api.get(PATH, token=customer(api).token), 403, "FORBIDDEN")
    refused(api.get(PATH, token="x.y.z"), 401, "UNAUTHENTICATED")
    assert api.get(PATH).json == {"message": "Unauthorized"}


def test_a_session_that_has_ended_lists_nobody(api: Api, support: Person) -> None:
    end_sessions()
    for query in ({}, {"email": support.email}):
        refused(api.get(PATH, token=support.token, query=query), 401, "UNAUTHENTICATED")


def test_a_page_is_one_query_beside_the_session_and_the_policy_allows_no_more(api: Api, support: Person) -> None:
    customer(api)
    forget_what_is_kept()
    api.get(f"{PATH}/me", token=support.token)
    with record() as listed:
        api.get(PATH, token=support.token, query={"limit": 1})
    with record() as found:
        api.get(PATH, token=support.token, query={"email": support.email})
    assert [call.operation for call in listed] == ["GetItem", "Query", "GetSecretValue"]
    assert [call.operation for call in found] == ["BatchGetItem", "GetItem"]
    assert_exact_policy(handler.declaration, listed.touches | found.touches)
