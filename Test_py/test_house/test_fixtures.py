"""The fixtures themselves: isolation, speed, and what the clock moves."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest

from infra.local.clients import client
from pushcart import queues, tables
from Test_py.support import environment
from Test_py.support.clock import Clock
from utils.clock import now
from utils.sealing import pepper


def put(sk: str = "META") -> None:
    client("dynamodb").put_item(TableName=tables.orders.physical_name, Item={"pk": {"S": "A"}, "sk": {"S": sk}})


def count() -> int:
    return int(client("dynamodb").scan(TableName=tables.orders.physical_name)["Count"])


def waiting(url: str) -> int:
    attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(attributes["Attributes"]["ApproximateNumberOfMessages"])


@pytest.mark.parametrize("run", [1, 2])
def test_each_test_begins_with_empty_tables_and_queues(aws: None, run: int) -> None:
    assert count() == 0
    assert waiting(queues.expiry.url) == 0
    put()
    client("sqs").send_message(QueueUrl=queues.expiry.url, MessageBody="{}")
    assert count() == 1
    assert waiting(queues.expiry.url) == 1


def test_restoring_survives_a_test_that_forgot_everything(aws: None) -> None:
    from infra.local import moto_backend

    moto_backend.reset()
    with pytest.raises(client("dynamodb").exceptions.ResourceNotFoundException):
        count()
    environment.restore()
    put()
    assert count() == 1


def test_messages_still_travel_from_topic_to_queue_after_a_restore(aws: None) -> None:
    environment.restore()
    attributes = {"type": {"DataType": "String", "StringValue": queues.mail.subscribes[0]}}
    client("sns").publish(TopicArn=queues.events_topic.arn, Message="{}", MessageAttributes=attributes)
    assert waiting(queues.mail.url) == 1


def test_the_signing_key_and_the_pepper_outlive_a_test(aws: None) -> None:
    message, algorithm = b"what is signed", "ECDSA_SHA_256"
    signed = client("kms").sign(KeyId=queues.token_signing.key_id, Message=message, SigningAlgorithm=algorithm)
    secret = client("secretsmanager").get_secret_value(SecretId=pepper.secret_id)["SecretString"]
    environment.restore()
    verified = client("kms").verify(
        KeyId=queues.token_signing.key_id,
        Message=message,
        Signature=signed["Signature"],
        SigningAlgorithm=algorithm,
    )
    assert verified["SignatureValid"]
    assert client("secretsmanager").get_secret_value(SecretId=pepper.secret_id)["SecretString"] == secret


def test_restoring_is_fast_enough_for_hundreds_of_tests(aws: None) -> None:
    started = time.perf_counter()
    for _ in range(10):
        environment.restore()
    assert (time.perf_counter() - started) / 10 < 0.1


def test_what_a_test_sets_in_the_environment_is_taken_back_first() -> None:
    os.environ["PUSHCART_LEFT_BEHIND"] = "1"
    os.environ["SHOP_CURRENCY"] = "JPY"


def test_what_a_test_sets_in_the_environment_is_taken_back_then() -> None:
    assert "PUSHCART_LEFT_BEHIND" not in os.environ
    assert os.environ["SHOP_CURRENCY"] == "EUR"


def test_every_declared_resource_has_its_variable() -> None:
    declared = (*tables.TABLES, *queues.QUEUES, *queues.TOPICS, *queues.KEYS, *queues.SECRETS, *queues.MAILERS)
    variables = [*(one.env for one in declared), *(one.env for one in queues.BUCKETS)]
    assert [name for name in variables if not os.environ.get(name)] == []
    assert os.environ["PUSHCART_STAGE"] == "test"


def test_the_clock_moves_on_by_as_much_as_it_is_told(clock: Clock) -> None:
    before = now()
    clock.shift(timedelta(minutes=15))
    assert timedelta(minutes=15) <= now() - before < timedelta(minutes=16)


def test_the_clock_goes_on_ticking(clock: Clock) -> None:
    before = now()
    time.sleep(0.002)
    assert now() > before


def test_a_queues_delay_ends_when_the_clock_moves(aws: None, clock: Clock) -> None:
    client("sqs").send_message(QueueUrl=queues.expiry.url, MessageBody="{}", DelaySeconds=600)
    assert "Messages" not in client("sqs").receive_message(QueueUrl=queues.expiry.url)
    clock.shift(601)
    assert len(client("sqs").receive_message(QueueUrl=queues.expiry.url)["Messages"]) == 1
