"""GET /api/v1/auth/sessions"""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.accounts.list_sessions import handler
from infra.local.clients import client
from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts.service.new_sessions import open_session
from pushcart.accounts.sessions import Client
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.people import Person, customer, log_in, logged_in
from Test_py.support.sessions import PATH
from Test_py.support.shopkeeping import NOBODYS_CURSOR, pages, refused
from utils.clock import now, rfc3339
from utils.ids import new_id
from utils.transaction import Transaction


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def sessions_of(api: Api, who: Person) -> list[str]:
    return [session["id"] for page in pages(api, PATH, token=who.token) for session in page.data]


def test_ones_own_sessions_are_listed_the_newest_first(api: Api, ada: Person, clock: Clock) -> None:
    clock.shift(60)
    reply = log_in(api, ada.email, headers={"user-agent": "A browser\x00 of\tmine"})
    assert reply.status == 200
    listed = api.get(PATH, token=ada.token)
    assert (listed.status, listed.meta["limit"]) == (200, 20)
    newest, oldest = listed.data
    assert (newest["agent"], newest["current"]) == ("A browser ofmine", False)
    assert (oldest["agent"], oldest["current"]) == ("tests", True)
    assert set(oldest) == {
        "id", "agent", "client_id", "current", "created_at", "last_used_at", "expires_at", "updated_at",
    }  # fmt: skip
    assert oldest["created_at"] == oldest["last_used_at"] < newest["created_at"]
    assert oldest["client_id"] is None


def test_using_a_session_moves_when_it_was_used_and_when_it_ends(api: Api, ada: Person, clock: Clock) -> None:
    before = api.get(PATH, token=ada.token).data[0]
    clock.shift(timedelta(days=13))
    reply = api.post("/api/v1/auth/refresh", json={"refresh_token": ada.refresh_token})
    (after,) = api.get(PATH, token=reply.data["access_token"]).data
    assert after["id"] == before["id"]
    assert after["last_used_at"] > before["last_used_at"]
    assert after["expires_at"] > before["expires_at"]
    assert after["created_at"] == before["created_at"]


def test_nobody_else_s_are_listed(api: Api, ada: Person) -> None:
    eve = customer(api, "eve@example.org")
    assert not set(sessions_of(api, ada)) & set(sessions_of(api, eve))
    assert len(sessions_of(api, ada)) == 1


def test_what_has_ended_is_left_out(api: Api, ada: Person, clock: Clock) -> None:
    lapsed = customer(api, "lapsed@example.org")
    logged_out = logged_in(api, ada)
    api.post("/api/v1/auth/logout", json={"refresh_token": logged_out.refresh_token})
    assert len(sessions_of(api, ada)) == 1
    clock.shift(timedelta(days=14, seconds=1))
    assert len(sessions_of(api, logged_in(api, lapsed))) == 1, "of two, one was not used for 14 days"


def test_sessions_that_began_before_the_account_s_count_are_left_out(api: Api, ada: Person, clock: Clock) -> None:
    clock.shift(1)
    (profile,) = items(tables.accounts, "USER#", "PROFILE")
    profile["sessions_from"] = {"S": rfc3339(now())}
    client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=profile)
    clock.shift(1)
    assert len(sessions_of(api, logged_in(api, ada))) == 1


def test_pages_are_filled_over_what_has_ended(api: Api, ada: Person) -> None:
    for n in range(7):
        other = logged_in(api, ada)
        if n % 2:
            api.post("/api/v1/auth/logout", json={"refresh_token": other.refresh_token})
    listed = [[one["id"] for one in page.data] for page in pages(api, PATH, token=ada.token, query={"limit": 2})]
    every = [session_id for page in listed for session_id in page]
    assert [len(page) for page in listed if page] == [2, 2, 1]
    assert every == sorted(set(every), reverse=True)
    assert every == sessions_of(api, ada)


