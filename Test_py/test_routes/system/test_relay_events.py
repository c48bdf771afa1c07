"""The relay: from the stream of `events` to the topic and the queues."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.local.lambda_context import invoke
from infra.local.pumps import Pumps
from infra.local.recorder import record
from pushcart import queues
from pushcart.outbox.relay import TARGETS
from pushcart.outbox.service import Target
from Test_py.conftest import Shop
from Test_py.support.clock import Clock
from Test_py.support.outbox import happen, messages, only, pending, relayed
from utils import aws, correlation
from utils.declarations import Loaded
from utils.errors import Unavailable

pytestmark = pytest.mark.usefixtures("aws")


def test_an_event_reaches_the_queues_that_subscribe_to_its_type(functions: list[Loaded]) -> None:
    correlation.begin("checkout-0001", "-")
    happen("order.confirmed", data={"total": 4200})
    happen("order.exploded", sequence=2)
    relayed(functions)
    (message,) = messages(queues.mail)
    body = message["Body"]
    assert (body["type"], body["aggregate"], body["sequence"], body["schema_version"]) == (
        "order.confirmed", "ord_1", 1, 1,
    )  # fmt: skip
    assert (body["data"], body["correlation_id"]) == ({"total": 4200}, "checkout-0001")
    assert set(body) == {
        "id", "type", "aggregate", "sequence", "schema_version", "occurred_at", "correlation_id", "data",
    }  # fmt: skip
    assert pending() == [], "what nobody subscribes to is published too"


def test_a_command_goes_to_its_queue_in_the_group_of_its_aggregate_and_not_to_the_topic(
    functions: list[Loaded],
) -> None:
    happen("payment.due", "ord_7", 3, targets=[Target(queues.payments)], on_topic=False)
    with record() as calls:
        relayed(functions)
    (message,) = messages(queues.payments)
    assert message["Attributes"]["MessageGroupId"] == "ord_7"
    assert message["Attributes"]["MessageDeduplicationId"] == message["Body"]["id"]
    ours = [call.operation for call in calls if call.service in {"sns", "sqs"} or call.operation == "UpdateItem"]
    assert ours == ["SendMessage", "UpdateItem"], "one call for the queue, one to mark it, none for the topic"


def test_a_delay_holds_a_message_back_on_a_standard_queue(functions: list[Loaded], clock: Clock) -> None:
    happen("order.expiry_due", targets=[Target(queues.expiry, delay_seconds=900)], on_topic=False)
    relayed(functions)
    clock.shift(890)
    assert messages(queues.expiry) == []
    clock.shift(11)
    assert [message["Body"]["type"] for message in messages(queues.expiry)] == ["order.expiry_due"]


def test_an_event_may_go_to_the_topic_and_to_several_queues(functions: list[Loaded]) -> None:
    happen("order.placed", targets=[Target(queues.payments), Target(queues.expiry)])
    relayed(functions)
    ids = {messages(queue)[0]["Body"]["id"] for queue in (queues.payments, queues.expiry, queues.stock_ledger)}
    assert len(ids) == 1


def test_the_trace_of_a_sampled_request_is_carried_on(functions: list[Loaded], monkeypatch: pytest.MonkeyPatch) -> None:
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:9")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
    happen("payment.due", targets=[Target(queues.payments)], on_topic=False)
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    relayed(functions)
    (message,) = messages(queues.payments)
    assert message["Attributes"]["AWSTraceHeader"] == header


@pytest.mark.parametrize("broken", ["Publish", "SendMessage", "UpdateItem"])
def test_a_crash_at_any_call_leaves_it_pending_and_the_next_try_ends_it(
    functions: list[Loaded], broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen("order.confirmed", targets=[Target(queues.payments)])
    call, left = aws.call, [broken]

    def fail_once(service: str, operation: str, **parameters: Any) -> Any:
        if operation in left:
            left.remove(operation)
            raise Unavailable
        return call(service, operation, **parameters)

    monkeypatch.setattr(aws, "call", fail_once)
    (relay,) = only(functions, "relay_events")
    answers: list[Any] = []

    def deliver(loaded: Loaded, event: dict[str, Any]) -> Any:
        answers.append((invoke(loaded, event), len(pending())))
        return answers[-1][0]

    (source,) = Pumps([relay], deliver=deliver).streams
    while source.poll():
        pass
    (first, still_pending), (second, left_over) = answers
    assert (len(first["batchItemFailures"]), still_pending) == (1, 1)
    assert (second["batchItemFailures"], left_over) == ([], 0)
    assert len({message["Body"]["id"] for message in messages(queues.mail)}) == 1
    assert len(messages(queues.payments)) == 1, "FIFO drops the second copy by its id"


def test_what_cannot_be_published_does_not_hold_up_what_can(cloud: Shop) -> None:
    (relay,) = only(cloud.functions, "relay_events")
    image = {
        "pk": {"S": "AGG#ord_1"}, "sk": {"S": "0000000001"}, "id": {"S": "evt_1"}, "type": {"S": "order.confirmed"},
        "aggregate": {"S": "ord_1"}, "sequence": {"N": "1"}, "occurred_at": {"S": "2026-01-01T00:00:00.000Z"},
        "correlation_id": {"S": "-"}, "data": {"S": "{}"}, "day_shard": {"S": "DAY#2026-01-01#0"},
        "pending_shard": {"S": "PENDING#0"},
    }  # fmt: skip
    unknown = {**image, "targets": {"S": json.dumps([["nowhere", 0]])}}
    records = [
        {"eventName": "INSERT", "eventID": str(n), "dynamodb": {"SequenceNumber": str(n), "NewImage": one}}
        for n, one in enumerate([unknown, {**image, "targets": {"S": "[]"}}])
    ]
    records.append({"eventName": "MODIFY", "eventID": "2", "dynamodb": {"SequenceNumber": "2", "NewImage": unknown}})
    happen("order.confirmed")
    answer = invoke(relay, {"Records": records})
    assert answer["batchItemFailures"] == [{"itemIdentifier": "0"}], "the change of an item is no event"


def test_every_queue_of_commands_can_be_a_target() -> None:
    assert {"payments", "expiry"} <= set(TARGETS)
    assert not any(queue.subscribes for queue in TARGETS.values())
