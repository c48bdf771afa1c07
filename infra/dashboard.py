"""The dashboard's body. Everything on it is a metric that AWS keeps anyway, or a query that costs when it is looked at.

``${ApiId}`` and ``${AWS::Region}`` are left for ``Fn::Sub``.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

_WIDTH: Final = 12
_HEIGHT: Final = 6
_LOG_GROUPS_OF_A_QUERY: Final = 50

SLOWEST_ROUTES: Final = (
    "filter ispresent(route) | stats count(*) as requests, pct(latency_ms, 50) as p50, pct(latency_ms, 99) as p99, "
    "sum(status >= 500) as failed by route | sort p99 desc | limit 50"
)

Metric = list[Any]


def dashboard_body(
    *, functions: Sequence[str], tables: Sequence[str], work_queues: Sequence[str], dead_queues: Sequence[str]
) -> dict[str, Any]:
    """Return the dashboard: the API, its slowest routes, functions, queues, dead letters, tables."""
    widgets = [
        _graph("Requests and errors", _api_metrics(), "Sum"),
        _graph("Latency of the API, p99", [["AWS/ApiGateway", "Latency", "ApiId", "${ApiId}"]], "p99"),
        _graph("Errors of functions", _of_each("AWS/Lambda", "Errors", "FunctionName", functions), "Sum"),
        _graph("Throttled functions", _of_each("AWS/Lambda", "Throttles", "FunctionName", functions), "Sum"),
        _graph("Work that waits", _of_each("AWS/SQS", _VISIBLE, "QueueName", work_queues), "Maximum"),
        _graph("Work that could not be done", _of_each("AWS/SQS", _VISIBLE, "QueueName", dead_queues), "Maximum"),
        _graph("Age of the oldest work", _of_each("AWS/SQS", _OLDEST, "QueueName", work_queues), "Maximum"),
        _graph("Throttled tables", _of_each("AWS/DynamoDB", "ThrottledRequests", "TableName", tables), "Sum"),
        _log_table("Routes, slowest first", functions),
    ]
    return {"widgets": [widget | _place(number) for number, widget in enumerate(widgets)]}


_VISIBLE: Final = "ApproximateNumberOfMessagesVisible"
_OLDEST: Final = "ApproximateAgeOfOldestMessage"


def _api_metrics() -> list[Metric]:
    return [["AWS/ApiGateway", metric, "ApiId", "${ApiId}"] for metric in ("Count", "4xx", "5xx")]


def _of_each(namespace: str, metric: str, dimension: str, values: Sequence[str]) -> list[Metric]:
    return [[namespace, metric, dimension, value] for value in values]


def _graph(title: str, metrics: list[Metric], statistic: str) -> dict[str, Any]:
    properties = {"title": title, "metrics": metrics, "stat": statistic, "period": 300, "region": "${AWS::Region}"}
    return {"type": "metric", "properties": properties}


def _log_table(title: str, functions: Sequence[str]) -> dict[str, Any]:
    sources = " | ".join(f"SOURCE '/aws/lambda/{name}'" for name in functions[:_LOG_GROUPS_OF_A_QUERY])
    query = f"{sources} | {SLOWEST_ROUTES}"
    return {
        "type": "log",
        "properties": {"title": title, "query": query, "region": "${AWS::Region}", "view": "table"},
    }


def _place(number: int) -> dict[str, int]:
    column, row = number % 2, number // 2
    return {"x": column * _WIDTH, "y": row * _HEIGHT, "width": _WIDTH, "height": _HEIGHT}
