"""Creates every declared resource in the cloud at hand, and says how functions find them.

Works against moto and against any endpoint in ``AWS_ENDPOINT_URL``. Running it again on resources that exist changes
nothing, save that a table gets an index that was declared since.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.clients import client
from infra.local.provision_buckets import create_buckets
from utils.resources import Bucket, EncryptionKey, GivenSecret, Mailer, Queue, Secret, SigningKey, Topic
from utils.tables import PARTITION_KEY, SORT_KEY, Index, Table

STAGE = "local"
GENERATION = 1
TTL_ATTRIBUTE = "ttl"
KEY_TAG = "pushcart:key"
"""The tag that tells which declared signing key a KMS key is a generation of."""
GIVEN = {"oidc-clients": "OIDC_CLIENTS", "stripe": "STRIPE_CREDENTIALS"}
"""The variables from which a new secret that is given from outside gets its first value."""
SETTINGS = {
    "LOG_LEVEL": "INFO",
    "POWERTOOLS_SERVICE_NAME": "pushcart",
    "POWERTOOLS_METRICS_NAMESPACE": "pushcart",
    "TOKEN_ISSUER": "http://127.0.0.1:8000",
    "TOKEN_AUDIENCE": "pushcart",
    "RESERVATION_SECONDS": "900",
    "SHOP_CURRENCY": "EUR",
    "PAYMENT_PROVIDERS": "sandbox",
    "PAYMENT_CAPTURE": "automatic",
    "SHIPPING_REQUIRED": "false",
    "STRIPE_API_BASE": "",
    "SEARCH_ENDPOINT": "",
    "MEDIA_URL": "http://127.0.0.1:8000/_media",
    "STOREFRONT_URL": "http://127.0.0.1:8000/_console/storefront",
    "OIDC_PROVIDERS": "[]",
    "WRITES_PER_MINUTE": "600",
    "SIGN_IN_FAILURES_OVERALL": "1000",
    "SIGNING_KEY_DAYS": "90",
    "RETURN_DAYS": "30",
    "SHOP_NAME": "Pushcart",
    "SHOP_ADDRESS": "1 Market Row; Bath BA1 1AA; GB",
    "SHOP_TAX_ID": "",
    "VIEWER_LOCATION": "none",
    "TRACE_SAMPLE_RATE": "0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What to create. :meth:`declared` reads the shop's own pages; tests may give less."""

    tables: tuple[Table, ...] = ()
    queues: tuple[Queue, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    topics: tuple[Topic, ...] = ()
    keys: tuple[SigningKey | EncryptionKey, ...] = ()
    secrets: tuple[Secret, ...] = ()
    mailers: tuple[Mailer, ...] = ()

    @classmethod
    def declared(cls) -> Resources:
        """Return what ``layers/pushcart/tables.py`` and ``queues.py`` declare."""
        from pushcart import queues, tables

        return cls(
            tables=tables.TABLES,
            queues=queues.QUEUES,
            buckets=queues.BUCKETS,
            topics=queues.TOPICS,
            keys=queues.KEYS,
            secrets=queues.SECRETS,
            mailers=queues.MAILERS,
        )


def provision(resources: Resources | None = None, *, stage: str = STAGE) -> dict[str, str]:
    """Create what is missing and set the environment variables that functions read.

    Parameters
    ----------
    resources
        What to create; the declared ones by default.
    stage
        Goes into every physical name.

    Returns
    -------
    dict
        The variables that were set in ``os.environ``: ``TABLE_…``, ``QUEUE_…_URL``, ``BUCKET_…_NAME``,
        ``TOPIC_…_ARN``, ``KEY_…_ID``, ``SECRET_…_ID``, ``MAIL_…_FROM``, ``PUSHCART_STAGE`` and the settings. A setting
        that is already in the environment is kept, so that a person or a test can choose another.

    Example
    -------
    >>> provision()["TABLE_ORDERS"]  # doctest: +SKIP
    'pushcart-local-orders-1'
    """
    wanted = resources or Resources.declared()
    variables = {"PUSHCART_STAGE": stage}
    variables |= _create_tables(wanted.tables, stage)
    variables |= _create_queues(wanted, stage)
    variables |= create_buckets(wanted.buckets, stage, queues=variables)
    variables |= {key.env: _key(key, stage) for key in wanted.keys}
    variables |= {secret.env: _secret(secret, stage) for secret in wanted.secrets}
    variables |= {mailer.env: _identity(f"{mailer.name}@demo.test") for mailer in wanted.mailers}
    variables |= {name: os.environ.get(name, value) for name, value in SETTINGS.items()}
    os.environ.update(variables)
    return variables


def table_name(table: Table, stage: str = STAGE) -> str:
    """Return the physical name: stage, table and generation."""
    return f"pushcart-{stage}-{table.name}-{GENERATION}"


def queue_name(queue: Queue, stage: str = STAGE, *, dead: bool = False) -> str:
    """Return the physical name of a queue or, with ``dead``, of its dead-letter queue."""
    return f"pushcart-{stage}-{queue.name}{'-dead' if dead else ''}{'.fifo' if queue.fifo else ''}"


def failure_queue_name(table: Table, stage: str = STAGE) -> str:
    """Return the name of the queue that stream records go to when their worker gives up on them."""
    return f"pushcart-{stage}-{table.name}-stream-failed"


def key_tags(key: SigningKey, stage: str = STAGE) -> dict[str, str]:
    """Return the tags by which every generation of ``key`` is known."""
    return {KEY_TAG: key.tag, "stage": stage}


def _create_tables(tables: Iterable[Table], stage: str) -> dict[str, str]:
    dynamodb = client("dynamodb")
    existing = {name for page in dynamodb.get_paginator("list_tables").paginate() for name in page["TableNames"]}
    created = []
    for table in tables:
        name = table_name(table, stage)
        if name in existing:
            _add_indexes(table, name)
        else:
            dynamodb.create_table(**_table_definition(table, name))
            created.append((table, name))
    for table, name in created:
        _await_active(name)
        if table.ttl:
            dynamodb.update_time_to_live(
                TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL_ATTRIBUTE}
            )
    return {table.env: table_name(table, stage) for table in tables}


