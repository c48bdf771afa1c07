"""GET /api/v1/users/me/addresses/{address_id}"""

from __future__ import annotations

import pytest

from functions.accounts.get_address import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.addresses import PATH, keep
from Test_py.support.client import Api
from Test_py.support.expectation import blanked
from Test_py.support.people import Person, customer, staff
from Test_py.support.shopkeeping import refused

MISSING = f"{PATH}/adr_01HZZZZZZZZZZZZZZZZZZZZZZZ"


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def test_its_owner_sees_it_and_is_not_sent_it_twice(api: Api, ada: Person) -> None:
    mine = keep(api, ada)
    path = f"{PATH}/{mine['id']}"
    reply = api.get(path, token=ada.token)
    assert (reply.status, reply.data) == (200, mine)
    again = api.get(path, token=ada.token, headers={"if-none-match": reply.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_somebody_elses_looks_like_none_even_to_staff(api: Api, ada: Person) -> None:
    path = f"{PATH}/{keep(api, ada)['id']}"
    for stranger in (customer(api), staff(api, "admin")):
        theirs = refused(api.get(path, token=stranger.token), 404, "NOT_FOUND")
        assert blanked(theirs) == blanked(api.get(MISSING, token=stranger.token))


@pytest.mark.parametrize("address_id", ["PROFILE", "%2e%2e", "adr_", "x" * 200])
def test_what_is_no_id_names_nothing(api: Api, ada: Person, address_id: str) -> None:
    refused(api.get(f"{PATH}/{address_id}", token=ada.token), 404, "NOT_FOUND")


def test_unknown_parameters_are_refused(api: Api, ada: Person) -> None:
    path = f"{PATH}/{keep(api, ada)['id']}"
    refused(api.get(path, token=ada.token, query={"user_id": "x"}), 400, "VALIDATION_ERROR", "user_id")


def test_without_good_credentials_nothing_is_shown(api: Api, ada: Person) -> None:
    path = f"{PATH}/{keep(api, ada)['id']}"
    assert api.get(path).json == {"message": "Unauthorized"}
    refused(api.get(path, token="x.y.z"), 401, "UNAUTHENTICATED")


def test_it_is_one_read_and_the_policy_allows_no_more(api: Api, ada: Person) -> None:
    path = f"{PATH}/{keep(api, ada)['id']}"
    with record() as calls:
        api.get(path, token=ada.token)
    assert [call.operation for call in calls] == ["GetItem"]
    assert_exact_policy(handler.declaration, calls.touches)
