"""A function's policy: what its declaration ``uses``, its own log, what its trigger demands, and nothing more.

Written as plain documents, without CDK's grant helpers, which add actions and wildcards that nobody asked for.
"""

from __future__ import annotations

from typing import Any, Final

from infra.key_policies import Conditions, Permission, key_permissions
from infra.names import Arn, Names, substituted
from pushcart.queues import search_index
from utils.declarations import Declaration, QueueWorker, Scheduled, StreamWorker
from utils.resources import Bucket, EncryptionKey, Grant, Mailer, Queue, Secret, SigningKey, Topic
from utils.tables import Index, Table

Statement = dict[str, Any]

UNSCOPABLE: Final[dict[str, str]] = {
    "xray:PutTraceSegments": "X-Ray has no resource to name: a segment belongs to the account",
    "xray:PutTelemetryRecords": "X-Ray has no resource to name: telemetry belongs to the account",
    "dynamodb:ListStreams": "DynamoDB takes no resource for it, and Lambda's stream event source calls it",
    "kms:ListKeys": "KMS takes no resource for it; it tells the ids of keys and nothing about them",
    "kms:CreateKey": "a key has no ARN before it is made; conditions hold it to the tags and kind of the shop's own",
}
"""The only actions that a policy may allow on ``*``, each with AWS's reason
(https://docs.aws.amazon.com/service-authorization/latest/reference/)."""

_STREAM_VERB: Final = "read_stream"
_LIST_VERB: Final = "list"


class UngrantableResource(TypeError):
    """``uses`` holds something for which no ARN is known."""


def grants(declaration: Declaration) -> tuple[Grant, ...]:
    """Return what a function may do: its ``uses``, and reading its own trigger."""
    trigger: tuple[Grant, ...] = ()
    if isinstance(declaration, QueueWorker):
        trigger = (declaration.queue.receive,)
    elif isinstance(declaration, StreamWorker):
        trigger = (declaration.table.read_stream,)
    return tuple(dict.fromkeys((*declaration.uses, *trigger)))


def policy_document(declaration: Declaration, names: Names) -> dict[str, Any]:
    """Return the IAM policy of a function's role.

    Actions on one resource under the same conditions are one statement, in a fixed order, so that the same declaration
    is the same template.
    """
    merged: dict[str, tuple[Permission, set[str]]] = {}
    for permission in [one for grant in grants(declaration) for one in permissions(grant, names)]:
        merged.setdefault(repr(permission[1:]), (permission, set()))[1].update(permission.actions)
    statements = [_allow(sorted(actions), one.arns, one.conditions) for one, actions in merged.values()]
    statements.extend(_search_domain(declaration, names))
    statements.append(_own_log(declaration, names))
    statements.extend(_failure_destination(declaration, names))
    if actions := _unscopable(declaration, names):
        statements.append(_allow(actions, ["*"]))
    return {"Version": "2012-10-17", "Statement": statements}


def actions_on_everything(document: dict[str, Any]) -> list[str]:
    """Return the actions that ``document`` allows on ``*``."""
    return [action for one in document["Statement"] if one["Resource"] == "*" for action in one["Action"]]


def permissions(grant: Grant, names: Names) -> list[Permission]:
    """Return what ``grant`` comes to: its actions on exact ARNs, and for a key's successors, on what bears its tags.

    Raises
    ------
    UngrantableResource
        When its resource is of no known kind.
    """
    if isinstance(grant.resource, SigningKey | EncryptionKey):
        return key_permissions(grant, grant.resource, names)
    return [Permission(grant.actions, resource_arns(grant, names))]


def resource_arns(grant: Grant, names: Names) -> list[Arn]:
    """Return the exact ARNs that ``grant`` applies to; for keys see :func:`infra.key_policies.key_permissions`.

    Raises
    ------
    UngrantableResource
        When its resource is of no known kind.
    """
    resource = grant.resource
    if isinstance(resource, Table):
        if grant.verb == _STREAM_VERB:
            return [names.imported("table", resource.name, "stream")]
        return [names.table_arn(resource.name)]
    if isinstance(resource, Index):
        return [names.index_arn(resource)]
    if isinstance(resource, Bucket):
        return [names.bucket_arn(resource) if grant.verb == _LIST_VERB else names.objects_arn(resource)]
    if isinstance(resource, Queue):
        return [names.queue_arn(names.queue(resource))]
    if isinstance(resource, Topic):
        return [names.topic_arn(resource)]
    if isinstance(resource, Secret):
        return [names.imported("secret", resource.name, "arn")]
    if isinstance(resource, Mailer):
        return names.sender_arns(resource)
    raise UngrantableResource(f"no ARN is known for {resource!r}: infra/policies.py needs its kind")


def _allow(actions: list[str], arns: list[Arn], conditions: Conditions | None = None) -> Statement:
    allowed = {"Effect": "Allow", "Action": actions, "Resource": arns if len(arns) > 1 else arns[0]}
    return allowed | ({"Condition": conditions} if conditions else {})


def _unscopable(declaration: Declaration, names: Names) -> list[str]:
    stream = ["dynamodb:ListStreams"] if isinstance(declaration, StreamWorker) else []
    traces = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"] if names.settings.xray else []
    return stream + traces


def _search_domain(declaration: Declaration, names: Names) -> list[Statement]:
    """Whoever reads or writes the search's own index may ask the domain that a stage has in its place."""
    domain = names.settings.search_domain
    verbs = {grant.verb for grant in declaration.uses if grant.resource == search_index}
    if domain is None or not verbs:
        return []
    return [_allow(["es:ESHttpPost", *(["es:ESHttpPut"] if "put" in verbs else [])], [f"{domain}/*"])]


def _own_log(declaration: Declaration, names: Names) -> Statement:
    group = names.log_group(declaration.name)
    streams = substituted(f"arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{group}:*")
    return _allow(["logs:CreateLogStream", "logs:PutLogEvents"], [streams])


def _failure_destination(declaration: Declaration, names: Names) -> list[Statement]:
    """Lambda sends what it gives up on under the function's own role."""
    if isinstance(declaration, StreamWorker):
        return [_allow(["sqs:SendMessage"], [names.queue_arn(names.stream_failures(declaration.table))])]
    if isinstance(declaration, Scheduled):
        return [_allow(["sqs:SendMessage"], [names.queue_arn(names.schedule_failures)])]
    return []
