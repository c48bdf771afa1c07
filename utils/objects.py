"""Objects in the declared buckets: read, write and delete them, all through :mod:`utils.aws`."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final, NamedTuple

from utils import aws

if TYPE_CHECKING:
    from utils.resources import Bucket

_MISSING: Final = frozenset({"NoSuchKey", "404"})
_MOVED: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})


class Tagged(NamedTuple):
    """An object's bytes, and the tag (ETag) of just these."""

    content: bytes
    tag: str


class TooLarge(ValueError):
    """An object is larger than its reader was prepared for."""


def read(bucket: Bucket, key: str, *, at_most: int | None = None) -> bytes | None:
    """Return an object's bytes; ``None`` when it is not there (which takes the grant ``list`` to be told).

    Parameters
    ----------
    at_most
        Bytes that may come.

    Raises
    ------
    TooLarge
        When it has more than ``at_most`` bytes; they are not read.
    Unavailable
        When S3 cannot be reached, throttles or fails.

    Example
    -------
    >>> read(queues.documents, "invoices/2026/1.pdf")  # doctest: +SKIP
    b'%PDF-…'
    """
    found = read_tagged(bucket, key, at_most=at_most)
    return found.content if found else None


def read_tagged(bucket: Bucket, key: str, *, at_most: int | None = None) -> Tagged | None:
    """Return an object as :func:`read` does, with the tag of what it is now, for :func:`replace`."""
    try:
        answer = aws.call("s3", "GetObject", Bucket=bucket.bucket_name, Key=key)
    except aws.Refusal as refusal:
        if aws.error_code(refusal) in _MISSING:
            return None
        raise
    with closing(answer["Body"]) as body:
        if at_most is not None and answer["ContentLength"] > at_most:
            raise TooLarge(f"{answer['ContentLength']} bytes")
        return Tagged(aws.rest_of(body), answer["ETag"])


def write(bucket: Bucket, key: str, body: bytes, *, content_type: str, **headers: str) -> None:
    """Put an object in place of what is there.

    Parameters
    ----------
    headers
        More of PutObject's parameters, such as ``CacheControl`` or ``ContentDisposition``.

    Example
    -------
    >>> write(queues.media, "a.webp", b"…", content_type="image/webp")  # doctest: +SKIP
    """
    aws.call("s3", "PutObject", Bucket=bucket.bucket_name, Key=key, Body=body, ContentType=content_type, **headers)


def replace(bucket: Bucket, key: str, body: bytes, *, content_type: str, tag: str | None) -> bool:
    """Put an object in place of what it was when it was read, and return whether that was still there.

    Parameters
    ----------
    tag
        The tag that it had; ``None`` if there was no such object.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    """
    condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
    try:
        write(bucket, key, body, content_type=content_type, **condition)
    except aws.Refusal as refusal:
        if aws.error_code(refusal) in _MOVED:
            return False
        raise
    return True


def delete(bucket: Bucket, key: str) -> None:
    """Delete an object; one that is not there is as good as deleted."""
    aws.call("s3", "DeleteObject", Bucket=bucket.bucket_name, Key=key)
