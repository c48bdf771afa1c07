"""What a function may do with keys of KMS: the one kind of resource whose later generations have no ARN to name yet.

The first generation of a signing key comes with the deployment, and is granted by its ARN. Its successors are made at
run time, so they are granted by their tags, which the first one bears too.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from infra.names import Arn, Names
from utils.resources import EncryptionKey, Grant, SigningKey

Conditions = dict[str, dict[str, str]]

SIGNING_KEY_SPEC: Final = "ECC_NIST_P256"
SIGNING_KEY_USAGE: Final = "SIGN_VERIFY"

_ROTATE: Final = "rotate"
_SEARCH: Final = "search"
_KIND: Final = {"kms:KeySpec": SIGNING_KEY_SPEC, "kms:KeyUsage": SIGNING_KEY_USAGE}


class Permission(NamedTuple):
    """Actions on ARNs, under conditions where there are any: what becomes one statement of a policy."""

    actions: tuple[str, ...]
    arns: list[Arn]
    conditions: Conditions | None = None


def key_permissions(grant: Grant, key: SigningKey | EncryptionKey, names: Names) -> list[Permission]:
    """Return what ``grant`` allows with ``key``.

    A successor is named by ``key/*`` of this account and region and told apart by its tags ``pushcart:key`` and
    ``stage``. Sources: https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html,
    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    """
    first = Permission(grant.actions, [names.imported("key", key.name, "arn")])
    if isinstance(key, EncryptionKey):
        return [first]
    if grant.verb == _ROTATE:
        return _rotation(key, names)
    if grant.verb == _SEARCH:
        return _search(key, names)
    return [first, Permission(grant.actions, [names.every_key_arn], {"StringEquals": _tags(key, names, "Resource")})]


def _rotation(key: SigningKey, names: Names) -> list[Permission]:
    """Make a generation, tag it as it is made, and take one away; never a key of another kind, stage or name.

    ``CreateKey`` with tags is authorised as ``kms:TagResource`` too, on every key, before the key has a tag. A key that
    bears one already must be ours (``IfExists``): nobody is to claim another stage's key by tagging it again.
    Source: https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
    """
    asked, borne = _tags(key, names, "Request"), _tags(key, names, "Resource")
    kind, every = (_KIND if names.settings.features.key_kinds else {}), [names.every_key_arn]
    return [
        Permission(("kms:CreateKey",), ["*"], {"StringEquals": asked | kind}),
        Permission(("kms:TagResource",), every, {"StringEquals": asked, "StringEqualsIfExists": borne}),
        Permission(("kms:ScheduleKeyDeletion",), every, {"StringEquals": borne | kind}),
    ]


def _search(key: SigningKey, names: Names) -> list[Permission]:
    """Know which keys there are, by their ids alone, and the tags of those that bear ours."""
    borne = {"StringEquals": _tags(key, names, "Resource")}
    return [
        Permission(("kms:ListKeys",), ["*"]),
        Permission(("kms:ListResourceTags",), [names.every_key_arn], borne),
    ]


def _tags(key: SigningKey, names: Names, whose: str) -> dict[str, str]:
    return {f"aws:{whose}Tag/{tag}": value for tag, value in names.key_tags(key).items()}


def is_every_key(statement: dict[str, Any], names: Names) -> bool:
    """Whether a policy's statement reaches beyond keys that are named."""
    return bool(statement["Resource"] == names.every_key_arn)
