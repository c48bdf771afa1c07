"""Metrics in CloudWatch's embedded format, on the very line that is the request's log.

Dimensions are by service, never by route, user or id: a custom metric costs 0.30 $ a month for each combination
(performance.md, "The bill"). A route's figures come from log queries.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any, Final

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from utils.clock import now

NAMESPACE: Final = "Pushcart"
_UNITS: Final = {"Latency": MetricUnit.Milliseconds}
"""Of all others: a count."""


def measured(*, latency_ms: float, failed: bool, **counts: int) -> dict[str, Any]:
    """Return the fields that make a log line a metric line too: ``Latency``, ``ServerErrors`` and business counts.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    values: dict[str, float] = {"Latency": latency_ms, "ServerErrors": int(failed), **counts}
    frame = _frame(os.environ.get("POWERTOOLS_SERVICE_NAME", "pushcart"), tuple(values))
    stamped = {**frame["_aws"], "Timestamp": int(now().timestamp() * 1000)}
    return {**frame, "_aws": stamped, **{name: [float(value)] for name, value in values.items()}}


@cache
def _frame(service: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Have Powertools say, once for each set of metrics, what is the same on every line."""
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=service)
    for name in names:
        metrics.add_metric(name=name, unit=_UNITS.get(name, MetricUnit.Count), value=0)
    return dict(metrics.serialize_metric_set())
