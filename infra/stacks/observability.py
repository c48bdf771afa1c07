"""What tells people how the shop does: one dashboard, and the few alarms that somebody would get up for.

An alarm costs 0.10 $ a month and a custom metric 0.30 $, so there is none per function: a function's own figures come
from a query over its log, which the dashboard holds ready.
"""

from __future__ import annotations

import json
from typing import Any, Final

from aws_cdk import Fn
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.acknowledged import ALARM_TOPIC, acknowledge
from infra.constructs.alarm import alarm
from infra.constructs.kit import Kit
from infra.constructs.text import text
from infra.dashboard import dashboard_body
from infra.stacks.base import ShopStack
from infra.stacks.messaging import tls_only
from utils.declarations import QueueWorker

SERVER_ERRORS_IN_FIVE_MINUTES: Final = 5
P99_LATENCY_MS: Final = 3_000
PAYMENTS_QUEUE: Final = "payments"
MATCH: Final = "match_payments"
WORKER_LINES: Final = ("payment in review", "refund in review", "refund failed", "payment provider not taken")
MATCH_LINES: Final = ("payment mismatch",)
"""What the payments worker and the nightly match log of money that somebody has to look at: the constants
``IN_REVIEW``, ``REFUND_IN_REVIEW``, ``REFUND_FAILED``, ``PROVIDER_GONE`` and ``MISMATCH`` of pushcart.payments."""
_NAMESPACE: Final = "Pushcart"
_BUDGET_SHARES: Final = (80, 100)


class ObservabilityStack(ShopStack):
    """Dashboard, budget, and alarms: errors, latency, payments in review, dead letters; told to ``alarm_email``."""

    def __init__(self, scope: Construct, *, kit: Kit) -> None:
        super().__init__(scope, "observability", kit=kit, description="dashboard, alarms, budget")
        features = kit.settings.features
        if features.alarms:
            self._topic = self._alarm_topic()
            self._api_alarms()
            self._review_alarms()
            for name in dead_queues(kit):
                self._dead_letter_alarm(name)
        if features.dashboard:
            self._dashboard()
        if features.budget and kit.settings.monthly_budget_usd and kit.settings.alarm_email:
            self._budget(kit.settings.monthly_budget_usd, kit.settings.alarm_email)

    def _alarm_topic(self) -> sns.CfnTopic:
        """Not encrypted by the AWS-managed key, under which CloudWatch may not publish; an alarm holds no data."""
        topic = sns.CfnTopic(self, "Alarms", topic_name=f"{self.kit.names.prefix}-alarms")
        acknowledge(topic, ALARM_TOPIC)
        service = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic.ref,
            "Condition": {"StringEquals": {"aws:SourceAccount": self.account}},
        }
        sns.CfnTopicPolicy(
            self,
            "AlarmsPolicy",
            topics=[topic.ref],
            policy_document={"Version": "2012-10-17", "Statement": [tls_only(topic.ref), service]},
        )
        if self.kit.settings.alarm_email:
            sns.CfnSubscription(
                self,
                "AlarmsToMail",
                topic_arn=topic.ref,
                protocol="email",
                endpoint=self.kit.settings.alarm_email,
            )
        return topic

    def _api_alarms(self) -> None:
        api = {"ApiId": text(self.kit.names.imported("api", "id"))}
        alarm(
            self,
            self._topic,
            "ApiServerErrors",
            namespace="AWS/ApiGateway",
            metric="5xx",
            dimensions=api,
            statistic="Sum",
            threshold=SERVER_ERRORS_IN_FIVE_MINUTES,
            why="The API answered 5xx: look at the functions' logs by request id",
        )
        alarm(
            self,
            self._topic,
            "ApiLatency",
            namespace="AWS/ApiGateway",
            metric="Latency",
            dimensions=api,
            statistic="p99",
            threshold=P99_LATENCY_MS,
            periods=3,
            why="One request in a hundred took longer than three seconds for a quarter of an hour",
        )

    def _review_alarms(self) -> None:
        """Count money that somebody has to look at: the one business figure worth a metric of its own."""
        metric = f"PaymentsInReview-{self.kit.names.stage}"
        watched = {
            function.name: MATCH_LINES if function.name == MATCH else WORKER_LINES
            for function in self.kit.shop.functions
            if function.name == MATCH or (isinstance(function, QueueWorker) and function.queue.name == PAYMENTS_QUEUE)
        }
        for name, lines in watched.items():
            logs.CfnMetricFilter(
                self,
                "PaymentMismatchFilter" if name == MATCH else "PaymentsInReviewFilter",
                log_group_name=self.kit.names.log_group(name),
                filter_pattern=_any_of(lines),
                metric_transformations=[
                    logs.CfnMetricFilter.MetricTransformationProperty(
                        metric_name=metric, metric_namespace=_NAMESPACE, metric_value="1"
                    )
                ],
            )
        if watched:
            alarm(
                self,
                self._topic,
                "PaymentsInReview",
                namespace=_NAMESPACE,
                metric=metric,
                dimensions={},
                statistic="Sum",
                threshold=1,
                why="Money needs somebody: an outcome unknown for too long, a refund refused, or books that differ "
                "from the provider's; the log lines of on_payment_command and match_payments name it",
            )

    def _dead_letter_alarm(self, queue_name: str) -> None:
        alarm(
            self,
            self._topic,
            f"Dead-{queue_name}",
            namespace="AWS/SQS",
            metric="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": queue_name},
            statistic="Maximum",
            threshold=1,
            why=f"{queue_name} holds work that could not be done: find the cause, then redrive",
        )

    def _dashboard(self) -> None:
        functions = [self.kit.names.function(function.name) for function in self.kit.shop.functions]
        body = dashboard_body(
            functions=functions,
            tables=[self.kit.names.table(table.name) for table in self.kit.shop.resources.tables],
            dead_queues=dead_queues(self.kit),
            work_queues=[self.kit.names.queue(queue) for queue in self.kit.shop.resources.queues],
        )
        template = json.dumps(body, separators=(",", ":"))
        cloudwatch.CfnDashboard(
            self,
            "Dashboard",
            dashboard_name=self.kit.names.prefix,
            dashboard_body=Fn.sub(template, {"ApiId": text(self.kit.names.imported("api", "id"))}),
        )

    def _budget(self, limit_usd: int, email: str) -> None:
        subscribers: list[Any] = [
            budgets.CfnBudget.SubscriberProperty(subscription_type="EMAIL", address=email),
        ]
        budgets.CfnBudget(
            self,
            "Spend",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=self.kit.names.prefix,
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=limit_usd, unit="USD"),
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        comparison_operator="GREATER_THAN",
                        notification_type="ACTUAL",
                        threshold=share,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=subscribers,
                )
                for share in _BUDGET_SHARES
            ],
        )


def dead_queues(kit: Kit) -> list[str]:
    """Return the names of all queues that hold what could not be done."""
    names = [kit.names.dead_queue(queue) for queue in kit.shop.resources.queues]
    names += [kit.names.stream_failures(worker.table) for worker in kit.shop.stream_workers]
    return names + ([kit.names.schedule_failures] if kit.shop.has_schedules else [])


def _any_of(lines: tuple[str, ...]) -> str:
    """Return a filter for log lines of any of these messages.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
    """
    terms = [f'$.message = "{line}"' for line in lines]
    told = terms[0] if len(terms) == 1 else " || ".join(f"({term})" for term in terms)
    return f"{{ {told} }}"
