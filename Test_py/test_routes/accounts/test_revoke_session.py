"""DELETE /api/v1/auth/sessions/{session_id}"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.accounts.revoke_session import handler
from infra.local.recorder import record
from pushcart import tables
from Test_py.support.accounts import assert_exact_policy, events, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.people import Person, customer, logged_in
from Test_py.support.sessions import PATH, session_of
from Test_py.support.shopkeeping import refused

NOBODYS = "ses_00000000000000000000000000"


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def revoke(api: Api, who: Person, session_id: str, **options: Any) -> Reply:
    return api.delete(f"{PATH}/{session_id}", token=who.token, **options)


def refresh(api: Api, who: Person) -> int:
    return api.post("/api/v1/auth/refresh", json={"refresh_token": who.refresh_token}).status


def alive(api: Api, who: Person) -> bool:
    return api.get(PATH, token=who.token).status == 200


def test_a_session_ends_and_the_others_go_on(api: Api, ada: Person) -> None:
    elsewhere = logged_in(api, ada)
    reply = revoke(api, ada, session_of(elsewhere))
    assert (reply.status, reply.body) == (204, b"")
    assert refresh(api, elsewhere) == 401
    assert not alive(api, elsewhere)
    assert alive(api, ada)
    assert [session["id"] for session in api.get(PATH, token=ada.token).data] == [session_of(ada)]
    (told,) = events("session.revoked")
    assert told["data"] == {"session_id": session_of(elsewhere), "user_id": ada.id, "reason": "revoked"}
    assert (told["aggregate"], told["sequence"]) == (session_of(elsewhere), 1)


def test_revoked_again_it_is_answered_the_same_and_told_once(api: Api, ada: Person) -> None:
    elsewhere = logged_in(api, ada)
    assert [revoke(api, ada, session_of(elsewhere)).status for _ in range(3)] == [204] * 3
    assert len(events("session.revoked")) == 1


def test_one_s_own_present_session_can_be_ended(api: Api, ada: Person) -> None:
    assert revoke(api, ada, session_of(ada)).status == 204
    refused(revoke(api, ada, session_of(ada)), 401, "UNAUTHENTICATED")
    assert refresh(api, ada) == 401


def test_somebody_else_s_is_missing_byte_for_byte(api: Api, ada: Person) -> None:
    eve = customer(api, "eve@example.org")
    before = items(tables.accounts, "USER#", "SESSION#")
    foreign, missing = revoke(api, eve, session_of(ada)), revoke(api, eve, NOBODYS)
    assert (foreign.status, foreign.codes) == (404, ["NOT_FOUND"])
    assert foreign.json["errors"] == missing.json["errors"]
    assert len(foreign.body) == len(missing.body)
    assert items(tables.accounts, "USER#", "SESSION#") == before
    assert alive(api, ada)


@pytest.mark.parametrize("odd", ["x", "SESSION", f"{NOBODYS}0", "ses_", "x" * 129, "%00", "%20", "PROFILE"])
def test_what_is_no_id_is_missing(api: Api, ada: Person, odd: str) -> None:
    refused(revoke(api, ada, odd), 404, "NOT_FOUND")


def test_unknown_parameters_are_refused(api: Api, ada: Person) -> None:
    refused(revoke(api, ada, session_of(ada), query={"all": "true"}), 400, "VALIDATION_ERROR", "all")
    assert alive(api, ada)


def test_many_at_once_end_it_once(api: Api, ada: Person) -> None:
    elsewhere = logged_in(api, ada)
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda _: revoke(api, ada, session_of(elsewhere)), range(8)))
    assert {reply.status for reply in replies} == {204}
    assert len(events("session.revoked")) == 1


def test_a_session_that_is_used_at_this_moment_ends_all_the_same(api: Api, ada: Person) -> None:
    elsewhere = logged_in(api, ada)
    with ThreadPoolExecutor(2) as threads:
        used = threads.submit(refresh, api, elsewhere)
        ended = threads.submit(revoke, api, ada, session_of(elsewhere))
    assert used.result() in {200, 401}
    assert ended.result().status == 204
    assert not alive(api, elsewhere)


def test_without_good_credentials_nothing_ends(api: Api, ada: Person) -> None:
    assert api.delete(f"{PATH}/{session_of(ada)}").status == 401
    assert api.delete(f"{PATH}/{session_of(ada)}", token="x.y.z").status == 401
    assert alive(api, ada)


def test_it_is_one_read_and_one_write_and_the_policy_allows_no_more(api: Api, ada: Person) -> None:
    elsewhere = logged_in(api, ada)
    assert alive(api, ada)
    forget_what_is_kept()
    with record() as calls:
        revoke(api, ada, session_of(elsewhere))
    mine = [call for call in calls if call.service != "kms"]
    assert [call.operation for call in mine] == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, {touch for call in mine for touch in call.touches})
