"""The pumps: queues, streams and schedules reach their workers as in Lambda."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import time_machine

from infra.local.clients import client
from infra.local.lambda_context import invoke
from infra.local.provision import failure_queue_name, queue_name
from infra.local.pumps import NeverQuiet, Pumps
from Test_py.test_integration.local.fakes import (
    HISTORY,
    NEWS,
    ORDERED,
    PLAIN,
    queue_worker,
    scheduled,
    stream_worker,
)
from utils.clock import now

pytestmark = pytest.mark.usefixtures("aws")
Event = dict[str, Any]


class Worker:
    """Remembers what it was given and fails where told."""

    __name__ = "worker"

    def __init__(self, *, poison: str | None = None, crash: bool = False) -> None:
        self.batches: list[list[Event]] = []
        self.poison, self.crash = poison, crash

    def __call__(self, event: Event, _context: Any) -> Any:
        records = event["Records"]
        self.batches.append(records)
        bad = [record for record in records if self.poison and self.poison in _content(record)]
        if bad and self.crash:
            raise RuntimeError("poisoned")
        name = "messageId" if "messageId" in records[0] else None
        return {
            "batchItemFailures": [
                {"itemIdentifier": record[name] if name else record["dynamodb"]["SequenceNumber"]} for record in bad
            ]
        }

    @property
    def bodies(self) -> list[list[str]]:
        return [[record["body"] for record in batch] for batch in self.batches]

    @property
    def sorts(self) -> list[list[str]]:
        return [[record["dynamodb"]["Keys"]["sk"]["S"] for record in batch] for batch in self.batches]


def _content(record: Event) -> str:
    """Return what was sent or written; the ids beside it are random, and now and then spell the poison, too."""
    return str(record["body"]) if "body" in record else json.dumps(record["dynamodb"])


def send(*bodies: str, delay: int = 0) -> None:
    for body in bodies:
        client("sqs").send_message(QueueUrl=PLAIN.url, MessageBody=body, DelaySeconds=delay)


def send_ordered(group: str, *bodies: str) -> None:
    for body in bodies:
        client("sqs").send_message(
            QueueUrl=ORDERED.url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=f"{group} {body}"
        )


def write(*sorts: str, note: str = "x") -> None:
    for sort in sorts:
        item = {"pk": {"S": "AGG"}, "sk": {"S": sort}, "note": {"S": note}}
        client("dynamodb").put_item(TableName=HISTORY.physical_name, Item=item)


def bodies_in(queue: str) -> list[str]:
    url = client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
    answer = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [message["Body"] for message in answer.get("Messages", [])]


def test_a_queue_reaches_its_worker_in_lambdas_shape_and_is_emptied() -> None:
    attribute = {"type": {"DataType": "String", "StringValue": "shop.opened"}}
    client("sns").publish(TopicArn=NEWS.arn, Message="opened", MessageAttributes=attribute)
    worker = Worker()
    (delivery,) = Pumps([queue_worker(worker)]).drain()
    ((record,),) = worker.batches
    assert record["body"] == "opened"
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].endswith(queue_name(PLAIN))
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["type"]["stringValue"] == "shop.opened"
    assert (delivery.function, delivery.source, delivery.failed) == ("worker", "plain", frozenset())
    with time_machine.travel(now().timestamp() + 3600, tick=True):
        assert Pumps([queue_worker(worker)]).drain() == [], "it was deleted, not hidden"


def test_one_bad_of_ten_is_tried_five_times_and_the_rest_once() -> None:
    worker = Worker(poison="bad")
    with time_machine.travel("2026-01-01T00:00:00Z", tick=True) as clock:
        send(*(f"good {number}" for number in range(9)), "bad")
        pumps = Pumps([queue_worker(worker)])
        for _ in range(8):
            pumps.drain()
            clock.shift(31)
        pumps.drain()
        seen = [body for batch in worker.bodies for body in batch]
        assert sorted(set(seen) - {"bad"}) == sorted(f"good {number}" for number in range(9))
        assert len(seen) == 9 + 5
        assert bodies_in(queue_name(PLAIN, dead=True)) == ["bad"]


def test_a_worker_that_raises_fails_its_whole_batch() -> None:
    worker = Worker(poison="bad", crash=True)
    with time_machine.travel("2026-01-01T00:00:00Z", tick=True) as clock:
        send("good", "bad")
        (delivery,) = Pumps([queue_worker(worker)]).drain()
        assert (len(delivery.failed), type(delivery.error)) == (2, RuntimeError)
        clock.shift(31)
        worker.poison = None
        Pumps([queue_worker(worker)]).drain()
    assert [sorted(batch) for batch in worker.bodies] == [["bad", "good"], ["bad", "good"]]


@pytest.mark.parametrize(
    "answer", [{"batchItemFailures": [{"itemIdentifier": "nobody"}]}, {"batchItemFailures": [{}]}, "text"]
)
def test_an_answer_that_cannot_be_read_fails_the_batch(answer: Any) -> None:
    send("one", "two")
    (delivery,) = Pumps([queue_worker(lambda _event, _context: answer)]).drain()
    assert len(delivery.failed) == 2


def test_a_delayed_message_waits_for_the_clock() -> None:
    worker = Worker()
    pumps = Pumps([queue_worker(worker)])
    with time_machine.travel("2026-01-01T00:00:00Z", tick=True) as clock:
        send("later", delay=900)
        assert pumps.drain() == []
        clock.shift(901)
        assert len(pumps.drain()) == 1


def test_a_fifo_queue_keeps_the_order_of_each_group_and_a_failure_holds_its_own_group_only() -> None:
    def worker(event: Event, _context: Any) -> Any:
        records = event["Records"]
        seen.extend(record["body"] for record in records)
        bad = next((place for place, record in enumerate(records) if record["body"] == "a2"), None)
        if bad is None or cured:
            return None
        stuck = [record for record in records[bad:] if record["attributes"]["MessageGroupId"] == "a"]
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in stuck]}

    seen: list[str] = []
    cured: list[bool] = []
    with time_machine.travel("2026-01-01T00:00:00Z", tick=True) as clock:
        pumps = Pumps([queue_worker(worker, ORDERED)])
        send_ordered("a", "a1", "a2", "a3")
        send_ordered("b", "b1", "b2")
        pumps.drain()
        send_ordered("a", "a4")
        send_ordered("b", "b3")
        seen.clear()
        pumps.drain()
        assert seen == ["b3"], "group a waits, group b goes on"
        cured.append(True)
        clock.shift(31)
        seen.clear()
        pumps.drain()
        assert seen == ["a2", "a3", "a4"]


def test_the_stream_hands_over_inserts_in_order_and_once() -> None:
    worker = Worker()
    write("1", "2")
    write("1", note="changed")
    write("3")
    checkpoints: dict[str, str] = {}
    Pumps([stream_worker(worker)], checkpoints=checkpoints).drain()
    assert worker.sorts == [["1", "2", "3"]]
    record = worker.batches[0][0]
    assert (record["eventName"], record["eventSource"]) == ("INSERT", "aws:dynamodb")
    assert record["dynamodb"]["NewImage"]["note"] == {"S": "x"}
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], float)
    assert "/stream/" in record["eventSourceARN"]
    write("4")
    Pumps([stream_worker(worker)], checkpoints=checkpoints).drain()
    assert worker.sorts[1:] == [["4"]], "a new pump goes on at the checkpoint"


def test_a_stream_goes_on_from_its_first_failure() -> None:
    worker = Worker(poison='"2"')
    write("1", "2", "3")
    pumps = Pumps([stream_worker(worker, max_retries=2)])
    pumps.drain()
    assert worker.sorts == [["1", "2", "3"], ["2", "3"], ["2", "3"], ["3"]]
    (given_up,) = bodies_in(failure_queue_name(HISTORY))
    assert json.loads(given_up)["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_stream_worker_that_raises_has_its_batch_halved_until_the_bad_record_is_alone() -> None:
    worker = Worker(poison='"5"', crash=True)
    write(*(str(number) for number in range(8)))
    Pumps([stream_worker(worker, max_retries=1)]).drain()
    done = [sort for batch in worker.sorts if "5" not in batch for sort in batch]
    assert done == ["0", "1", "2", "3", "4", "6", "7"], "all others in order, once"
    assert worker.sorts.count(["5"]) == 2
    assert len(bodies_in(failure_queue_name(HISTORY))) == 1


def test_a_record_that_grew_too_old_is_given_up_without_more_tries() -> None:
    worker = Worker(poison='"1"')
    with time_machine.travel("2026-01-01T00:00:00Z", tick=True) as clock:
        write("1")
        clock.shift(3601)
        Pumps([stream_worker(worker, max_retries=1000, max_age_seconds=3600)]).drain()
        assert len(worker.batches) == 1
        assert len(bodies_in(failure_queue_name(HISTORY))) == 1


def test_what_follows_from_work_is_drained_too() -> None:
    def relay(event: Event, _context: Any) -> None:
        for record in event["Records"]:
            send(record["dynamodb"]["Keys"]["sk"]["S"])

    worker = Worker()
    write("1", "2")
    deliveries = Pumps([queue_worker(worker), stream_worker(relay)]).drain()
    assert [delivery.function for delivery in deliveries] == ["relay", "worker"]
    assert [sorted(batch) for batch in worker.bodies] == [["1", "2"]]


def test_work_without_end_is_noticed() -> None:
    def again(_event: Event, _context: Any) -> None:
        send("again")

    send("first")
    with pytest.raises(NeverQuiet):
        Pumps([queue_worker(again)]).drain(max_rounds=5)


def test_deliveries_can_be_doubled_and_dropped_from_outside() -> None:
    def twice(loaded: Any, event: Event) -> Any:
        invoke(loaded, event)
        return invoke(loaded, event)

    worker = Worker()
    send("one")
    Pumps([queue_worker(worker)], deliver=twice).drain()
    assert worker.bodies == [["one"], ["one"]]


def test_schedules_run_when_due() -> None:
    events: list[Event] = []
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        pumps = Pumps([scheduled(lambda event, _context: events.append(event), 5)])
        assert pumps.run_schedules() == []
        clock.shift(300)
        assert len(pumps.run_schedules()) == 1
        assert pumps.run_schedules() == []
        clock.shift(3000)
        assert len(pumps.run_schedules()) == 1, "missed runs are not made up for"
        clock.shift(-86_400)
        pumps.run_schedules()
        clock.shift(300)
        assert len(pumps.run_schedules()) == 1, "a clock moved back does not stop it"
        assert len(pumps.run_schedules(due_only=False)) == 1
    assert events[0]["detail-type"] == "Scheduled Event"
    assert events[0]["time"] == "2026-01-01T00:05:00Z"


def test_a_schedule_that_raises_is_told_and_does_not_stop_the_others() -> None:
    def fail(_event: Event, _context: Any) -> None:
        raise RuntimeError("broken on purpose")

    pumps = Pumps([scheduled(fail, 1), scheduled(lambda _event, _context: None, 1)])
    failed, fine = pumps.run_schedules(due_only=False)
    assert (type(failed.error), fine.error) == (RuntimeError, None)


def test_in_the_background_work_arrives_by_itself_and_stop_ends_it() -> None:
    done = threading.Event()
    before = threading.active_count()
    pumps = Pumps([queue_worker(lambda _event, _context: done.set()), scheduled(lambda _event, _context: None, 1)])
    pumps.start()
    send("one")
    pumps.wake()
    assert done.wait(5)
    assert pumps.stop()
    assert threading.active_count() == before


def test_a_source_that_cannot_be_read_does_not_end_its_thread(caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()
    pumps = Pumps([queue_worker(lambda _event, _context: done.set())])
    original, calls = pumps.queues[0]._receive, []

    def receive(url: str) -> list[Event]:
        calls.append(url)
        if len(calls) == 1:
            raise ConnectionError("gone for a moment")
        return original(url)

    pumps.queues[0]._receive = receive  # type: ignore[method-assign]
    pumps.start()
    send("one")
    assert done.wait(5)
    assert pumps.stop()
    assert "cannot be read" in caplog.text
