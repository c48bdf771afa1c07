"""The declared buckets. A stack after the queues, since S3 tries out a queue that it is told to notify."""

from __future__ import annotations

from typing import Any, Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.acknowledged import UNLOGGED_BUCKET, acknowledge
from infra.constructs.kit import Kit
from infra.constructs.media_delivery import MediaDelivery
from infra.constructs.text import text
from infra.local.provision_buckets import ARRIVALS
from infra.stacks.base import ShopStack
from utils.resources import Bucket

EARLIER_VERSIONS_DAYS: Final = 30
"""How long a versioned bucket keeps what was written over or deleted."""
_FORM_AGE_SECONDS: Final = 3000
"""How long a browser remembers that it may post."""


class StorageStack(ShopStack):
    """Buckets: encrypted, closed to the public, over TLS only, and outside dev not lost with their stack."""

    def __init__(self, scope: Construct, *, kit: Kit) -> None:
        super().__init__(scope, "storage", kit=kit, description="buckets")
        for bucket in kit.shop.resources.buckets:
            made = self._bucket(bucket)
            self._policy(bucket, made, [self._delivery(made)] if bucket.served and self._delivers else [])

    @property
    def _delivers(self) -> bool:
        return self.kit.settings.features.media_delivery

    def _delivery(self, made: s3.CfnBucket) -> dict[str, Any]:
        """Put a distribution before the bucket, tell its address, and return what it may do."""
        delivery = MediaDelivery(self, made, name=self.kit.names.stack("media"))
        self.export("media", "url", value=delivery.url)
        return delivery.statement(made)

    def _bucket(self, bucket: Bucket) -> s3.CfnBucket:
        made = s3.CfnBucket(
            self,
            bucket.name,
            bucket_name=text(self.kit.names.bucket(bucket)),
            bucket_encryption=_encryption(),
            public_access_block_configuration=s3.CfnBucket.PublicAccessBlockConfigurationProperty(
                block_public_acls=True,
                block_public_policy=True,
                ignore_public_acls=True,
                restrict_public_buckets=True,
            ),
            ownership_controls={"rules": [{"objectOwnership": "BucketOwnerEnforced"}]},
            versioning_configuration={"status": "Enabled"} if bucket.versioned else None,
            lifecycle_configuration={"rules": _lifecycle(bucket)},
            notification_configuration=self._notification(bucket),
            cors_configuration=self._cors(bucket),
        )
        keep = self.kit.settings.protect
        made.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if keep else RemovalPolicy.DESTROY)
        acknowledge(made, UNLOGGED_BUCKET)
        return made

    def _policy(self, bucket: Bucket, made: s3.CfnBucket, allowed: list[dict[str, Any]]) -> None:
        tls_only = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [made.attr_arn, f"{made.attr_arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        document = {"Version": "2012-10-17", "Statement": [tls_only, *allowed]}
        s3.CfnBucketPolicy(self, f"{bucket.name}-policy", bucket=made.ref, policy_document=document)

    def _notification(self, bucket: Bucket) -> dict[str, Any] | None:
        if bucket.notifies is None:
            return None
        queue = self.kit.names.queue_arn(self.kit.names.queue(bucket.notifies))
        return {"queueConfigurations": [{"event": ARRIVALS, "queue": text(queue)}]}

    def _cors(self, bucket: Bucket) -> dict[str, Any] | None:
        origins = self.kit.settings.cors_origins
        if not (bucket.takes_forms and origins):
            return None
        rule = {"allowedOrigins": list(origins), "allowedMethods": ["POST"], "allowedHeaders": ["*"]}
        return {"corsRules": [rule | {"maxAge": _FORM_AGE_SECONDS}]}


def _encryption() -> s3.CfnBucket.BucketEncryptionProperty:
    """By keys that S3 manages: a key of ours would be one more thing that each function and reader must reach."""
    by_default = s3.CfnBucket.ServerSideEncryptionByDefaultProperty(sse_algorithm="AES256")
    rule = s3.CfnBucket.ServerSideEncryptionRuleProperty(server_side_encryption_by_default=by_default)
    return s3.CfnBucket.BucketEncryptionProperty(server_side_encryption_configuration=[rule])


def _lifecycle(bucket: Bucket) -> list[dict[str, Any]]:
    rule: dict[str, Any] = {"abortIncompleteMultipartUpload": {"daysAfterInitiation": 1}}
    if bucket.keep_days:
        rule["expirationInDays"] = bucket.keep_days
    if bucket.versioned:
        rule["noncurrentVersionExpiration"] = {"noncurrentDays": EARLIER_VERSIONS_DAYS}
    return [{"id": "keep", "status": "Enabled", **rule}]
