"""Which actions on which buckets IAM checks for a call of S3, and for a form that is signed here and posted there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError
from botocore.signers import S3PostPresigner

SIGNED_POST: Final = "PostObject"
"""How a signed form stands among the calls: no call by itself, but S3 asks what the signer may do when it is posted."""

_ACTIONS: Final = {"HeadObject": "GetObject", "ListObjectsV2": "ListBucket", "CopyObject": "PutObject"}
_MISSING: Final = frozenset({"NoSuchKey", "404"})


def bucket_touches(operation: str, parameters: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of action and resource that a call of S3 needs.

    Example
    -------
    >>> bucket_touches("HeadObject", {"Bucket": "a", "Key": "b"})
    (('s3:GetObject', 'bucket/a'),)
    """
    own = (f"s3:{_ACTIONS.get(operation, operation)}", _resource(parameters))
    if operation == "CopyObject":
        source = parameters["CopySource"]
        bucket = source["Bucket"] if isinstance(source, dict) else source.lstrip("/").partition("/")[0]
        return (("s3:GetObject", f"bucket/{bucket}"), own)
    return (own,)


def touch_of_absence(error: BaseException, parameters: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what it took to be told that an object is not there: whoever may not list is told that it is forbidden.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    missing = isinstance(error, ClientError) and error.response["Error"]["Code"] in _MISSING
    return (("s3:ListBucket", _resource(parameters)),) if missing else ()


def watch_signatures(told: Callable[[str], None]) -> None:
    """Call ``told`` with the bucket of each form that is signed from now on; a second time does nothing."""
    presigner: Any = S3PostPresigner
    original = presigner.generate_presigned_post
    if getattr(original, "pushcart_recorder", False):
        return

    def generate_presigned_post(self: Any, request_dict: Any, *, conditions: list[Any], **options: Any) -> Any:
        told(next(one["bucket"] for one in conditions if isinstance(one, dict) and "bucket" in one))
        return original(self, request_dict, conditions=conditions, **options)

    generate_presigned_post.pushcart_recorder = True  # type: ignore[attr-defined]
    presigner.generate_presigned_post = generate_presigned_post


def _resource(parameters: dict[str, Any]) -> str:
    return f"bucket/{parameters['Bucket']}"
