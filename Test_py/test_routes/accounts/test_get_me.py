"""GET /api/v1/users/me"""

from __future__ import annotations

import pytest

from functions.accounts.get_me import handler
from infra.local.clients import client
from infra.local.recorder import record
from pushcart import tables
from Test_py.support.accounts import assert_exact_policy, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.people import Person, customer, staff
from Test_py.test_routes.accounts.test_login import disable

PATH = "/api/v1/users/me"


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def test_the_profile_is_shown_and_nothing_else_of_what_is_stored(api: Api, ada: Person) -> None:
    reply = api.get(PATH, token=ada.token)
    assert reply.status == 200
    shown = reply.data
    assert shown == {
        "id": ada.id,
        "email": "ada@example.org",
        "name": "Ada Lovelace",
        "phone": None,
        "locale": "en",
        "roles": ["customer"],
        "email_verified": False,
        "disabled": False,
        "created_at": shown["created_at"],
        "updated_at": shown["updated_at"],
        "version": 1,
    }


def test_each_sees_their_own(api: Api, ada: Person) -> None:
    eve, boss = customer(api, "eve@example.org"), staff(api, "admin", "support")
    assert [api.get(PATH, token=one.token).data["id"] for one in (ada, eve, boss)] == [ada.id, eve.id, boss.id]
    assert api.get(PATH, token=boss.token).data["roles"] == ["admin", "support"]


def test_what_is_known_already_is_not_sent_again(api: Api, ada: Person) -> None:
    tag = api.get(PATH, token=ada.token).headers["etag"]
    reply = api.get(PATH, token=ada.token, headers={"if-none-match": tag})
    assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", tag)


def test_it_is_private_to_caches(api: Api, ada: Person) -> None:
    assert api.get(PATH, token=ada.token).headers["cache-control"] == "no-store"


def test_a_token_ends_after_ten_minutes_though_the_gateway_keeps_the_authorizers_word(
    api: Api, ada: Person, clock: Clock
) -> None:
    clock.shift(9 * 60 + 50)
    assert api.get(PATH, token=ada.token).status == 200
    clock.shift(15)
    reply = api.get(PATH, token=ada.token)
    assert (reply.status, reply.codes) == (401, ["TOKEN_EXPIRED"])
    assert 'error="invalid_token"' in reply.headers["www-authenticate"]


def test_without_a_token_the_gateway_says_so_itself(api: Api) -> None:
    reply = api.get(PATH)
    assert (reply.status, reply.json) == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer x", "Basic YTpi", "x", "Bearer a.b.c"])
def test_bad_credentials_get_the_envelope(api: Api, authorization: str) -> None:
    reply = api.get(PATH, headers={"authorization": authorization})
    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])
    assert reply.headers["www-authenticate"].startswith("Bearer")


def test_unknown_parameters_are_refused(api: Api, ada: Person) -> None:
    reply = api.get(PATH, token=ada.token, query={"id": "usr_00000000000000000000000000"})
    assert (reply.status, [error["field"] for error in reply.json["errors"]]) == (400, ["id"])


def test_an_account_that_is_disabled_or_gone_is_shown_no_more(api: Api, ada: Person) -> None:
    disable(ada.email)
    assert api.get(PATH, token=ada.token).status == 401
    (profile,) = items(tables.accounts, "USER#", "PROFILE")
    client("dynamodb").delete_item(
        TableName=tables.accounts.physical_name, Key={"pk": profile["pk"], "sk": profile["sk"]}
    )
    assert api.get(PATH, token=ada.token).status == 401


def test_it_is_one_read_and_the_policy_allows_no_more(api: Api, ada: Person) -> None:
    api.get(PATH, token=ada.token)
    with record() as calls:
        api.get(PATH, token=ada.token)
    assert [call.operation for call in calls] == ["GetItem"]
    assert_exact_policy(handler.declaration, calls.touches)
