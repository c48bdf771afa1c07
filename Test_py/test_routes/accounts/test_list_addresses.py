"""GET /api/v1/users/me/addresses"""

from __future__ import annotations

import pytest

from functions.accounts.list_addresses import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept
from Test_py.support.addresses import PATH, keep
from Test_py.support.client import Api
from Test_py.support.people import Person, customer
from Test_py.support.shopkeeping import NOBODYS_CURSOR, pages, refused


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def test_nobody_has_addresses_at_first(api: Api, ada: Person) -> None:
    reply = api.get(PATH, token=ada.token)
    assert (reply.status, reply.data, reply.meta["limit"]) == (200, [], 20)
    assert "next_cursor" not in reply.meta


def test_each_sees_their_own_the_latest_first(api: Api, ada: Person) -> None:
    eve = customer(api)
    theirs = keep(api, eve)
    mine = [keep(api, ada, line1=f"{number} High Street") for number in range(3)]
    assert [one["id"] for one in api.get(PATH, token=ada.token).data] == [one["id"] for one in reversed(mine)]
    assert [one["id"] for one in api.get(PATH, token=eve.token).data] == [theirs["id"]]


def test_pages_join_without_gap_or_repetition(api: Api, ada: Person) -> None:
    mine = [keep(api, ada)["id"] for _ in range(5)]
    seen = [[one["id"] for one in page.data] for page in pages(api, PATH, token=ada.token, query={"limit": 2})]
    assert [len(page) for page in seen] == [2, 2, 1]
    assert [one for page in seen for one in page] == mine[::-1]


def test_a_cursor_is_good_for_its_owner_alone(api: Api, ada: Person) -> None:
    eve = customer(api)
    for who in (ada, eve):
        keep(api, who)
        keep(api, who)
    cursor = api.get(PATH, token=ada.token, query={"limit": 1}).meta["next_cursor"]
    for stolen in (cursor, cursor[:-2] + "AA", NOBODYS_CURSOR, "x"):
        refused(api.get(PATH, token=eve.token, query={"limit": 1, "cursor": stolen}), 400, "INVALID_CURSOR")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"user_id": "usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"}, "user_id"),
    ],
)
def test_bad_and_unknown_parameters_are_named(api: Api, ada: Person, query: dict[str, str], field: str) -> None:
    refused(api.get(PATH, token=ada.token, query=query), 400, "VALIDATION_ERROR", field)


def test_nobody_lists_without_an_account(api: Api) -> None:
    assert api.get(PATH).json == {"message": "Unauthorized"}
    refused(api.get(PATH, token="x.y.z"), 401, "UNAUTHENTICATED")


def test_a_page_is_one_query_and_the_policy_allows_no_more(api: Api, ada: Person) -> None:
    keep(api, ada)
    keep(api, ada)
    with record() as calls:
        assert api.get(PATH, token=ada.token).status == 200
    assert [call.operation for call in calls] == ["Query"]
    forget_what_is_kept()
    api.get("/api/v1/users/me", token=ada.token)
    with record() as sealed:
        assert api.get(PATH, token=ada.token, query={"limit": 1}).status == 200
    assert_exact_policy(handler.declaration, sealed.touches)
