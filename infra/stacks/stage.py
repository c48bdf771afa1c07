"""The ``$default`` stage: throttles and access logs. Last, since per-route throttles name routes that must exist."""

from __future__ import annotations

import json
from typing import Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.kit import Kit
from infra.constructs.text import text
from infra.settings import Throttle
from infra.stacks.base import ShopStack

ACCESS_LOG_FIELDS: Final = {
    "request_id": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "route": "$context.routeKey",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "latency_ms": "$context.responseLatency",
    "integration_ms": "$context.integrationLatency",
    "integration_status": "$context.integration.status",
    "authorizer_error": "$context.authorizer.error",
    "error": "$context.error.message",
}
"""No address, no path with ids, no header: an access log holds nothing personal."""


class StageStack(ShopStack):
    """The stage that serves the API at its root."""

    def __init__(self, scope: Construct, *, kit: Kit) -> None:
        super().__init__(scope, "stage", kit=kit, description="API stage, throttles, access logs")
        self._refuse_unknown_routes()
        group = logs.CfnLogGroup(
            self,
            "AccessLog",
            # Under this prefix the delivery needs no resource policy, of which an account has only ten.
            log_group_name=f"/aws/vendedlogs/{kit.names.prefix}-api",
            retention_in_days=kit.settings.log_retention_days,
        )
        group.apply_removal_policy(RemovalPolicy.DESTROY)
        apigateway.CfnStage(
            self,
            "Stage",
            api_id=text(kit.names.imported("api", "id")),
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=_throttled(kit.settings.throttle),
            route_settings={key: _throttled_json(limit) for key, limit in kit.settings.route_throttles.items()} or None,
            access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=group.attr_arn, format=json.dumps(ACCESS_LOG_FIELDS)
            ),
        )

    def _refuse_unknown_routes(self) -> None:
        unknown = set(self.kit.settings.route_throttles) - {route.key for route in self.kit.shop.routes}
        if unknown:
            raise ValueError(f"config/settings.yaml: route_throttles names no route of ours: {', '.join(unknown)}")


def _throttled(limit: Throttle) -> apigateway.CfnStage.RouteSettingsProperty:
    return apigateway.CfnStage.RouteSettingsProperty(
        throttling_rate_limit=limit.rate, throttling_burst_limit=limit.burst, detailed_metrics_enabled=False
    )


def _throttled_json(limit: Throttle) -> dict[str, int]:
    return {"ThrottlingRateLimit": limit.rate, "ThrottlingBurstLimit": limit.burst}
