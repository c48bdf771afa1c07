"""The recorder of AWS calls."""

from __future__ import annotations

import contextvars
import threading
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from infra.local.clients import client
from infra.local.recorder import Touch, granted, record, touches_of, unrecorded
from Test_py.test_integration.local.fakes import DROP, HISTORY, NEWS, ORDERED, PLAIN, SHELF, STOCK, route
from utils import objects
from utils.presigned import upload_form
from utils.resources import EncryptionKey, GivenSecret, Mailer, Secret, SigningKey

pytestmark = pytest.mark.usefixtures("aws")
KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
STOCK_TABLE, HISTORY_TABLE = "table/pushcart-local-stock-1", "table/pushcart-local-history-1"

CREATED_AND_TAGGED = (Touch("kms:CreateKey", "*"), Touch("kms:TagResource", "*"))
COPIED = (Touch("s3:GetObject", "bucket/a"), Touch("s3:PutObject", "bucket/b"))
STAMP, SEAL = SigningKey("stamp"), EncryptionKey("seal")


def successor() -> str:
    """Make the next generation of the key ``stamp``."""
    tags = [{"TagKey": "pushcart:key", "TagValue": STAMP.tag}, {"TagKey": "stage", "TagValue": "local"}]
    made = client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY", Tags=tags)
    key_id: str = made["KeyMetadata"]["KeyId"]
    return key_id


def sign(key_id: str) -> None:
    client("kms").sign(KeyId=key_id, Message=b"x", SigningAlgorithm="ECDSA_SHA_256")


def read() -> None:
    client("dynamodb").get_item(TableName=STOCK.physical_name, Key=KEY)


def test_a_block_records_its_calls_in_order_and_nothing_after() -> None:
    with record() as calls:
        read()
        client("sqs").send_message(QueueUrl=PLAIN.url, MessageBody="x")
    read()
    assert [(call.service, call.operation) for call in calls] == [("dynamodb", "GetItem"), ("sqs", "SendMessage")]
    assert calls.made[0].parameters["Key"] == KEY
    assert calls.made[0].resources == (STOCK_TABLE,)
    assert calls.made[0].milliseconds > 0
    assert len(calls) == 2


def test_blocks_nest_and_other_threads_stay_out() -> None:
    with record() as outer:
        with record() as inner:
            read()
        other = threading.Thread(target=read)
        other.start()
        other.join()
        joined = threading.Thread(target=contextvars.copy_context().run, args=(read,))
        joined.start()
        joined.join()
    assert (len(inner), len(outer)) == (1, 2)


def test_what_is_somebody_elses_is_kept_out() -> None:
    with record() as outer:
        with unrecorded():
            read()
            with record() as inner:
                read()
        read()
    assert (len(inner), len(outer)) == (1, 1)


def test_a_fault_in_between_does_not_count_a_call_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    with record():
        read()
    installed = BaseClient._make_api_call  # type: ignore[attr-defined]

    def fault(self: Any, operation: str, parameters: dict[str, Any]) -> Any:
        return installed(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", fault)
    with record() as calls:
        read()
    assert len(calls) == 1


def test_a_refused_call_is_recorded_with_its_error() -> None:
    with record() as calls, pytest.raises(ClientError):
        client("dynamodb").get_item(TableName="nowhere", Key=KEY)
    assert isinstance(calls.made[0].error, ClientError)


def test_a_transaction_needs_the_action_of_each_of_its_items() -> None:
    with record() as calls:
        client("dynamodb").transact_write_items(
            TransactItems=[
                {"Put": {"TableName": STOCK.physical_name, "Item": KEY}},
                {"Put": {"TableName": HISTORY.physical_name, "Item": KEY}},
                {"Delete": {"TableName": HISTORY.physical_name, "Key": {**KEY, "sk": {"S": "c"}}}},
            ]
        )
    assert calls.touches == {
        Touch("dynamodb:PutItem", STOCK_TABLE),
        Touch("dynamodb:PutItem", HISTORY_TABLE),
        Touch("dynamodb:DeleteItem", HISTORY_TABLE),
    }


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("dynamodb", "BatchGetItem", {"RequestItems": {"a": {}, "b": {}}}, "dynamodb:BatchGetItem table/a table/b"),
        ("dynamodb", "Query", {"TableName": "a", "IndexName": "i"}, "dynamodb:Query table/a/index/i"),
        ("sqs", "SendMessageBatch", {"QueueUrl": "https://x/1/q.fifo"}, "sqs:SendMessage queue/q.fifo"),
        ("sns", "PublishBatch", {"TopicArn": "arn:aws:sns:r:1:t"}, "sns:Publish topic/t"),
        ("sesv2", "SendEmail", {"FromEmailAddress": "a@b.test"}, "ses:SendEmail identity/a@b.test"),
        ("kms", "Sign", {"KeyId": "arn:aws:kms:r:1:key/k"}, "kms:Sign key/k"),
        ("kms", "CreateKey", {"KeySpec": "ECC_NIST_P256"}, "kms:CreateKey *"),
        ("kms", "CreateKey", {"Tags": [{"TagKey": "pushcart:key", "TagValue": "nobodys"}]}, CREATED_AND_TAGGED),
        ("kms", "Decrypt", {"CiphertextBlob": b"x"}, "kms:Decrypt *"),
        ("s3", "GetObject", {"Bucket": "b", "Key": "k"}, "s3:GetObject bucket/b"),
        ("s3", "HeadObject", {"Bucket": "b", "Key": "k"}, "s3:GetObject bucket/b"),
        ("s3", "ListObjectsV2", {"Bucket": "b"}, "s3:ListBucket bucket/b"),
        ("s3", "CopyObject", {"Bucket": "b", "Key": "k", "CopySource": "a/k"}, COPIED),
        ("s3", "CopyObject", {"Bucket": "b", "Key": "k", "CopySource": {"Bucket": "a", "Key": "k"}}, COPIED),
        ("dynamodbstreams", "GetRecords", {"ShardIterator": "x"}, "dynamodb:GetRecords *"),
    ],
)
def test_actions_as_iam_names_them(
    service: str, operation: str, parameters: dict[str, Any], expected: str | tuple[Touch, ...]
) -> None:
    if isinstance(expected, str):
        action, *resources = expected.split()
        expected = tuple(Touch(action, resource) for resource in resources)
    assert touches_of(service, operation, parameters) == expected


