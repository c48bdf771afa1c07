"""POST /api/v1/auth/password/forgot"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from functions.accounts.forgot_password import handler
from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts import service, tickets
from Test_py.support.accounts import assert_exact_policy, dump, events, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.letters import invited
from Test_py.support.people import Person, customer
from Test_py.test_routes.accounts.test_login import disable
from utils.clock import now
from utils.rate_limits import RateLimit

PATH = "/api/v1/auth/password/forgot"
KINDS = ("user.password_reset_requested", "user.verification_requested", "password_reset.unanswered")
NOBODY = "nobody@example.org"


def forgot(api: Api, email: Any, **options: Any) -> Reply:
    return api.post(PATH, json={"email": email}, **options)


def verified(api: Api, email: str = "ada@example.org") -> Person:
    person = customer(api, email)
    service.grant_roles(person.id, ["customer"])
    return person


def counted() -> dict[str, int]:
    return {kind: len(events(kind)) for kind in KINDS if events(kind)}


def test_a_verified_owner_gets_a_ticket_of_15_minutes(api: Api) -> None:
    ada = verified(api)
    reply = forgot(api, "  ADA@example.org ")
    assert (reply.status, reply.data) == (202, {"email": "ada@example.org"})
    (event,) = events("user.password_reset_requested")
    assert event["data"]["user_id"] == ada.id
    assert (event["aggregate"][:4], event["sequence"]) == ("rst_", 1), "a stranger's wish does not move the account"
    key = tickets.key_of(tickets.token_of("reset", event["data"]["ticket"]))
    (ticket,) = [item for item in items(tables.accounts, "TOKEN#") if item["pk"]["S"] == key.pk]
    assert (ticket["purpose"]["S"], ticket["user_id"]["S"]) == ("reset", ada.id)
    assert 890 <= int(ticket["ttl"]["N"]) - now().timestamp() <= 900


@pytest.mark.parametrize("kind", ["registered", "invited"])
def test_an_unverified_owner_gets_a_link_that_verifies_instead(api: Api, kind: str) -> None:
    owner = customer(api, "ada@example.org").id if kind == "registered" else invited("ada@example.org")
    assert forgot(api, "ada@example.org").status == 202
    (event,) = events("user.verification_requested")
    assert event["data"]["user_id"] == owner
    token = tickets.token_of("verify", event["data"]["ticket"])
    assert api.post("/api/v1/auth/verify-email", json={"token": token}).status == 200
    assert forgot(api, "ada@example.org").status == 202
    assert counted() == {"user.verification_requested": 1, "user.password_reset_requested": 1}


def test_answer_and_work_are_the_same_whatever_stands_behind_the_address(api: Api) -> None:
    verified(api)
    customer(api, "unverified@example.org")
    verified(api, "disabled@example.org")
    disable("disabled@example.org")
    for _ in range(3):
        forgot(api, "often@example.org")
    seen = {}
    for email in ("ada@example.org", "unverified@example.org", "disabled@example.org", "often@example.org", NOBODY):
        with record() as calls:
            reply = forgot(api, email)
        headers = sorted(name for name in reply.headers if name != "content-length")
        shape = [(call.operation, _size(call.parameters)) for call in calls]
        seen[email] = (reply.status, reply.data == {"email": email}, headers, shape)
    assert len({repr(one) for one in seen.values()}) == 1, seen
    assert seen[NOBODY][3] == [("BatchGetItem", 4), ("BatchGetItem", 1), ("TransactWriteItems", 4)]
    reasons = sorted(event["data"]["reason"] for event in events("password_reset.unanswered"))
    assert reasons == ["asked_too_often", *["no_account"] * 5]


def _size(parameters: dict[str, Any]) -> int:
    """How many items a call reads or writes."""
    reads = sum(len(table["Keys"]) for table in parameters.get("RequestItems", {}).values())
    return reads + len(parameters.get("TransactItems", ()))


def test_the_decoy_opens_nothing(api: Api) -> None:
    forgot(api, NOBODY)
    (ticket,) = items(tables.accounts, "TOKEN#")
    assert ticket["user_id"]["S"] == "usr_00000000000000000000000000"
    assert NOBODY not in dump()


def test_no_hour_holds_more_than_three_mails(api: Api, clock: Clock) -> None:
    verified(api)
    sent_at = []
    for _ in range(30):
        before = len(events("user.password_reset_requested"))
        assert forgot(api, "ada@example.org").status == 202
        if len(events("user.password_reset_requested")) > before:
            sent_at.append(now().timestamp())
        clock.shift(420)
    assert len(sent_at) >= 9, "and three are sent in each"
    for moment in sent_at:
        assert len([other for other in sent_at if moment <= other < moment + 3600]) <= 3


def test_of_many_at_once_three_are_sent(api: Api) -> None:
    verified(api)
    with ThreadPoolExecutor(6) as threads:
        replies = list(threads.map(lambda n: forgot(api, "ada@example.org", source_ip=f"203.0.113.{n}"), range(6)))
    assert {reply.status for reply in replies} <= {202, 503}
    while len(events("user.password_reset_requested")) < 3:
        assert forgot(api, "ada@example.org").status == 202
    forgot(api, "ada@example.org")
    assert len(events("user.password_reset_requested")) == 3


def test_one_network_may_ask_thirty_times_an_hour(api: Api) -> None:
    assert handler.declaration.limit == RateLimit("password-resets", 30, 3600)
    statuses = [forgot(api, f"person-{n}@example.org", source_ip="203.0.113.9").status for n in range(32)]
    assert statuses == [202] * 30 + [429] * 2
    assert forgot(api, "person-1@example.org", source_ip="198.51.100.7").status == 202


def test_one_key_asks_once_and_is_answered_the_same(api: Api) -> None:
    verified(api)
    first, second = (forgot(api, "ada@example.org", key="once") for _ in range(2))
    assert first.body == second.body
    assert second.headers["idempotent-replayed"] == "true"
    assert counted() == {"user.password_reset_requested": 1}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"email": None}, "email"),
        ({"email": ""}, "email"),
        ({"email": "ada"}, "email"),
        ({"email": 7}, "email"),
        ({"email": ["ada@example.org"]}, "email"),
        ({"email": "a@b.cd\nBcc: e@f.gh"}, "email"),
        ({"email": f"{'a' * 250}@b.cd"}, "email"),
        ({"email": "ada@example.org", "redirect": "https://evil.example"}, "redirect"),
        ({"email": "ada@example.org", "user_id": "usr_1"}, "user_id"),
    ],
)
def test_bad_fields_are_named_and_nothing_is_written(api: Api, body: dict[str, Any], field: str) -> None:
    before = dump()
    reply = api.post(PATH, json=body)
    assert (reply.status, reply.codes) == (400, ["VALIDATION_ERROR"])
    assert [error["field"] for error in reply.json["errors"]] == [field]
    assert dump() == before


def test_counts_lapse_and_are_kept_under_codes(api: Api, clock: Clock) -> None:
    for _ in range(4):
        forgot(api, NOBODY)
    clock.shift(timedelta(hours=1, seconds=2))
    forgot(api, NOBODY)
    (counter,) = items(tables.ephemeral, "RATE#mail#")
    assert len(counter["moments"]["L"]) == 1
    assert counter["ttl"]["N"] == str(int(counter["moments"]["L"][0]["N"]) + 3600)


def test_the_address_is_logged_nowhere(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    verified(api)
    forgot(api, "ada@example.org")
    printed = capsys.readouterr()
    assert "ada@example.org" not in printed.out + printed.err


def test_the_policy_is_what_is_called(api: Api) -> None:
    forget_what_is_kept()
    with record() as calls:
        forgot(api, NOBODY, key="k")
    assert_exact_policy(handler.declaration, calls.touches)
