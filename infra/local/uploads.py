"""The S3 that a browser meets: forms that are posted to a bucket, and pictures that anybody may read.

``POST /_uploads/BUCKET`` holds a form against its signed policy as S3 does (expiry, every field, the size of the file,
the signature) before the object is put; ``GET /_media/KEY`` hands out what the distribution would. Local only.
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from datetime import datetime
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Final
from xml.sax.saxutils import escape

from botocore.exceptions import ClientError

from infra.local.clients import client
from infra.local.payload import HttpRequest, HttpResponse
from utils.clock import now
from utils.settings import setting

UPLOADS: Final = "/_uploads/"
MEDIA: Final = "/_media/"
_UNSIGNED: Final = frozenset({"policy", "x-amz-signature", "file"})
"""Fields that need no condition, beside those whose names begin with x-ignore-."""
_ANY_ORIGIN: Final = {"access-control-allow-origin": "*"}


class Refused(Exception):
    """S3's refusal of a form: the status and the code that it answers with."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def handle(request: HttpRequest) -> HttpResponse:
    """Answer a request for the local S3."""
    if request.method == "OPTIONS":
        return HttpResponse(204, {**_ANY_ORIGIN, "access-control-allow-methods": "GET, HEAD, POST"})
    if request.path.startswith(UPLOADS) and request.method == "POST":
        return _take(request)
    if request.path.startswith(MEDIA) and request.method in ("GET", "HEAD"):
        return _hand_out(request.path.removeprefix(MEDIA))
    return _refusal(Refused(405, "MethodNotAllowed", "The specified method is not allowed against this resource."))


def _take(request: HttpRequest) -> HttpResponse:
    bucket = request.path.removeprefix(UPLOADS)
    try:
        fields, file = _parts(request)
        _hold_against_policy(bucket, fields, len(file))
        client("s3").put_object(Bucket=bucket, Key=fields["key"], Body=file, ContentType=fields["content-type"])
    except Refused as refused:
        return _refusal(refused)
    except ClientError as refusal:
        error = refusal.response["Error"]
        return _refusal(Refused(404 if error["Code"] == "NoSuchBucket" else 400, error["Code"], error["Message"]))
    return HttpResponse(204, dict(_ANY_ORIGIN))


def _parts(request: HttpRequest) -> tuple[dict[str, str], bytes]:
    """Return the fields of a form by their names in small letters, and its file, which is the last that is read."""
    head = f"content-type: {request.header('content-type') or ''}\r\n\r\n".encode("latin-1")
    form = BytesParser(policy=HTTP).parsebytes(head + request.body)
    fields: dict[str, str] = {}
    for part in form.iter_parts() if form.is_multipart() else ():
        name = str(part.get_param("name", "", header="content-disposition")).lower()
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            break
        if name == "file":
            return fields, content
        fields[name] = content.decode("utf-8", "replace")
    raise Refused(400, "InvalidArgument", "POST requires exactly one file upload per request.")


def _hold_against_policy(bucket: str, fields: Mapping[str, str], size: int) -> None:
    try:
        policy = json.loads(base64.b64decode(fields["policy"], validate=True))
        _verify(fields)
        expires = datetime.fromisoformat(policy["expiration"])
        conditions = [_as_triple(one) for one in policy["conditions"]]
    except (KeyError, ValueError, TypeError, AttributeError) as trouble:
        raise Refused(400, "InvalidPolicyDocument", "The form's policy cannot be read.") from trouble
    if expires <= now():
        raise _denied("Policy expired.")
    told = {**fields, "bucket": bucket}
    for kind, name, wanted in conditions:
        if kind == "content-length-range":
            _hold_size(int(name), int(wanted), size)
        elif not _meets(kind, told.get(name.lower().removeprefix("$")), wanted):
            raise _denied(f"Policy Condition failed: {kind} {name}")
    named = {name.lower().removeprefix("$") for kind, name, _ in conditions if kind != "content-length-range"}
    for name in told:
        if name not in named | _UNSIGNED and not name.startswith("x-ignore-"):
            raise _denied(f"Extra input fields: {name}")


def _as_triple(condition: Any) -> tuple[str, str, Any]:
    if isinstance(condition, dict):
        [(name, value)] = condition.items()
        return "eq", name, value
    kind, name, value = condition
    return kind, str(name), value


def _hold_size(least: int, most: int, size: int) -> None:
    if size < least:
        raise Refused(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
    if size > most:
        raise Refused(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")


def _meets(kind: str, value: str | None, wanted: str) -> bool:
    if value is None:
        return False
    return value == wanted if kind == "eq" else kind == "starts-with" and value.startswith(wanted)


def _verify(fields: Mapping[str, str]) -> None:
    """Hold the signature (version 4) over the policy against the one that the local credentials make.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
    """
    access_key, *scope = fields["x-amz-credential"].split("/")
    key = f"AWS4{os.environ.get('AWS_SECRET_ACCESS_KEY', '')}".encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    made = hmac.new(key, fields["policy"].encode(), hashlib.sha256).hexdigest()
    if access_key != os.environ.get("AWS_ACCESS_KEY_ID") or len(scope) != len(("day", "region", "service", "end")):
        raise Refused(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
    if not hmac.compare_digest(made, fields["x-amz-signature"]):
        raise Refused(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.")


def _hand_out(key: str) -> HttpResponse:
    try:
        found = client("s3").get_object(Bucket=setting("BUCKET_MEDIA_NAME"), Key=key)
    except ClientError:
        # As S3 answers a reader who may not list: not even that there is nothing.
        return _refusal(_denied("Access Denied"))
    headers = {
        "content-type": found["ContentType"],
        "cache-control": found.get("CacheControl", ""),
        "etag": found["ETag"],
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'",
    }
    return HttpResponse(200, {**headers, **_ANY_ORIGIN}, found["Body"].read())


def _denied(message: str) -> Refused:
    return Refused(403, "AccessDenied", f"Invalid according to Policy: {message}")


def _refusal(refused: Refused) -> HttpResponse:
    body = f"<Error><Code>{refused.code}</Code><Message>{escape(str(refused))}</Message></Error>"
    return HttpResponse(refused.status, {"content-type": "application/xml", **_ANY_ORIGIN}, body.encode())
