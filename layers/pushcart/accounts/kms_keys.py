"""The generations of the signing key in KMS: made, found again, and taken away."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final

from pushcart import queues
from pushcart.accounts import signing_keys
from pushcart.accounts.signing_keys import PublicKey
from utils import aws
from utils.log import logger
from utils.settings import setting

PENDING_DAYS: Final = 7
"""The least that KMS waits before it deletes. Nothing is verified by the key's own leave, so no longer is needed."""
_GONE: Final = frozenset({"KMSInvalidStateException", "NotFoundException"})


def name_of(key_id: str) -> str:
    """Return the id of a key, of its id or its ARN (a deployment tells functions the ARN)."""
    return key_id.rsplit("/", 1)[-1]


def tags() -> dict[str, str]:
    """Return the tags by which a generation is known, and by which functions may use it."""
    return {"pushcart:key": queues.token_signing.tag, "stage": setting("PUSHCART_STAGE")}


def _own_tags() -> dict[str, str]:
    """Return the tags of what :func:`create` makes: a key that came with a deployment is never taken for a lost one."""
    return {**tags(), "pushcart:made-by": "rotation"}


def create() -> str:
    """Make a key, and return its id."""
    answer = aws.call(
        "kms",
        "CreateKey",
        KeySpec="ECC_NIST_P256",
        KeyUsage="SIGN_VERIFY",
        Description=f"Pushcart ({setting('PUSHCART_STAGE')}): {queues.token_signing.name}, made by its rotation",
        Tags=[{"TagKey": name, "TagValue": value} for name, value in _own_tags().items()],
    )
    return str(answer["KeyMetadata"]["KeyId"])


def public_half(key_id: str) -> PublicKey | None:
    """Return the public half, ``None`` while KMS refuses it.

    It may for some minutes: what tags allow takes effect late.
    Source: https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
    """
    try:
        return signing_keys.read(key_id)
    except aws.Refusal as refusal:
        logger.warning("a signing key cannot be read", extra={"code": aws.error_code(refusal)})
        return None


def lost(known: Container[str]) -> Iterator[str]:
    """Yield the ids of keys that a rotation made and that are not ``known``."""
    marker: dict[str, str] = {}
    while True:
        answer = aws.call("kms", "ListKeys", **marker)
        for key in answer["Keys"]:
            if key["KeyId"] not in known and _bears_our_tags(key["KeyId"]):
                yield key["KeyId"]
        if not answer.get("Truncated"):
            return
        marker = {"Marker": answer["NextMarker"]}


def delete(key_id: str) -> None:
    """Schedule the deletion of a key; one for which it is scheduled, or that is gone, stays so."""
    try:
        aws.call("kms", "ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays=PENDING_DAYS)
    except aws.Refusal as refusal:
        if aws.error_code(refusal) not in _GONE:
            raise


def _bears_our_tags(key_id: str) -> bool:
    try:
        answer = aws.call("kms", "ListResourceTags", KeyId=key_id)
    except aws.Refusal as refusal:
        if aws.error_code(refusal) in {"AccessDeniedException", *_GONE}:
            return False
        raise
    found = {tag["TagKey"]: tag["TagValue"] for tag in answer["Tags"]}
    return _own_tags().items() <= found.items()
