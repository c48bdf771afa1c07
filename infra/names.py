"""Physical names, ARNs and export names, all made from the stage and the declared names.

What crosses from one stack to another is either one of these names or an export that is named here, never a name that
CDK makes up: CloudFormation refuses to change an export that is in use, so an export must not follow the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from infra.local.provision import failure_queue_name, key_tags, queue_name
from infra.local.provision_buckets import bucket_name
from infra.settings import StageSettings
from utils.resources import Bucket, Mailer, Queue, Secret, SigningKey, Topic
from utils.tables import Index, Table

_MAX_FUNCTION_NAME: Final = 64

Arn = str | dict[str, Any]
"""An ARN of a template: a text, or an intrinsic function that becomes one."""


def substituted(text: str) -> dict[str, str]:
    """Return ``Fn::Sub`` of ``text``, in which ``${AWS::Region}`` and the like stand for themselves."""
    return {"Fn::Sub": text}


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one stage."""

    settings: StageSettings

    @property
    def stage(self) -> str:
        return self.settings.stage

    @property
    def prefix(self) -> str:
        return f"pushcart-{self.stage}"

    def stack(self, part: str) -> str:
        return f"{self.prefix}-{part}"

    def function(self, name: str) -> str:
        """Return a function's physical name.

        Raises
        ------
        ValueError
            When Lambda would refuse it for its length.
        """
        physical = f"{self.prefix}-{name}"
        if len(physical) > _MAX_FUNCTION_NAME:
            raise ValueError(f"{physical}: a function's name has at most {_MAX_FUNCTION_NAME} characters")
        return physical

    def log_group(self, function: str) -> str:
        return f"/aws/lambda/{self.function(function)}"

    def table(self, table: str) -> str:
        return f"{self.prefix}-{table}-{self.settings.generation(table)}"

    def table_arn(self, table: str) -> Arn:
        return self._arn("dynamodb", f"table/{self.table(table)}")

    def index_arn(self, index: Index) -> Arn:
        return self._arn("dynamodb", f"table/{self.table(index.table)}/index/{index.name}")

    def queue(self, queue: Queue) -> str:
        return queue_name(queue, self.stage)

    def dead_queue(self, queue: Queue) -> str:
        return queue_name(queue, self.stage, dead=True)

    def stream_failures(self, table: Table) -> str:
        return failure_queue_name(table, self.stage)

    @property
    def schedule_failures(self) -> str:
        return f"{self.prefix}-schedules-failed"

    def queue_arn(self, physical_name: str) -> Arn:
        return self._arn("sqs", physical_name)

    def bucket(self, bucket: Bucket) -> Arn:
        return substituted(self.bucket_text(bucket))

    def bucket_arn(self, bucket: Bucket) -> Arn:
        """Return the ARN of the bucket itself, which is listed."""
        return substituted(f"arn:${{AWS::Partition}}:s3:::{self.bucket_text(bucket)}")

    def objects_arn(self, bucket: Bucket) -> Arn:
        """Return the ARN of all that is in the bucket: an object's name is made at run time."""
        return substituted(f"arn:${{AWS::Partition}}:s3:::{self.bucket_text(bucket)}/*")

    def bucket_text(self, bucket: Bucket) -> str:
        """Return the physical name as a text that still needs ``Fn::Sub``: the account is known at deployment."""
        return bucket_name(bucket, self.stage, account="${AWS::AccountId}")

    def topic(self, topic: Topic) -> str:
        return f"{self.prefix}-{topic.name}"

    def topic_arn(self, topic: Topic) -> Arn:
        return self._arn("sns", self.topic(topic))

    def key_tags(self, key: SigningKey) -> dict[str, str]:
        """Return the tags by which every generation of ``key`` is known."""
        return key_tags(key, self.stage)

    @property
    def every_key_arn(self) -> Arn:
        """Every key of the account in this region: good for nothing without a condition on tags."""
        return self._arn("kms", "key/*")

    def secret(self, secret: Secret) -> str:
        return f"{self.prefix}-{secret.name}"

    def sender(self, mailer: Mailer) -> str:
        """Return the address that ``mailer`` sends from.

        Raises
        ------
        KeyError
            When the settings name none.
        """
        if mailer.name not in self.settings.mail_from:
            raise KeyError(f"config/settings.yaml: mail_from names no address for the sender {mailer.name!r}")
        return self.settings.mail_from[mailer.name]

    def sender_arns(self, mailer: Mailer) -> list[Arn]:
        """SES checks the identity that was verified: the address itself, or its domain. An emulator may know none."""
        if not self.settings.features.sender_identities:
            return ["*"]
        address = self.sender(mailer)
        return [self._arn("ses", f"identity/{name}") for name in (address, address.rpartition("@")[2])]

    def export(self, *parts: str) -> str:
        """Return the name of an export, such as ``pushcart-dev-queue-payments-url``."""
        return "-".join((self.prefix, *parts))

    def imported(self, *parts: str) -> dict[str, str]:
        """Return the value of the export that :meth:`export` names, for another stack's template."""
        return {"Fn::ImportValue": self.export(*parts)}

    @staticmethod
    def _arn(service: str, resource: str) -> Arn:
        return substituted(f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}")