def test_what_a_declaration_grants_can_be_compared() -> None:
    uses = (
        STOCK.get,
        STOCK["by_owner"].query,
        ORDERED.send,
        NEWS.publish,
        SigningKey("stamp").sign,
        Secret("salt").read,
        Mailer("post").send,
    )
    declaration = route("GET", "/a", lambda _event, _context: None, uses=uses).declaration
    with record() as calls:
        read()
        client("sqs").send_message(
            QueueUrl=ORDERED.url, MessageBody="x", MessageGroupId="g", MessageDeduplicationId="d"
        )
        client("sns").publish(TopicArn=NEWS.arn, Message="x")
        client("kms").sign(KeyId=SigningKey("stamp").key_id, Message=b"x", SigningAlgorithm="ECDSA_SHA_256")
        client("secretsmanager").get_secret_value(SecretId=Secret("salt").secret_id)
        client("sesv2").send_email(
            FromEmailAddress=Mailer("post").sender,
            Destination={"ToAddresses": ["a@b.test"]},
            Content={"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}},
        )
        client("dynamodb").query(
            TableName=STOCK.physical_name,
            IndexName="by_owner",
            KeyConditionExpression="#o = :o",
            ExpressionAttributeNames={"#o": "owner"},
            ExpressionAttributeValues={":o": {"S": "x"}},
        )
    assert calls.touches == granted(declaration)
    with record() as more:
        client("dynamodb").put_item(TableName=STOCK.physical_name, Item=KEY)
    assert not more.touches <= granted(declaration)


def test_sealing_and_given_secrets_are_granted_like_any_resource() -> None:
    given = GivenSecret("given")
    declaration = route("GET", "/a", lambda _event, _context: None, uses=(SEAL.encrypt, SEAL.decrypt, given.read))
    with record() as calls:
        sealed = client("kms").encrypt(KeyId=SEAL.key_id, Plaintext=b"x")["CiphertextBlob"]
        client("kms").decrypt(KeyId=SEAL.key_id, CiphertextBlob=sealed)
        client("secretsmanager").get_secret_value(SecretId=given.secret_id)
    assert calls.touches == granted(declaration.declaration)


def test_buckets_are_granted_by_verb() -> None:
    used = route("GET", "/a", lambda _event, _context: None, uses=(SHELF.get, SHELF.put, SHELF.delete)).declaration
    with record() as calls:
        objects.write(SHELF, "a", b"x", content_type="text/plain")
        objects.read(SHELF, "a")
        objects.delete(SHELF, "a")
    assert calls.touches == granted(used)


def test_who_may_not_list_cannot_learn_that_an_object_is_not_there() -> None:
    reader = route("GET", "/a", lambda _event, _context: None, uses=(SHELF.get,)).declaration
    with record() as calls:
        assert objects.read(SHELF, "nothing") is None
    assert calls.touches - granted(reader) == {Touch("s3:ListBucket", f"bucket/{SHELF.bucket_name}")}


def test_what_is_signed_for_a_browser_is_done_with_the_signers_leave() -> None:
    signer = route("GET", "/a", lambda _event, _context: None, uses=(DROP.put,)).declaration
    with record() as calls:
        upload_form(DROP, "a", content_type="image/png", most_bytes=5, seconds=60)
    assert calls.touches == granted(signer)


def test_rotation_is_what_the_grant_says() -> None:
    declaration = route("GET", "/a", lambda _event, _context: None, uses=(STAMP.rotate,)).declaration
    with record() as calls:
        client("kms").schedule_key_deletion(KeyId=successor(), PendingWindowInDays=7)
    assert [call.operation for call in calls] == ["CreateKey", "ScheduleKeyDeletion"]
    assert calls.touches == granted(declaration)


def test_a_successor_counts_as_the_key_that_was_declared() -> None:
    declaration = route("GET", "/a", lambda _event, _context: None, uses=(STAMP.sign, STAMP.public_key)).declaration
    later = successor()
    with record() as calls:
        sign(later)
        client("kms").get_public_key(KeyId=f"arn:aws:kms:eu-central-1:123456789012:key/{later}")
    assert [call.operation for call in calls] == ["Sign", "GetPublicKey"], "looking up the tag is no call of the block"
    assert calls.touches == granted(declaration)


def test_a_key_that_is_nobodys_successor_is_not_granted() -> None:
    stranger = client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    with record() as calls:
        sign(stranger)
    assert calls.touches == {Touch("kms:Sign", f"key/{stranger}")}
