"""Limits on writes: exact under many callers, sliding, told in headers, and at no call of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.crowd import together
from Test_py.support.shopkeeping import operations, recorded, refused
from Test_py.test_utils.lab import Jar
from utils import aws
from utils.commits import Piece, write
from utils.errors import Unavailable
from utils.models import key_request
from utils.rate_limits import WRITES, RateLimit
from utils.transaction import Transaction

WHO = "usr_1 customer"
MOST = 10
MINUTE = datetime(2027, 1, 1, 12, 0, 0, 1000, UTC)
"""The beginning of a window."""


def put(lab: Api, name: str, *, token: str = WHO) -> Any:
    return lab.post("/lab/limited", json={"id": name, "content": 1}, token=token)


def test_a_hundred_clients_get_no_more_than_the_limit(lab: Api) -> None:
    replies = together([partial(put, lab, f"jar-{n}") for n in range(100)], threads=100)
    served = [reply for reply in replies if reply.status == 201]
    assert {reply.status for reply in replies} == {201, 429}
    assert len(served) == MOST
    print(f"rate limit under 100 clients: {len(served)} served of {MOST} allowed, {len(served) / MOST - 1:.0%} over")


def test_one_caller_is_not_in_another_s_way(lab: Api) -> None:
    for number in range(MOST):
        assert put(lab, f"jar-{number}").status == 201
    refused(put(lab, "one-more"), 429, "RATE_LIMITED")
    assert put(lab, "hers", token="usr_2 customer").status == 201


def test_the_headers_say_where_one_stands(lab: Api, clock: Clock) -> None:
    clock.move_to(MINUTE)
    first = put(lab, "jar-1")
    assert first.headers["ratelimit-policy"] == '"jars";q=10;w=60'
    assert first.headers["ratelimit"].startswith('"jars";r=9;t=')
    for number in range(2, MOST + 1):
        put(lab, f"jar-{number}")
    told = refused(put(lab, "one-more"), 429, "RATE_LIMITED")
    assert told.headers["ratelimit"].startswith('"jars";r=0;t=')
    assert 1 <= int(told.headers["retry-after"]) <= 66
    assert lab.get("/lab/jars/one-more").status == 404


def test_waiting_as_long_as_one_is_told_is_enough(lab: Api, clock: Clock) -> None:
    clock.move_to(MINUTE)
    for number in range(MOST):
        put(lab, f"jar-{number}")
    told = refused(put(lab, "one-more"), 429, "RATE_LIMITED")
    clock.shift(int(told.headers["retry-after"]))
    assert put(lab, "one-more").status == 201


def test_nobody_gets_twice_the_limit_where_two_windows_meet(lab: Api, clock: Clock) -> None:
    clock.move_to(MINUTE)
    clock.shift(55)
    assert [put(lab, f"early-{n}").status for n in range(MOST)] == [201] * MOST
    clock.shift(10)
    late = [put(lab, f"late-{n}").status for n in range(MOST)]
    assert late.count(201) <= 1
    clock.shift(60)
    assert put(lab, "much-later").status == 201


def test_what_is_refused_and_what_is_replayed_is_not_counted(lab: Api) -> None:
    for _ in range(3):
        lab.post("/lab/limited", json={"id": "jam", "content": 1}, token=WHO, key="same")
    for _ in range(3):
        assert lab.post("/lab/limited", json={"id": "jam", "content": 1}, token=WHO).status == 409
    assert put(lab, "next").headers["ratelimit"].startswith('"jars";r=8;')


def test_a_limit_joins_what_is_read_and_written(lab: Api) -> None:
    keyed = {"id": "jam", "content": 1}
    put(lab, "jar-1")
    calls = recorded(lambda: lab.post("/lab/limited", json=keyed, token=WHO, key="k"))
    assert operations(calls) == ["BatchGetItem", "TransactWriteItems"]
    # What reads nothing reads the count alone.
    assert operations(recorded(lambda: put(lab, "jar-2"))) == ["BatchGetItem", "TransactWriteItems"]


def test_what_changes_nothing_asks_for_no_count(lab: Api) -> None:
    lab.post("/lab/limited", json={"id": "jam", "content": 1}, token=WHO, key="k")
    again = recorded(lambda: lab.post("/lab/limited", json={"id": "jam", "content": 1}, token=WHO, key="k"))
    assert operations(again) == ["BatchGetItem"]


def test_a_network_is_one_caller_whatever_its_addresses(lab: Api) -> None:
    bodies = [{"id": f"jar-{n}", "content": 1} for n in range(MOST + 1)]
    statuses = [
        lab.post("/lab/limited", json=body, source_ip=f"2001:db8:1:2::{n:x}").status for n, body in enumerate(bodies)
    ]
    assert statuses == [201] * MOST + [429]


def test_a_stage_decides_how_many_writes_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRITES_PER_MINUTE", "7")
    assert WRITES.policy == '"writes";q=7;w=60'
    assert RateLimit("x", 3, 5).quota == 3


def busy_once(monkeypatch: pytest.MonkeyPatch, index: int) -> list[str]:
    """Let the first transaction find somebody at its ``index``-th item; returns the operations that follow."""
    real, made = aws.call, []

    def call(service: str, operation: str, **parameters: Any) -> Any:
        made.append(operation)
        if operation == "TransactWriteItems" and made.count(operation) == 1:
            reasons = [{"Code": "None"} for _ in parameters["TransactItems"]]
            reasons[index] = {"Code": "TransactionConflict"}
            refusal: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(refusal, operation)
        return real(service, operation, **parameters)

    monkeypatch.setattr(aws, "call", call)
    monkeypatch.setattr("time.sleep", lambda _: None)
    return made


def test_parallel_writes_of_one_caller_wait_for_the_count_alone(lab: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The business items are free: the count is written by itself, and the rest goes on at once."""
    made = busy_once(monkeypatch, index=1)
    assert put(lab, "jam").status == 201
    assert made == ["BatchGetItem", "TransactWriteItems", "UpdateItem", "PutItem"]
    monkeypatch.undo()
    assert put(lab, "next").headers["ratelimit-policy"] == '"jars";q=10;w=60'


def test_a_conflict_on_what_is_written_is_waited_for(lab: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    made = busy_once(monkeypatch, index=0)
    assert put(lab, "jam").status == 201
    assert made == ["BatchGetItem", "TransactWriteItems", "TransactWriteItems"]


def test_a_count_beyond_the_limit_stops_a_write_whose_count_was_in_the_way(
    lab: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(MOST):
        put(lab, f"jar-{number}")
    busy_once(monkeypatch, index=1)
    refused(put(lab, "jam"), 429, "RATE_LIMITED")
    monkeypatch.undo()
    assert Transaction().read_one(Jar.key_of("jam")) is None


def test_a_count_accompanies_one_commit_and_no_empty_one(lab: Api) -> None:
    counted = Piece("Update", key_request(Jar.key_of("count"), None, (Jar.content.add(1),)), Unavailable())

    class Counting:
        def piece(self) -> Piece:
            return counted

    tx = Transaction(companions=[Counting()])
    tx.commit()
    for name in ("a", "b"):
        tx.create(Jar("JARS", name, content=1), taken=Unavailable())
        tx.commit()
    assert Transaction().read_one(Jar.key_of("count")).content == 1
    write([])
