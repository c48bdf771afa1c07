"""GET /api/v1/users/{user_id}"""

from __future__ import annotations

import pytest

from functions.accounts.get_user import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.expectation import blanked
from Test_py.support.people import Person, customer, staff
from Test_py.support.shopkeeping import end_sessions, refused
from Test_py.support.users import ANY, MISSING, PATH, look, path_of


@pytest.fixture
def support(api: Api) -> Person:
    return staff(api, "support")


def test_staff_sees_an_account_as_its_owner_does(api: Api, support: Person) -> None:
    ada = customer(api)
    assert look(api, support, ada.id) == api.get(f"{PATH}/me", token=ada.token).data


def test_what_is_known_already_is_not_sent_again(api: Api, support: Person) -> None:
    tag = api.get(path_of(support.id), token=support.token).headers["etag"]
    reply = api.get(path_of(support.id), token=support.token, headers={"if-none-match": tag})
    assert (tag.startswith('"2-'), reply.status, reply.body) == (True, 304, b"")


def test_who_was_taken_away_looks_like_nobody(api: Api, support: Person) -> None:
    ada, boss = customer(api), staff(api, "admin")
    assert api.delete(path_of(ada.id), token=boss.token, headers=ANY).status == 204
    gone = refused(api.get(path_of(ada.id), token=support.token), 404, "NOT_FOUND")
    assert blanked(gone) == blanked(api.get(MISSING, token=support.token))


@pytest.mark.parametrize("user_id", ["usr_", "PROFILE", "%00", "x" * 200])
def test_what_is_no_id_names_nobody(api: Api, support: Person, user_id: str) -> None:
    refused(api.get(f"{PATH}/{user_id}", token=support.token), 404, "NOT_FOUND")


def test_unknown_parameters_are_refused(api: Api, support: Person) -> None:
    refused(api.get(path_of(support.id), token=support.token, query={"all": 1}), 400, "VALIDATION_ERROR", "all")


def test_customers_see_nobody_not_even_themselves_here(api: Api) -> None:
    ada, eve = customer(api), customer(api)
    for path in (path_of(ada.id), path_of(eve.id), MISSING):
        refused(api.get(path, token=ada.token), 403, "FORBIDDEN")
    assert api.get(path_of(ada.id)).json == {"message": "Unauthorized"}


def test_a_session_that_has_ended_sees_nobody(api: Api, support: Person) -> None:
    end_sessions()
    refused(api.get(path_of(support.id), token=support.token), 401, "UNAUTHENTICATED")
    refused(api.get(MISSING, token=support.token), 401, "UNAUTHENTICATED")


def test_it_is_one_read_and_the_policy_allows_no_more(api: Api, support: Person) -> None:
    with record() as calls:
        api.get(path_of(support.id), token=support.token)
    assert [call.operation for call in calls] == ["BatchGetItem"]
    assert_exact_policy(handler.declaration, calls.touches)
