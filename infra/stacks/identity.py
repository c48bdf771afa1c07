"""The keys that sign access tokens and seal small secrets, and the secrets. No value leaves AWS through a template."""

from __future__ import annotations

from typing import Any, Final

from aws_cdk import CfnTag, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.acknowledged import ROTATED_BY_ITS_ISSUER, ROTATED_BY_VERSION, acknowledge
from infra.constructs.kit import Kit
from infra.key_policies import SIGNING_KEY_SPEC, SIGNING_KEY_USAGE
from infra.names import substituted
from infra.stacks.base import ShopStack
from utils.resources import EncryptionKey, GivenSecret, Secret, SigningKey

_PENDING_DELETION_DAYS: Final = 30
_SECRET_LENGTH: Final = 64
_FIRST_VERSION: Final = "1"
_NOTHING_GIVEN_YET: Final = "{}"
"""What a secret holds until its operator runs ``aws secretsmanager put-secret-value``. It stands in the template and is
no secret; CloudFormation does not touch a resource that is the same as before, so what was put in outlives deployments.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-secretsmanager-secret.html"""

_KEY_POLICY: Final[dict[str, Any]] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "AccountDecidesByIam",
            "Effect": "Allow",
            "Principal": {"AWS": substituted("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}
"""AWS's default key policy: the account's IAM policies decide. In a key policy ``*`` means this key alone.
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"""


class IdentityStack(ShopStack):
    """Keys and secrets. They outlive their stack outside dev: losing the pepper loses every account's lookup."""

    def __init__(self, scope: Construct, *, kit: Kit) -> None:
        super().__init__(scope, "identity", kit=kit, description="keys and secrets")
        for key in kit.shop.resources.keys:
            self.export("key", key.name, "arn", value=self._key(key).attr_arn)
        for secret in kit.shop.resources.secrets:
            made = self._given(secret) if isinstance(secret, GivenSecret) else self._generated(secret)
            self.export("secret", secret.name, "arn", value=made.attr_id)

    @property
    def _keep(self) -> RemovalPolicy:
        return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if self.kit.settings.protect else RemovalPolicy.DESTROY

    def _key(self, key: SigningKey | EncryptionKey) -> kms.CfnKey:
        made = kms.CfnKey(
            self,
            key.name,
            description=f"Pushcart ({self.kit.names.stage}): {key.name}",
            key_policy=_KEY_POLICY,
            pending_window_in_days=_PENDING_DELETION_DAYS,
            **self._kind(key),
        )
        made.apply_removal_policy(self._keep)
        kms.CfnAlias(
            self, f"{key.name}-alias", alias_name=f"alias/{self.kit.names.prefix}-{key.name}", target_key_id=made.ref
        )
        return made

    def _kind(self, key: SigningKey | EncryptionKey) -> dict[str, Any]:
        """KMS rotates symmetric keys only; a signing key's successors are keys of their own, known by these tags."""
        if isinstance(key, EncryptionKey):
            return {"key_spec": "SYMMETRIC_DEFAULT", "key_usage": "ENCRYPT_DECRYPT", "enable_key_rotation": True}
        tags = [CfnTag(key=name, value=value) for name, value in self.kit.names.key_tags(key).items()]
        return {"key_spec": SIGNING_KEY_SPEC, "key_usage": SIGNING_KEY_USAGE, "tags": tags}

    def _given(self, secret: GivenSecret) -> secretsmanager.CfnSecret:
        made = secretsmanager.CfnSecret(
            self,
            secret.name,
            name=self.kit.names.secret(secret),
            description=f"Pushcart ({self.kit.names.stage}): {secret.name}, put in by the operator",
            secret_string=_NOTHING_GIVEN_YET,
        )
        acknowledge(made, ROTATED_BY_ITS_ISSUER)
        made.apply_removal_policy(self._keep)
        return made

    def _generated(self, secret: Secret) -> secretsmanager.CfnSecret:
        made = secretsmanager.CfnSecret(
            self,
            secret.name,
            name=self.kit.names.secret(secret),
            description=f"Pushcart ({self.kit.names.stage}): {secret.name}, by version",
            generate_secret_string={
                "secretStringTemplate": f'{{"current":"{_FIRST_VERSION}"}}',
                "generateStringKey": _FIRST_VERSION,
                "passwordLength": _SECRET_LENGTH,
                "excludePunctuation": True,
            },
        )
        acknowledge(made, ROTATED_BY_VERSION)
        made.apply_removal_policy(self._keep)
        return made
