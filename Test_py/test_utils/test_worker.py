"""Workers: each record by itself, once, with its neighbours untouched."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pushcart.queues import payments, stock_ledger
from pushcart.tables import events
from Test_py.test_utils.lab import Jar
from utils.authorizer import authorizer
from utils.messages import read_arrival
from utils.queue import Delivery, queue
from utils.schedule import schedule
from utils.stream import stream
from utils.transaction import Transaction


def record(number: int, *, group: str = "g", event_id: str | None = None, body: str | None = None) -> dict[str, Any]:
    message = {
        "id": event_id or f"evt_{number}", "type": "jar.filled", "aggregate": group, "sequence": number,
        "occurred_at": "2026-01-01T00:00:00.000Z", "correlation_id": "corr-1234567", "data": {"number": number},
    }  # fmt: skip
    return {
        "messageId": f"m-{number}",
        "receiptHandle": "r",
        "eventSource": "aws:sqs",
        "body": body or json.dumps(message),
        "attributes": {"ApproximateReceiveCount": "2", "MessageGroupId": group},
    }


def fill(delivery: Delivery) -> None:
    """Note that a number came by."""
    if delivery.message.data["number"] == 13:
        raise ValueError("unlucky")
    key = Jar.key_of("jam")
    delivery.tx.adjust(key, Jar.content.add(1), when=Jar.sk != "closed", refused=RuntimeError("closed"))  # type: ignore[arg-type]


def failures(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def content() -> int:
    jar = Transaction().read_one(Jar.key_of("jam"))
    return int(jar.content) if jar else 0


def test_one_bad_of_ten_fails_alone(aws: None) -> None:
    worker = queue(stock_ledger)(fill)
    answer = worker({"Records": [record(number) for number in range(8, 18)]}, None)
    assert failures(answer) == ["m-13"]
    assert content() == 9


def test_a_message_that_is_no_event_fails_alone(aws: None) -> None:
    worker = queue(stock_ledger)(fill)
    assert failures(worker({"Records": [record(1, body="{"), record(2)]}, None)) == ["m-1"]
    assert content() == 1


def test_a_worker_may_read_other_messages_than_events(capsys: pytest.CaptureFixture[str]) -> None:
    told = {"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": "a%2Fb+c"}}}]}
    seen: list[Any] = []
    worker = queue(stock_ledger, reads=read_arrival, once=False)(lambda delivery: seen.append(delivery.message))
    bodies = [json.dumps(told), json.dumps({"Event": "s3:TestEvent"}), None, "{}"]
    answer = worker({"Records": [record(number, body=body) for number, body in enumerate(bodies)]}, None)
    assert failures(answer) == ["m-3"]
    arrived, trial, event = seen
    assert [(one.bucket, one.key) for one in arrived.objects] == [("b", "a/b c")]
    assert (arrived.id, arrived.type, trial.objects, event.id) == ("a/b c", "object.arrived", (), "evt_2")
    assert '"event_type":"object.arrived"' in capsys.readouterr().out


def test_all_bad_are_all_reported_without_an_error(aws: None) -> None:
    worker = queue(stock_ledger)(fill)
    assert failures(worker({"Records": [record(13)]}, None)) == ["m-13"]


def test_a_second_delivery_has_no_effect(aws: None) -> None:
    worker = queue(stock_ledger)(fill)
    for _ in range(5):
        assert failures(worker({"Records": [record(1), record(1)]}, None)) == []
    assert content() == 1


def test_without_the_inbox_each_delivery_counts(aws: None) -> None:
    worker = queue(stock_ledger, once=False)(fill)
    worker({"Records": [record(1), record(1)]}, None)
    assert content() == 2


def test_in_a_fifo_queue_only_the_group_of_the_bad_one_waits(aws: None) -> None:
    seen: list[int] = []

    @queue(payments, once=False)
    def worker(delivery: Delivery) -> None:
        """Watch."""
        seen.append(delivery.message.data["number"])
        assert delivery.receives == 2
        fill(delivery)

    records = [record(1, group="a"), record(13, group="b"), record(2, group="b"), record(3, group="a")]
    assert failures(worker({"Records": records}, None)) == ["m-13", "m-2"]
    assert seen == [1, 13, 3]


def test_a_failure_is_logged_with_its_stack_and_correlation(aws: None, capsys: pytest.CaptureFixture[str]) -> None:
    queue(stock_ledger)(fill)({"Records": [record(13)]}, None)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (error,) = [line for line in lines if line["level"] == "ERROR"]
    assert (error["exception_name"], error["correlation_id"]) == ("ValueError", "corr-1234567")
    assert any("fill" in frame for frame in error["stack"])
    assert [line["ServerErrors"] for line in lines if line["message"] == "work"] == [[1.0]]


def test_a_stream_hands_over_inserts_and_reports_what_failed() -> None:
    seen: list[str] = []

    @stream(events)
    def relay(image: dict[str, Any]) -> None:
        """Watch."""
        if image["id"]["S"] == "bad":
            raise ValueError("bad")
        seen.append(image["id"]["S"])

    def change(name: str, sequence: str, image_id: str) -> dict[str, Any]:
        return {"eventName": name, "dynamodb": {"SequenceNumber": sequence, "NewImage": {"id": {"S": image_id}}}}

    records = [
        change("INSERT", "1", "a"),
        change("MODIFY", "2", "b"),
        change("INSERT", "3", "bad"),
        change("REMOVE", "4", "c"),
    ]
    assert failures(relay({"Records": records}, None)) == ["3"]
    assert seen == ["a"]


def test_a_schedule_that_fails_raises_so_that_it_is_seen() -> None:
    @schedule(every_minutes=1)
    def sweep() -> None:
        """Fail."""
        raise ValueError("dust")

    with pytest.raises(ValueError, match="dust"):
        sweep({}, None)


def test_an_authorizer_never_denies_and_never_raises() -> None:
    @authorizer()
    def who(headers: dict[str, str], *, kept: bool) -> dict[str, Any]:
        """Know one."""
        return {"sub": {"k": "usr_1"}[headers["authorization"]]}

    assert who({"headers": {"Authorization": "k"}}, None) == {"isAuthorized": True, "context": {"sub": "usr_1"}}
    assert who({"headers": {"Authorization": "x"}}, None) == {
        "isAuthorized": True,
        "context": {"auth_error": "UNAVAILABLE"},
    }
    assert who({}, None)["context"] == {"auth_error": "UNAVAILABLE"}


def test_declarations_carry_what_the_cloud_needs() -> None:
    declaration = queue(stock_ledger, uses=[events.put])(fill).declaration
    assert (declaration.name, declaration.context) == ("test_worker", "test_utils")
    assert {grant.verb for grant in declaration.uses} == {"put", "receive"}
    assert len(declaration.uses) == 3
    assert declaration.summary == "Note that a number came by."
