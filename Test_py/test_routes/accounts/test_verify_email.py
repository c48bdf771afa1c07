"""POST /api/v1/auth/verify-email"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from functions.accounts.verify_email import handler
from infra.local.facts import ticket_token
from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts import tickets
from Test_py.support.accounts import assert_exact_policy, dump, events, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.people import Person, customer
from Test_py.test_routes.accounts.test_login import disable

PATH = "/api/v1/auth/verify-email"
REFUSED = (400, ["VALIDATION_ERROR"], ["token"])


def verify(api: Api, token: Any, **options: Any) -> Reply:
    return api.post(PATH, json={"token": token}, **options)


def told(reply: Reply) -> tuple[int, list[str], list[str]]:
    return reply.status, reply.codes, [error["field"] for error in reply.json["errors"]]


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def registered_token() -> str:
    (made,) = events("user.registered")
    return tickets.token_of("verify", made["data"]["ticket"])


def is_verified(api: Api, who: Person) -> bool:
    return bool(api.get("/api/v1/users/me", token=who.token).data["email_verified"])


def test_the_token_that_was_mailed_verifies_the_address(api: Api, ada: Person) -> None:
    assert not is_verified(api, ada)
    reply = verify(api, registered_token())
    assert (reply.status, reply.data) == (200, {"email": ada.email, "email_verified": True})
    assert is_verified(api, ada)
    (event,) = events("user.email_verified")
    assert event == {"type": "user.email_verified", "aggregate": ada.id, "sequence": 2, "data": {"user_id": ada.id}}


def test_a_lost_answer_is_given_again_and_nothing_happens_twice(api: Api, ada: Person, clock: Clock) -> None:
    token = registered_token()
    first = verify(api, token)
    before = dump()
    again = verify(api, token)
    assert (again.status, again.data) == (first.status, first.data)
    assert dump() == before
    clock.shift(timedelta(hours=24, seconds=1))
    assert told(verify(api, token)) == REFUSED


def test_of_many_at_once_one_writes_and_all_are_answered(api: Api, ada: Person) -> None:
    token = registered_token()
    with ThreadPoolExecutor(6) as threads:
        replies = list(threads.map(lambda _: verify(api, token), range(6)))
    assert {reply.status for reply in replies} == {200}
    assert len(events("user.email_verified")) == 1


def test_a_second_ticket_of_a_verified_address_is_used_up_in_silence(api: Api, ada: Person) -> None:
    verify(api, registered_token())
    second = ticket_token("verify", ada.id)
    assert verify(api, second).status == 200
    (used,) = [item for item in items(tables.accounts, "TOKEN#") if item["pk"]["S"] == tickets.key_of(second).pk]
    assert used["used_at"]["S"]
    assert len(events("user.email_verified")) == 1


def test_a_token_lives_24_hours(api: Api, ada: Person, clock: Clock) -> None:
    token = registered_token()
    clock.shift(timedelta(hours=23, minutes=59))
    assert verify(api, token).status == 200
    late = ticket_token("verify", ada.id)
    clock.shift(timedelta(hours=24))
    assert told(verify(api, late)) == REFUSED


def test_a_token_for_something_else_verifies_nothing(api: Api, ada: Person) -> None:
    for purpose in ("reset", "invite"):
        assert told(verify(api, ticket_token(purpose, ada.id))) == REFUSED
    assert not is_verified(api, ada)


def test_the_account_must_still_be_there(api: Api, ada: Person) -> None:
    token = registered_token()
    disable(ada.email)
    assert told(verify(api, token)) == REFUSED
    assert told(verify(api, ticket_token("verify", "usr_00000000000000000000000000"))) == REFUSED
    assert events("user.email_verified") == []


def test_a_used_token_of_an_address_that_is_not_verified_any_more_is_refused(api: Api, ada: Person) -> None:
    token = registered_token()
    verify(api, token)
    unverify(ada)
    assert told(verify(api, token)) == REFUSED


def unverify(who: Person) -> None:
    from infra.local.clients import client

    (profile,) = items(tables.accounts, f"USER#{who.id}", "PROFILE")
    profile["email_verified"] = {"BOOL": False}
    client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=profile)


def test_guesses_and_other_peoples_tokens_are_one_refusal(api: Api, ada: Person) -> None:
    good = registered_token()
    wrong = good[:-1] + ("A" if good[-1] != "A" else "B")
    bodies = {verify(api, token).body[-300:] for token in (wrong, good + "A", good.lower(), "tkt_", "🛒", "x" * 128)}
    assert len({body.split(b'"errors"')[1] for body in bodies}) == 1
    assert not is_verified(api, ada)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "token"),
        ({"token": None}, "token"),
        ({"token": ""}, "token"),
        ({"token": 7}, "token"),
        ({"token": ["tkt_1"]}, "token"),
        ({"token": "x" * 129}, "token"),
        ({"token": "tkt_1", "user_id": "usr_1"}, "user_id"),
        ({"token": "tkt_1", "email_verified": True}, "email_verified"),
        ({"token": "tkt_1", "used_at": None}, "used_at"),
    ],
)
def test_bad_fields_are_named(api: Api, ada: Person, body: dict[str, Any], field: str) -> None:
    reply = api.post(PATH, json=body)
    assert told(reply) == (400, ["VALIDATION_ERROR"], [field])


def test_the_token_is_stored_nowhere_and_logged_nowhere(
    api: Api, ada: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    token = registered_token()
    assert verify(api, token).status == 200
    printed = capsys.readouterr()
    assert token not in dump()
    assert token.rpartition(".")[2] not in dump()
    assert token not in printed.out + printed.err


def test_the_policy_is_what_is_called(api: Api, ada: Person) -> None:
    token = registered_token()
    forget_what_is_kept()
    with record() as calls:
        verify(api, token)
    assert [call.operation for call in calls] == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