def test_a_page_costs_five_queries_at_most(api: Api, ada: Person) -> None:
    """One hundred sessions that have ended lie before the one that lives."""
    for _ in range(100):
        tx = Transaction()
        open_session(tx, ada.id, {"customer"}, Client("127.0.0.1", "tests"), session_id=new_id("ses"))
        tx.commit()
    current = api.get(PATH, token=ada.token, query={"limit": 1})
    assert len(current.data) == 1
    dynamodb, table = client("dynamodb"), tables.accounts.physical_name
    for session in sorted(items(tables.accounts, "USER#", "SESSION#"), key=lambda one: str(one["sk"]["S"]))[1:]:
        dynamodb.put_item(TableName=table, Item=session | {"revoked_at": {"S": rfc3339(now())}})
    with record() as calls:
        short = api.get(PATH, token=ada.token, query={"limit": 10})
    assert [call.operation for call in calls][-5:] == ["Query"] * 5
    assert [call.operation for call in calls].count("Query") == 5
    assert (short.status, short.data) == (200, [])
    assert short.meta["next_cursor"], "more may follow"
    assert len(sessions_of(api, ada)) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"user_id": "usr_00000000000000000000000000"}, "user_id"),
        ({"cursor": "c" * 2049}, "cursor"),
    ],
)
def test_bad_parameters_are_named(api: Api, ada: Person, query: dict[str, str], field: str) -> None:
    refused(api.get(PATH, token=ada.token, query=query), 400, "VALIDATION_ERROR", field)


def test_a_cursor_of_somebody_else_leads_nowhere(api: Api, ada: Person) -> None:
    eve = customer(api, "eve@example.org")
    logged_in(api, eve)
    cursor = api.get(PATH, token=eve.token, query={"limit": 1}).meta["next_cursor"]
    for stolen in (cursor, NOBODYS_CURSOR):
        refused(api.get(PATH, token=ada.token, query={"cursor": stolen, "limit": 1}), 400, "INVALID_CURSOR", "cursor")


def test_without_a_live_session_nothing_is_listed(api: Api, ada: Person) -> None:
    assert api.get(PATH).status == 401
    api.post("/api/v1/auth/logout", json={"refresh_token": ada.refresh_token})
    refused(api.get(PATH, token=ada.token), 401, "UNAUTHENTICATED")


def test_an_account_that_is_closed_lists_nothing(api: Api, ada: Person) -> None:
    (profile,) = items(tables.accounts, "USER#", "PROFILE")
    profile["disabled"] = {"BOOL": True}
    client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=profile)
    refused(api.get(PATH, token=ada.token), 401, "UNAUTHENTICATED")


def test_nothing_secret_is_shown(api: Api, ada: Person) -> None:
    body = api.get(PATH, token=ada.token).body.decode()
    (session,) = items(tables.accounts, "USER#", "SESSION#")
    for hidden in ("token_hash", "client", "version", "sk"):
        assert session[hidden].get("S", "?") not in body
    assert '"client":' not in body


def test_it_is_one_read_and_one_query_and_the_policy_allows_no_more(api: Api, ada: Person) -> None:
    logged_in(api, ada)
    forget_what_is_kept()
    asked = event(ada)
    forget_what_is_kept()
    with record() as calls:
        reply = handler(asked, None)
    assert reply["statusCode"] == 200
    assert [call.operation for call in calls] == ["BatchGetItem", "Query", "GetSecretValue"]
    assert_exact_policy(handler.declaration, calls.touches)


def event(who: Person) -> dict[str, object]:
    """Return the event of a list with more than one page, as the gateway sends it: the authorizer has spoken."""
    (session, *_) = sorted(items(tables.accounts, "USER#", "SESSION#"), key=lambda one: str(one["sk"]["S"]))
    known = {
        "sub": who.id, "sid": session["id"]["S"], "scope": "account", "roles": "customer",
        "exp": str(int(now().timestamp()) + 600),
    }  # fmt: skip
    return {
        "rawQueryString": "limit=1",
        "headers": {},
        "requestContext": {
            "requestId": "r-1",
            "http": {"path": PATH, "sourceIp": "127.0.0.1", "method": "GET"},
            "authorizer": {"lambda": known},
        },
    }
