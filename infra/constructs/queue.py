"""Queues: encrypted, reachable over TLS only, and each with a queue for what could not be done."""

from __future__ import annotations

from typing import Any, Final

from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.acknowledged import DEAD_LETTERS, acknowledge
from infra.names import Names
from utils.resources import Queue

_DAY: Final = 86_400
WORK_RETENTION_SECONDS: Final = 4 * _DAY
DEAD_RETENTION_SECONDS: Final = 14 * _DAY
"""Longer than the work's: a message keeps the time at which it was first sent when it moves to the dead letters."""


def declared_queue(scope: Construct, queue: Queue, *, names: Names, allow: list[dict[str, Any]]) -> sqs.CfnQueue:
    """Make ``queue`` and its dead-letter queue.

    Parameters
    ----------
    allow
        Statements of the queue's policy beside the demand for TLS, such as the topic's leave to deliver.
    """
    dead = failure_queue(scope, f"{queue.name}-dead", name=names.dead_queue(queue), fifo=queue.fifo)
    made = sqs.CfnQueue(
        scope,
        queue.name,
        queue_name=names.queue(queue),
        fifo_queue=queue.fifo or None,
        visibility_timeout=queue.visibility_seconds,
        message_retention_period=WORK_RETENTION_SECONDS,
        sqs_managed_sse_enabled=True,
        redrive_policy={"deadLetterTargetArn": dead.attr_arn, "maxReceiveCount": queue.max_receives},
    )
    _policy(scope, f"{queue.name}-policy", made, allow)
    return made


def failure_queue(scope: Construct, construct_id: str, *, name: str, fifo: bool = False) -> sqs.CfnQueue:
    """Make a queue that only people, and the redrive, read."""
    made = sqs.CfnQueue(
        scope,
        construct_id,
        queue_name=name,
        fifo_queue=fifo or None,
        message_retention_period=DEAD_RETENTION_SECONDS,
        sqs_managed_sse_enabled=True,
    )
    acknowledge(made, DEAD_LETTERS)
    _policy(scope, f"{construct_id}-policy", made, [])
    return made


def _policy(scope: Construct, construct_id: str, queue: sqs.CfnQueue, allow: list[dict[str, Any]]) -> None:
    tls_only = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": queue.attr_arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    statements = [tls_only, *({**statement, "Resource": queue.attr_arn} for statement in allow)]
    sqs.CfnQueuePolicy(
        scope,
        construct_id,
        queues=[queue.ref],
        policy_document={"Version": "2012-10-17", "Statement": statements},
    )