def _await_active(name: str) -> None:
    dynamodb = client("dynamodb")
    if dynamodb.describe_table(TableName=name)["Table"]["TableStatus"] != "ACTIVE":
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})


def _table_definition(table: Table, name: str) -> dict[str, Any]:
    attributes = {PARTITION_KEY, SORT_KEY} | {key for index in table.indexes for key in (index.pk, index.sk) if key}
    definition: dict[str, Any] = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _key_schema(PARTITION_KEY, SORT_KEY),
        "AttributeDefinitions": _attribute_definitions(attributes),
    }
    if table.indexes:
        definition["GlobalSecondaryIndexes"] = [_index_definition(index) for index in table.indexes]
    if table.stream:
        definition["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    return definition


def _add_indexes(table: Table, name: str) -> None:
    dynamodb = client("dynamodb")
    described = dynamodb.describe_table(TableName=name)["Table"]
    present = {index["IndexName"] for index in described.get("GlobalSecondaryIndexes", ())}
    for index in table.indexes:
        if index.name not in present:
            dynamodb.update_table(
                TableName=name,
                AttributeDefinitions=_attribute_definitions({key for key in (index.pk, index.sk) if key}),
                GlobalSecondaryIndexUpdates=[{"Create": _index_definition(index)}],
            )
            _await_active(name)


def _attribute_definitions(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": "S"} for name in sorted(names)]


def _key_schema(partition: str, sort: str | None) -> list[dict[str, str]]:
    schema = [{"AttributeName": partition, "KeyType": "HASH"}]
    return schema + ([{"AttributeName": sort, "KeyType": "RANGE"}] if sort else [])


def _index_definition(index: Index) -> dict[str, Any]:
    projection: dict[str, Any] = {"ProjectionType": index.projection}
    if isinstance(index.projection, tuple):
        projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.projection)}
    return {"IndexName": index.name, "KeySchema": _key_schema(index.pk, index.sk), "Projection": projection}


