"""Queues with their dead letters, and the topic that feeds them.

The workers are not here: each lives in its context's stack beside the service that it calls, so that a change of a
context is one stack's deployment. What workers and routes share, and what may not be lost with either, is here.
"""

from __future__ import annotations

from typing import Any

from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.constructs.kit import Kit
from infra.constructs.queue import declared_queue, failure_queue
from infra.names import Arn, substituted
from infra.stacks.base import ShopStack
from utils.resources import Queue, Topic


class MessagingStack(ShopStack):
    """The declared topics and queues, the subscriptions, and the queues of failed stream records and schedules."""

    def __init__(self, scope: Construct, *, kit: Kit) -> None:
        super().__init__(scope, "messaging", kit=kit, description="topics, queues and dead letters")
        topics = {topic: self._topic(topic) for topic in kit.shop.resources.topics}
        for queue in kit.shop.resources.queues:
            self._queue(queue, topics)
        for worker in kit.shop.stream_workers:
            failure_queue(self, f"{worker.name}-failed", name=kit.names.stream_failures(worker.table))
        if kit.shop.has_schedules:
            failure_queue(self, "schedules-failed", name=kit.names.schedule_failures)

    def _topic(self, topic: Topic) -> sns.CfnTopic:
        made = sns.CfnTopic(
            self,
            f"{topic.name}-topic",
            topic_name=self.kit.names.topic(topic),
            kms_master_key_id="alias/aws/sns" if self.kit.settings.features.topic_encryption else None,
        )
        sns.CfnTopicPolicy(
            self,
            f"{topic.name}-topic-policy",
            topics=[made.ref],
            policy_document={"Version": "2012-10-17", "Statement": [tls_only(made.ref)]},
        )
        return made

    def _queue(self, queue: Queue, topics: dict[Topic, sns.CfnTopic]) -> None:
        subscribed = topics if queue.subscribes else {}
        names = self.kit.names
        allow = [_delivery(topic.ref) for topic in subscribed.values()]
        allow += [_arrival(names.bucket_arn(one)) for one in self.kit.shop.resources.buckets if one.notifies == queue]
        made = declared_queue(self, queue, names=names, allow=allow)
        self.export("queue", queue.name, "url", value=made.ref)
        for topic, resource in subscribed.items():
            sns.CfnSubscription(
                self,
                f"{topic.name}-to-{queue.name}",
                topic_arn=resource.ref,
                protocol="sqs",
                endpoint=made.attr_arn,
                raw_message_delivery=True,
                filter_policy={"type": list(queue.subscribes)},
                filter_policy_scope="MessageAttributes",
            )


def tls_only(topic_arn: str) -> dict[str, Any]:
    """Return the statement that refuses to publish to a topic without TLS."""
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:Publish",
        "Resource": topic_arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _delivery(topic_arn: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }


def _arrival(bucket_arn: Arn) -> dict[str, Any]:
    """Let a bucket of this account tell what arrived. Bucket names are the world's, so the account is named too.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
    """
    account = {"StringEquals": {"aws:SourceAccount": substituted("${AWS::AccountId}")}}
    return {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Condition": {"ArnEquals": {"aws:SourceArn": bucket_arn}} | account,
    }
