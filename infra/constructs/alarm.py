"""An alarm over five minutes that tells a topic; silence is no alarm."""

from __future__ import annotations

from typing import Final

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

_PERIOD_SECONDS: Final = 300


def alarm(
    scope: Construct,
    topic: sns.CfnTopic,
    construct_id: str,
    *,
    namespace: str,
    metric: str,
    dimensions: dict[str, str],
    threshold: int,
    why: str,
    statistic: str,
    periods: int = 1,
) -> None:
    """Ring when ``metric`` reaches ``threshold`` for ``periods`` periods in a row.

    Parameters
    ----------
    statistic
        ``Sum``, ``Maximum``, or a percentile such as ``p99``.
    why
        What it means and what to do, as the mail will say it.
    """
    percentile = statistic if statistic.startswith("p") else None
    cloudwatch.CfnAlarm(
        scope,
        construct_id,
        alarm_description=why,
        namespace=namespace,
        metric_name=metric,
        dimensions=[{"name": name, "value": value} for name, value in dimensions.items()] or None,
        statistic=None if percentile else statistic,
        extended_statistic=percentile,
        period=_PERIOD_SECONDS,
        evaluation_periods=periods,
        threshold=threshold,
        comparison_operator="GreaterThanOrEqualToThreshold",
        treat_missing_data="notBreaching",
        alarm_actions=[topic.ref],
    )
