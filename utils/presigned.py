"""Forms that S3 itself takes from a browser: signed here, and posted to S3 with no function in between.

S3 holds the form against the signed policy: the bucket, the exact key, the content type, the size and the hour.
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from botocore.signers import S3PostPresigner

from utils import aws

if TYPE_CHECKING:
    from utils.resources import Bucket

LEAST_BYTES: Final = 1


class Form(NamedTuple):
    """Where to post, and the fields that go before the file."""

    url: str
    fields: dict[str, str]


def upload_form(bucket: Bucket, key: str, *, content_type: str, most_bytes: int, seconds: int) -> Form:
    """Sign a form by which one object can be uploaded, with the leave of this function's own role.

    Parameters
    ----------
    key
        The object's exact name.
    content_type
        What the form must say that it sends; nobody has looked at the bytes yet.
    most_bytes
        Size of the largest file that S3 takes; an empty one is refused too.
    seconds
        How long the form is good for. Credentials that end sooner end it sooner.

    Returns
    -------
    Form
        ``POST`` its ``fields`` as multipart form data to its ``url``, the file last, as the field ``file``.

    Example
    -------
    >>> upload_form(queues.uploads, "a", content_type="image/png", most_bytes=5, seconds=60).fields  # doctest: +SKIP
    {'key': 'a', 'Content-Type': 'image/png', 'policy': '…', 'x-amz-signature': '…', …}
    """
    s3, fields = aws.client("s3"), {"key": key, "Content-Type": content_type}
    conditions: list[Any] = [{"bucket": bucket.bucket_name}, {"key": key}, {"Content-Type": content_type}]
    conditions.append(["content-length-range", LEAST_BYTES, most_bytes])
    signed = S3PostPresigner(s3._request_signer).generate_presigned_post(
        {"url": address(bucket), "method": "POST", "headers": {}, "body": b"", "context": {}},
        fields=fields,
        conditions=conditions,
        expires_in=seconds,
        region_name=s3.meta.region_name,
    )
    return Form(signed["url"], signed["fields"])


def address(bucket: Bucket) -> str:
    """Return where forms for ``bucket`` are posted: its own host at AWS, its path at another endpoint.

    ``UPLOAD_URL`` stands in for both where people cannot reach the S3 that functions use, as under ``make serve``.
    """
    name, endpoint = bucket.bucket_name, os.environ.get("AWS_ENDPOINT_URL")
    if chosen := os.environ.get("UPLOAD_URL"):
        return f"{chosen}/{name}"
    if endpoint:
        return f"{endpoint}/{name}"
    scheme, _, host = aws.client("s3").meta.endpoint_url.partition("://")
    return f"{scheme}://{name}.{host}"
