"""What calls a function: a route of the API, a queue, a table's stream, the clock."""

from __future__ import annotations

import json
from typing import Final

from aws_cdk import Fn
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_

from infra.acknowledged import OPEN_ROUTE, acknowledge
from infra.constructs.function import DeclaredFunction
from infra.constructs.text import text
from infra.names import Names
from infra.stacks.base import ShopStack
from utils.declarations import DEFAULT_PATH, Declaration, QueueWorker, Route, Scheduled, StreamWorker

_GATEWAY_LIMIT_MS: Final = 30_000
_STREAM_BATCH: Final = 100
_INSERTS_ONLY: Final = json.dumps({"eventName": ["INSERT"]})
_SCHEDULE_MAX_AGE_SECONDS: Final = 60


def connect(stack: ShopStack, declaration: Declaration) -> DeclaredFunction:
    """Make the function of ``declaration`` and whatever calls it."""
    function = DeclaredFunction(stack, declaration)
    if isinstance(declaration, Route):
        _route(stack, function, declaration)
    elif isinstance(declaration, QueueWorker):
        _queue_source(stack, function, declaration)
    elif isinstance(declaration, StreamWorker):
        _stream_source(stack, function, declaration)
    elif isinstance(declaration, Scheduled):
        _schedule(stack, function, declaration)
    return function


def _route(stack: ShopStack, function: DeclaredFunction, route: Route) -> None:
    names = stack.kit.names
    api_id = text(names.imported("api", "id"))
    integration = apigateway.CfnIntegration(
        function,
        "Integration",
        api_id=api_id,
        integration_type="AWS_PROXY",
        integration_uri=function.arn,
        payload_format_version="2.0",
        timeout_in_millis=min(route.timeout_seconds * 1000, _GATEWAY_LIMIT_MS),
    )
    authorizer = route.access.authorizer
    made = apigateway.CfnRoute(
        function,
        "Route",
        api_id=api_id,
        route_key=route.key,
        target=Fn.join("/", ["integrations", integration.ref]),
        authorization_type="NONE" if authorizer == "none" else "CUSTOM",
        authorizer_id=None if authorizer == "none" else text(names.imported("authorizer", authorizer, "id")),
    )
    if authorizer == "none":
        acknowledge(made, OPEN_ROUTE)
    caller = "*/*" if route.path == DEFAULT_PATH else f"*/*{route.path}"
    function.allow_invocation(
        principal="apigateway.amazonaws.com",
        source_arn=stack.format_arn(service="execute-api", resource=api_id, resource_name=caller),
    )


def _queue_source(stack: ShopStack, function: DeclaredFunction, worker: QueueWorker) -> None:
    queue = worker.queue
    lambda_.CfnEventSourceMapping(
        function,
        "Source",
        function_name=function.arn,
        event_source_arn=text(stack.kit.names.queue_arn(stack.kit.names.queue(queue))),
        batch_size=queue.batch_size,
        maximum_batching_window_in_seconds=queue.batch_seconds or None,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config={"maximumConcurrency": queue.max_concurrency},
    )


def _stream_source(stack: ShopStack, function: DeclaredFunction, worker: StreamWorker) -> None:
    """From the oldest record on, so that nothing is missed between the table's making and the reader's."""
    names: Names = stack.kit.names
    lambda_.CfnEventSourceMapping(
        function,
        "Source",
        function_name=function.arn,
        event_source_arn=text(names.imported("table", worker.table.name, "stream")),
        starting_position="TRIM_HORIZON",
        batch_size=_STREAM_BATCH,
        function_response_types=["ReportBatchItemFailures"],
        bisect_batch_on_function_error=True,
        maximum_retry_attempts=worker.max_retries,
        maximum_record_age_in_seconds=worker.max_age_seconds,
        destination_config={"onFailure": {"destination": text(names.queue_arn(names.stream_failures(worker.table)))}},
        filter_criteria={"filters": [{"pattern": _INSERTS_ONLY}]},
    )


def _schedule(stack: ShopStack, function: DeclaredFunction, scheduled: Scheduled) -> None:
    """No retry: the next tick does the same work, and a failed one is kept for people to look at."""
    unit = "minute" if scheduled.every_minutes == 1 else "minutes"
    rule = events.CfnRule(
        function,
        "Rule",
        description=scheduled.summary[:512],
        schedule_expression=f"rate({scheduled.every_minutes} {unit})",
        targets=[
            events.CfnRule.TargetProperty(
                id="function",
                arn=function.arn,
                retry_policy={"maximumRetryAttempts": 0, "maximumEventAgeInSeconds": _SCHEDULE_MAX_AGE_SECONDS},
            )
        ],
    )
    function.allow_invocation(principal="events.amazonaws.com", source_arn=rule.attr_arn)
    lambda_.CfnEventInvokeConfig(
        function,
        "Failures",
        function_name=function.resource.ref,
        qualifier="$LATEST",
        maximum_retry_attempts=0,
        maximum_event_age_in_seconds=_SCHEDULE_MAX_AGE_SECONDS,
        destination_config={
            "onFailure": {"destination": text(stack.kit.names.queue_arn(stack.kit.names.schedule_failures))}
        },
    )
