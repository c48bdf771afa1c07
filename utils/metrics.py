"""Metrics in CloudWatch's embedded format, on the very line that is the request's log.

Dimensions are by service, never by route, user or id: a custom metric costs 0.30 $ a month for each combination
(performance.md, "The bill"). A route's figures come from log queries.
"""

from __future__ import annotations

import os
from typing import Any, Final

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

NAMESPACE: Final = "Pushcart"


def measured(*, latency_ms: float, failed: bool, **counts: int) -> dict[str, Any]:
    """Return the fields that make a log line a metric line too: ``Latency``, ``ServerErrors`` and business counts.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=os.environ.get("POWERTOOLS_SERVICE_NAME", "pushcart"))
    metrics.add_metric(name="Latency", unit=MetricUnit.Milliseconds, value=latency_ms)
    metrics.add_metric(name="ServerErrors", unit=MetricUnit.Count, value=int(failed))
    for name, count in counts.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    return dict(metrics.serialize_metric_set())
