"""Provisioning from the declarations."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.local import provision_buckets
from infra.local.clients import client
from infra.local.provision import Resources, provision, queue_name
from infra.local.provision_buckets import create_buckets
from Test_py.test_integration.local.fakes import ARRIVED, DROP, HISTORY, NEWS, ORDERED, PLAIN, RESOURCES, SHELF, STOCK
from utils.resources import Bucket
from utils.tables import Index

BUCKETS = (DROP.env, SHELF.env)


def attributes(url: str) -> dict[str, str]:
    found: dict[str, str] = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return found


def test_functions_find_everything_in_the_environment(aws: dict[str, str]) -> None:
    expected = {
        STOCK.env,
        HISTORY.env,
        PLAIN.env,
        ORDERED.env,
        NEWS.env,
        "KEY_STAMP_ID",
        "KEY_SEAL_ID",
        "SECRET_SALT_ID",
        "SECRET_GIVEN_ID",
        DROP.env,
        SHELF.env,
    }
    assert expected <= aws.keys()
    assert {name: os.environ[name] for name in aws} == aws
    assert aws["TABLE_STOCK"] == "pushcart-local-stock-1"
    assert aws["PUSHCART_STAGE"] == "local"
    assert aws["MAIL_POST_FROM"] == "post@demo.test"


def test_a_setting_that_somebody_chose_is_kept(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESERVATION_SECONDS", "60")
    assert provision(RESOURCES)["RESERVATION_SECONDS"] == "60"


@pytest.mark.usefixtures("aws")
def test_tables_have_keys_indexes_ttl_and_stream() -> None:
    dynamodb = client("dynamodb")
    stock = dynamodb.describe_table(TableName=STOCK.physical_name)["Table"]
    assert [entry["AttributeName"] for entry in stock["KeySchema"]] == ["pk", "sk"]
    assert stock["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    (index,) = stock["GlobalSecondaryIndexes"]
    assert (index["IndexName"], index["Projection"]["ProjectionType"]) == ("by_owner", "KEYS_ONLY")
    ttl = dynamodb.describe_time_to_live(TableName=STOCK.physical_name)["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    history = dynamodb.describe_table(TableName=HISTORY.physical_name)["Table"]
    assert history["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}


def test_queues_have_their_dead_letters(aws: dict[str, str]) -> None:
    plain, ordered = attributes(aws[PLAIN.env]), attributes(aws[ORDERED.env])
    assert plain["VisibilityTimeout"] == "30"
    assert ordered["FifoQueue"] == "true"
    for found, queue in ((plain, PLAIN), (ordered, ORDERED)):
        policy = json.loads(found["RedrivePolicy"])
        assert policy["maxReceiveCount"] == queue.max_receives
        assert policy["deadLetterTargetArn"].endswith(queue_name(queue, dead=True))


def test_the_topic_delivers_by_type_and_raw(aws: dict[str, str]) -> None:
    def publish(kind: str) -> None:
        attribute = {"type": {"DataType": "String", "StringValue": kind}}
        client("sns").publish(TopicArn=aws[NEWS.env], Message=f"about {kind}", MessageAttributes=attribute)

    publish("shop.closed")
    publish("shop.opened")
    received = client("sqs").receive_message(QueueUrl=aws[PLAIN.env], MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in received] == ["about shop.opened"]


def test_the_key_signs_and_the_secret_can_be_read(aws: dict[str, str]) -> None:
    signed = client("kms").sign(KeyId=aws["KEY_STAMP_ID"], Message=b"x", SigningAlgorithm="ECDSA_SHA_256")
    assert signed["Signature"]
    value = json.loads(client("secretsmanager").get_secret_value(SecretId=aws["SECRET_SALT_ID"])["SecretString"])
    assert value["current"] == "1"
    assert len(value["1"]) >= 32


def tags(key_id: str) -> dict[str, str]:
    found = client("kms").list_resource_tags(KeyId=key_id)["Tags"]
    return {tag["TagKey"]: tag["TagValue"] for tag in found}


def test_a_signing_key_bears_the_tags_by_which_its_successors_are_known(aws: dict[str, str]) -> None:
    assert tags(aws["KEY_STAMP_ID"]) == {"pushcart:key": "stamp", "stage": "local"}
    assert tags(aws["KEY_SEAL_ID"]) == {}


def test_a_signing_key_of_an_earlier_version_is_tagged(aws: dict[str, str]) -> None:
    client("kms").untag_resource(KeyId=aws["KEY_STAMP_ID"], TagKeys=["pushcart:key", "stage"])
    assert provision(RESOURCES)["KEY_STAMP_ID"] == aws["KEY_STAMP_ID"]
    assert tags(aws["KEY_STAMP_ID"]) == {"pushcart:key": "stamp", "stage": "local"}


def test_what_an_encryption_key_seals_it_opens(aws: dict[str, str]) -> None:
    kms, key = client("kms"), aws["KEY_SEAL_ID"]
    described = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert (described["KeySpec"], described["KeyUsage"]) == ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")
    sealed = kms.encrypt(KeyId=key, Plaintext=b"seed", EncryptionContext={"user": "a"})["CiphertextBlob"]
    assert b"seed" not in sealed
    opened = kms.decrypt(KeyId=key, CiphertextBlob=sealed, EncryptionContext={"user": "a"})
    assert opened["Plaintext"] == b"seed"


def test_a_given_secret_is_empty_and_what_is_put_in_stays(aws: dict[str, str]) -> None:
    manager, secret = client("secretsmanager"), aws["SECRET_GIVEN_ID"]
    assert manager.get_secret_value(SecretId=secret)["SecretString"] == "{}"
    manager.put_secret_value(SecretId=secret, SecretString='{"acme": "x"}')
    provision(RESOURCES)
    assert manager.get_secret_value(SecretId=secret)["SecretString"] == '{"acme": "x"}'


def received(url: str) -> list[dict[str, Any]]:
    answer: dict[str, Any] = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    found: list[dict[str, Any]] = answer.get("Messages", [])
    return found


def test_a_bucket_tells_its_queue_what_arrived_and_nothing_before(aws: dict[str, str]) -> None:
    assert aws[DROP.env] == "pushcart-local-drop-123456789012"
    assert received(aws[ARRIVED.env]) == [], "what S3 tries the queue out with is gone"
    client("s3").put_object(Bucket=aws[DROP.env], Key="a b.png", Body=b"x")
    client("s3").put_object(Bucket=aws[SHELF.env], Key="c.png", Body=b"x")
    [message] = received(aws[ARRIVED.env])
    [told] = json.loads(message["Body"])["Records"]
    assert (told["s3"]["bucket"]["name"], told["s3"]["object"]["key"]) == (aws[DROP.env], "a+b.png")


def test_a_bucket_keeps_versions_where_it_is_declared(aws: dict[str, str]) -> None:
    versioning = {name: client("s3").get_bucket_versioning(Bucket=aws[name]).get("Status") for name in BUCKETS}
    assert versioning == {DROP.env: None, SHELF.env: "Enabled"}


def test_in_the_region_that_has_no_name_a_bucket_is_made_without_one(
    aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    virginia = boto3.client("s3", region_name="us-east-1")
    virginia.meta.events.register("provide-client-params.s3.CreateBucket", lambda params, **_: asked.append(params))
    monkeypatch.setattr(provision_buckets, "client", lambda name: virginia if name == "s3" else client(name))
    create_buckets([Bucket("other")], "local", queues=aws)
    assert asked == [{"Bucket": "pushcart-local-other-123456789012"}]


def test_running_it_again_changes_nothing(aws: dict[str, str]) -> None:
    keys = client("kms").list_keys()["Keys"]
    client("s3").put_object(Bucket=aws[DROP.env], Key="kept", Body=b"x")
    secret = client("secretsmanager").get_secret_value(SecretId=aws["SECRET_SALT_ID"])["SecretString"]
    client("dynamodb").put_item(TableName=STOCK.physical_name, Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
    assert provision(RESOURCES) == aws
    assert client("kms").list_keys()["Keys"] == keys
    assert client("s3").get_object(Bucket=aws[DROP.env], Key="kept")["Body"].read() == b"x"
    assert len(received(aws[ARRIVED.env])) == 1, "the arrival, and no second greeting"
    assert client("dynamodb").scan(TableName=STOCK.physical_name)["Count"] == 1
    assert client("secretsmanager").get_secret_value(SecretId=aws["SECRET_SALT_ID"])["SecretString"] == secret
    assert len(client("sns").list_subscriptions()["Subscriptions"]) == 1


@pytest.mark.usefixtures("aws")
def test_a_table_gets_an_index_that_was_declared_since() -> None:
    more = dataclasses.replace(STOCK, indexes=(*STOCK.indexes, Index("by_day", "day", "sk")))
    provision(dataclasses.replace(RESOURCES, tables=(more, HISTORY)))
    described = client("dynamodb").describe_table(TableName=STOCK.physical_name)["Table"]
    assert [index["IndexName"] for index in described["GlobalSecondaryIndexes"]] == ["by_owner", "by_day"]


@pytest.mark.usefixtures("aws")
def test_a_queue_that_wants_another_event_gets_it() -> None:
    wider = dataclasses.replace(PLAIN, subscribes=("shop.opened", "shop.closed"))
    provision(dataclasses.replace(RESOURCES, queues=(wider, ORDERED, ARRIVED)))
    (subscription,) = client("sns").list_subscriptions()["Subscriptions"]
    found: dict[str, Any] = client("sns").get_subscription_attributes(SubscriptionArn=subscription["SubscriptionArn"])
    assert json.loads(found["Attributes"]["FilterPolicy"]) == {"type": ["shop.opened", "shop.closed"]}


@pytest.mark.usefixtures("aws")
def test_the_shops_own_pages_can_be_provisioned() -> None:
    declared = Resources.declared()
    names = provision(declared)
    wanted: tuple[Any, ...] = (*declared.tables, *declared.queues, *declared.topics, *declared.keys, *declared.mailers)
    wanted = (*wanted, *declared.secrets, *declared.buckets)
    assert {resource.env for resource in wanted} <= names.keys()


def test_no_function_code_imports_the_laptop_cloud() -> None:
    root = Path(__file__).resolve().parents[3]
    sources = [path for folder in ("utils", "functions", "layers/pushcart") for path in (root / folder).rglob("*.py")]
    assert sources
    assert [path for path in sources if "infra" in path.read_text() and "import infra" in path.read_text()] == []