def _create_queues(wanted: Resources, stage: str) -> dict[str, str]:
    variables = {}
    sns = client("sns")
    topics = {topic: sns.create_topic(Name=f"pushcart-{stage}-{topic.name}")["TopicArn"] for topic in wanted.topics}
    subscribed = {arn: _subscriptions(arn) for arn in topics.values()}
    for queue in wanted.queues:
        dead_arn = _arn(_queue(queue_name(queue, stage, dead=True), fifo=queue.fifo))
        redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": queue.max_receives})
        attributes = {"VisibilityTimeout": str(queue.visibility_seconds), "RedrivePolicy": redrive}
        variables[queue.env] = _queue(queue_name(queue, stage), fifo=queue.fifo, attributes=attributes)
        for topic_arn, endpoints in subscribed.items():
            if queue.subscribes:
                _subscribe(topic_arn, _arn(variables[queue.env]), queue.subscribes, endpoints)
    for table in wanted.tables:
        if table.stream:
            _queue(failure_queue_name(table, stage), fifo=False)
    return variables | {topic.env: arn for topic, arn in topics.items()}


def _queue(name: str, *, fifo: bool, attributes: Mapping[str, str] | None = None) -> str:
    sqs, wanted = client("sqs"), {"MessageRetentionPeriod": "1209600", **(attributes or {})}
    try:
        url: str = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        url = sqs.create_queue(QueueName=name, Attributes=wanted | ({"FifoQueue": "true"} if fifo else {}))["QueueUrl"]
    else:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=wanted)
    return url


def _arn(url: str) -> str:
    attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn: str = attributes["Attributes"]["QueueArn"]
    return arn


def _subscriptions(topic_arn: str) -> dict[str, str]:
    pages = client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic_arn)
    return {one["Endpoint"]: one["SubscriptionArn"] for page in pages for one in page["Subscriptions"]}


def _subscribe(topic_arn: str, queue_arn: str, types: tuple[str, ...], existing: Mapping[str, str]) -> None:
    sns, policy = client("sns"), json.dumps({"type": list(types)})
    if queue_arn in existing:
        sns.set_subscription_attributes(
            SubscriptionArn=existing[queue_arn], AttributeName="FilterPolicy", AttributeValue=policy
        )
        return
    sns.subscribe(
        TopicArn=topic_arn,
        Protocol="sqs",
        Endpoint=queue_arn,
        Attributes={"RawMessageDelivery": "true", "FilterPolicy": policy},
    )


def _key(key: SigningKey | EncryptionKey, stage: str) -> str:
    kms, alias = client("kms"), f"alias/pushcart-{stage}-{key.name}"
    try:
        key_id: str = kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"]
    except kms.exceptions.NotFoundException:
        key_id = kms.create_key(**_kind(key))["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=alias, TargetKeyId=key_id)
    if isinstance(key, SigningKey):
        # Again each time: what was kept from an earlier version has no tags yet.
        tags = [{"TagKey": name, "TagValue": value} for name, value in key_tags(key, stage).items()]
        kms.tag_resource(KeyId=key_id, Tags=tags)
    return key_id


def _kind(key: SigningKey | EncryptionKey) -> dict[str, str]:
    if isinstance(key, EncryptionKey):
        return {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"}
    return {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}


def _secret(secret: Secret, stage: str) -> str:
    manager, name = client("secretsmanager"), f"pushcart-{stage}-{secret.name}"
    try:
        manager.describe_secret(SecretId=name)
    except manager.exceptions.ResourceNotFoundException:
        manager.create_secret(Name=name, SecretString=_first_value(secret))
    return name


def _first_value(secret: Secret) -> str:
    """Return what a new secret holds; what comes from outside may be given in a variable of its own."""
    if isinstance(secret, GivenSecret):
        return os.environ.get(GIVEN.get(secret.name, "")) or "{}"
    return json.dumps({"current": "1", "1": secrets.token_urlsafe(32)})


def _identity(address: str) -> str:
    ses = client("sesv2")
    try:
        ses.get_email_identity(EmailIdentity=address)
    except ses.exceptions.NotFoundException:
        ses.create_email_identity(EmailIdentity=address)
    return address
