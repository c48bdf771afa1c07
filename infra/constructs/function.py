"""A declared function: its one file, its layers, a role of its own and a log of its own."""

from __future__ import annotations

from typing import Final

from aws_cdk import CfnResource, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk.aws_s3_assets import Asset
from constructs import Construct

from infra.acknowledged import EVERY_KEY, OLDER_RUNTIME, acknowledge, objects_of, own_log, unscopable
from infra.constructs.text import text
from infra.environment import environment
from infra.key_policies import is_every_key
from infra.packaging.layers import DEPENDENCIES, SHARED
from infra.policies import actions_on_everything, policy_document
from infra.settings import LogLevel
from infra.stacks.base import ShopStack
from utils.declarations import Declaration
from utils.resources import Bucket

_TRUST_LAMBDA: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


class DeclaredFunction(Construct):
    """The Lambda function of ``declaration``, with exactly the permissions that it declares."""

    def __init__(self, stack: ShopStack, declaration: Declaration) -> None:
        super().__init__(stack, declaration.name)
        self.declaration = declaration
        self._stack = stack
        self._kit = stack.kit
        log = self._log_group()
        role = self._role()
        self.resource = self._function(role)
        self.resource.add_resource_dependency(log)

    @property
    def arn(self) -> str:
        return self.resource.attr_arn

    @property
    def physical_name(self) -> str:
        return self._kit.names.function(self.declaration.name)

    def allow_invocation(self, *, principal: str, source_arn: str) -> CfnResource:
        """Let ``principal`` invoke the function for ``source_arn`` and for nobody else."""
        return lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=self.arn,
            principal=principal,
            source_arn=source_arn,
        )

    def _log_group(self) -> logs.CfnLogGroup:
        group = logs.CfnLogGroup(
            self,
            "Log",
            log_group_name=self._kit.names.log_group(self.declaration.name),
            retention_in_days=self._kit.settings.log_retention_days,
        )
        group.apply_removal_policy(RemovalPolicy.DESTROY)
        return group

    def _role(self) -> iam.CfnRole:
        declaration, names = self.declaration, self._kit.names
        document = policy_document(declaration, names)
        role = iam.CfnRole(
            self,
            "Role",
            assume_role_policy_document=_TRUST_LAMBDA,
            description=f"What {declaration.file} declares that it uses",
            policies=[iam.CfnRole.PolicyProperty(policy_name="uses", policy_document=document)],
        )
        acknowledge(role, own_log(names.log_group(declaration.name)))
        if actions := actions_on_everything(document):
            acknowledge(role, unscopable(actions))
        if any(is_every_key(statement, names) for statement in document["Statement"]):
            acknowledge(role, EVERY_KEY)
        buckets = dict.fromkeys(grant.resource for grant in declaration.uses if isinstance(grant.resource, Bucket))
        for bucket in buckets:
            acknowledge(role, objects_of(names.bucket_text(bucket)))
        return role

    def _function(self, role: iam.CfnRole) -> lambda_.CfnFunction:
        declaration, kit = self.declaration, self._kit
        asset = Asset(self, "Code", path=str(kit.code(kit.shop.source(declaration))))
        layers = [DEPENDENCIES, *(package.name for package in declaration.packages), SHARED]
        variables = {name: text(value) for name, value in environment(declaration, kit.shop, kit.names).items()}
        made = lambda_.CfnFunction(
            self,
            "Function",
            function_name=self.physical_name,
            description=declaration.summary[:256],
            runtime=kit.runtime.name,
            architectures=[kit.runtime.architecture],
            handler=f"{declaration.name}.handler",
            code=lambda_.CfnFunction.CodeProperty(s3_bucket=asset.s3_bucket_name, s3_key=asset.s3_object_key),
            layers=[self._stack.layer(name).ref for name in dict.fromkeys(layers)],
            role=role.attr_arn,
            memory_size=kit.settings.memory_mb.get(declaration.name, declaration.memory_mb),
            timeout=declaration.timeout_seconds,
            environment={"variables": variables},
            logging_config=_logging(kit.settings.log_level),
            tracing_config={"mode": "Active" if kit.settings.xray else "PassThrough"},
        )
        acknowledge(made, OLDER_RUNTIME)
        return made


def _logging(level: LogLevel) -> lambda_.CfnFunction.LoggingConfigProperty:
    """Keep Lambda's own lines about each start and end out of the log, which is paid by the byte, save when debugging.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    """
    return lambda_.CfnFunction.LoggingConfigProperty(
        log_format="JSON",
        application_log_level="WARN" if level == "WARNING" else level,
        system_log_level="INFO" if level == "DEBUG" else "WARN",
    )
