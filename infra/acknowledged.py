"""The rules of cdk-nag that the shop does not follow, each with its reason. Anything else stops the synthesis.

A rule is acknowledged where it does not apply and nowhere else, so that the next resource is checked again.
"""

from __future__ import annotations

from typing import Final

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct

OLDER_RUNTIME: Final = (
    "L1",
    (
        "The runtime is the minor version of the Python that builds: bytecode belongs to one, and without it a cold "
        "start takes four times as long. Building with a newer Python moves it."
    ),
)
OPEN_ROUTE: Final = (
    "APIG4",
    "The route declares ANYONE; a test holds every authorizer against its declaration.",
)
ROTATED_BY_VERSION: Final = (
    "SMG4",
    (
        "The pepper is rotated by adding a version beside the old ones, which stored hashes name; a replaced value "
        "would lock every account out."
    ),
)
ROTATED_BY_ITS_ISSUER: Final = (
    "SMG4",
    "Another party issues what this secret holds, and rotates it; the operator puts the new value in.",
)
EVERY_KEY: Final = (
    "IAM5[Resource::arn:<AWS::Partition>:kms:<AWS::Region>:<AWS::AccountId>:key/*]",
    (
        "A signing key's successors are made at run time, so no template can name them: the statement's conditions let "
        "none through but keys that bear this key's tags, of this stage."
    ),
)
FORGETFUL_TABLE: Final = ("DDB3", "What this table or stage holds may be lost: recovery is declared off.")
DEAD_LETTERS: Final = ("SQS3", "This queue is the dead-letter queue.")
UNLOGGED_BUCKET: Final = (
    "S1",
    (
        "Only the shop's functions and its distribution reach a bucket: each function logs its work, and what the "
        "distribution hands out is public."
    ),
)
SHARED_CERTIFICATE: Final = (
    "CFR4",
    "The distribution has CloudFront's own domain and certificate, with which AWS lets nobody choose the protocol.",
)
UNLOGGED_DELIVERY: Final = (
    "CFR3",
    "Anybody may read these pictures, and whoever does is nobody's business; CloudWatch counts requests and errors.",
)
ALARM_TOPIC: Final = ("SNS2", "CloudWatch may not publish under the AWS-managed key, and an alarm holds no data.")


def own_log(group: str) -> tuple[str, str]:
    """Return the acknowledgment of a function's leave to write into its own log ``group``."""
    arn_pattern = f"arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:{group}:*"
    return f"IAM5[Resource::{arn_pattern}]", "A function's own log group; AWS names its streams only by `:*`."


def objects_of(bucket: str) -> tuple[str, str]:
    """Return the acknowledgment of leave to reach any object of a declared bucket, by the text of its name."""
    name = bucket.replace("${", "<").replace("}", ">")
    return (
        f"IAM5[Resource::arn:<AWS::Partition>:s3:::{name}/*]",
        "An object's key is made at run time; the bucket is this function's to use, and the verb is declared.",
    )


def unscopable(actions: list[str]) -> tuple[str, str]:
    """Return the acknowledgment of actions for which AWS takes no resource (``infra.policies.UNSCOPABLE``)."""
    return "IAM5[Resource::*]", f"AWS takes no resource for {', '.join(actions)}."


def acknowledge(scope: IConstruct, *rules: tuple[str, str]) -> None:
    """Acknowledge ``rules`` (the rule without its pack's name, and the reason) for ``scope`` and what is below it."""
    Validations.of(scope).acknowledge(
        *(Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason) for rule, reason in rules)
    )
