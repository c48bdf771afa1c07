"""Which declared key a call of KMS is about, as IAM sees it: the generations of a signing key are one key.

A successor is made at run time and granted by its tag, so a call with its id counts as one with the declared key, whose
id the environment holds.
"""

from __future__ import annotations

import os
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.clients import client
from infra.local.provision import KEY_TAG
from utils.settings import variable

UNSCOPED: Final = frozenset({"kms:ListKeys"})
"""Actions that a signing key grants and that IAM knows on no resource."""


def key_actions(operation: str, parameters: dict[str, Any]) -> tuple[str, ...]:
    """Return the actions that IAM checks for a call of KMS; making a key with tags is tagging it too.

    Who asks every key for its tags is answered by those that bear the right ones, and needs no leave for the others.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
    """
    if operation == "ListResourceTags" and _declared(_tags(last_part(parameters["KeyId"]))) is None:
        return ()
    tagging = ("kms:TagResource",) if operation == "CreateKey" and parameters.get("Tags") else ()
    return (f"kms:{operation}", *tagging)


def key_resource(parameters: dict[str, Any]) -> str:
    """Return the resource of a call of KMS: ``key/<id of the declared key>``; ``*`` when it names no key."""
    if "KeyId" not in parameters:
        return _declared(parameters.get("Tags", ())) or "*"
    key_id = last_part(parameters["KeyId"])
    if key_id in _declared_ids():
        return f"key/{key_id}"
    return _declared(_tags(key_id)) or f"key/{key_id}"


def last_part(name: str) -> str:
    """Return the last part of an ARN or URL: the name that a person would use."""
    return name.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def _declared_ids() -> set[str]:
    return {last_part(value) for name, value in os.environ.items() if name.startswith("KEY_") and name.endswith("_ID")}


def _declared(tags: Any) -> str | None:
    for tag in tags:
        if tag["TagKey"] == KEY_TAG and (first := os.environ.get(variable("key", tag["TagValue"], "_id"))):
            return f"key/{last_part(first)}"
    return None


def _tags(key_id: str) -> Any:
    try:
        return client("kms").list_resource_tags(KeyId=key_id)["Tags"]
    except (BotoCoreError, ClientError):
        # A key that is not there is nobody's: the call itself will say so.
        return ()
