"""Creates the declared buckets in the cloud at hand, and connects those that notify a queue."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.local.clients import client
from utils.resources import Bucket, Queue

ARRIVALS: Final = "s3:ObjectCreated:*"


def bucket_name(bucket: Bucket, stage: str, *, account: str) -> str:
    """Return the physical name: stage, name and account, since the names of buckets are shared by all the world."""
    return f"pushcart-{stage}-{bucket.name}-{account}"


def create_buckets(buckets: Iterable[Bucket], stage: str, *, queues: Mapping[str, str]) -> dict[str, str]:
    """Create what is missing.

    Parameters
    ----------
    queues
        Addresses of the queues, by their variables: they must be there before a bucket can notify them.

    Returns
    -------
    dict
        The variables ``BUCKET_…_NAME``.
    """
    wanted = tuple(buckets)
    if not wanted:
        return {}
    account = client("sts").get_caller_identity()["Account"]
    names = {bucket: bucket_name(bucket, stage, account=account) for bucket in wanted}
    for bucket, name in names.items():
        _create(name)
        if bucket.versioned:
            client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        if bucket.notifies:
            _notify(name, queues[bucket.notifies.env], bucket.notifies)
    return {bucket.env: name for bucket, name in names.items()}


def _create(name: str) -> None:
    s3 = client("s3")
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as refusal:
        if refusal.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        region = s3.meta.region_name
        # The one region that must not be named: it is what no name means.
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **place)


def _notify(name: str, url: str, queue: Queue) -> None:
    s3, sqs = client("s3"), client("sqs")
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    present = s3.get_bucket_notification_configuration(Bucket=name).get("QueueConfigurations", ())
    if any(one["QueueArn"] == arn for one in present):
        return
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(_policy(name, arn))})
    wanted = {"QueueConfigurations": [{"Id": queue.name, "QueueArn": arn, "Events": [ARRIVALS]}]}
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=wanted)
    _forget_greeting(url)


def _policy(name: str, queue_arn: str) -> dict[str, Any]:
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{name}"}},
    }
    return {"Version": "2012-10-17", "Statement": [allowed]}


def _forget_greeting(url: str) -> None:
    """Take away the message by which a bucket tries a queue out, which would be the first work of every run.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-enable-disable-notification-intro.html
    """
    sqs = client("sqs")
    for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0).get("Messages", ()):
        if json.loads(message["Body"]).get("Event") == "s3:TestEvent":
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
