"""Objects in the declared buckets: read, write and delete them, all through :mod:`utils.aws`."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from utils import aws

if TYPE_CHECKING:
    from utils.resources import Bucket

_MISSING: Final = frozenset({"NoSuchKey", "404"})


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
    try:
        answer = aws.call("s3", "GetObject", Bucket=bucket.bucket_name, Key=key)
    except aws.Refusal as refusal:
        if aws.error_code(refusal) in _MISSING:
            return None
        raise
    with closing(answer["Body"]) as body:
        if at_most is not None and answer["ContentLength"] > at_most:
            raise TooLarge(f"{answer['ContentLength']} bytes")
        return aws.rest_of(body)


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


def delete(bucket: Bucket, key: str) -> None:
    """Delete an object; one that is not there is as good as deleted."""
    aws.call("s3", "DeleteObject", Bucket=bucket.bucket_name, Key=key)
