"""Objects in buckets, and forms that are signed for browsers."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from pushcart import queues
from utils import aws, objects, presigned
from utils.errors import Unavailable

pytestmark = pytest.mark.usefixtures("aws")


def test_what_is_written_is_read_with_its_headers() -> None:
    objects.write(queues.documents, "a/b.pdf", b"%PDF", content_type="application/pdf", CacheControl="no-store")
    assert objects.read(queues.documents, "a/b.pdf") == b"%PDF"
    stored = aws.call("s3", "GetObject", Bucket=queues.documents.bucket_name, Key="a/b.pdf")
    assert (stored["ContentType"], stored["CacheControl"]) == ("application/pdf", "no-store")


def test_what_is_deleted_is_gone_and_may_be_deleted_again() -> None:
    objects.write(queues.documents, "a", b"x", content_type="text/plain")
    objects.delete(queues.documents, "a")
    objects.delete(queues.documents, "a")
    assert objects.read(queues.documents, "a") is None


@pytest.mark.parametrize(("most", "refused"), [(4, True), (5, False)])
def test_more_than_a_reader_is_prepared_for_is_not_read(most: int, *, refused: bool) -> None:
    objects.write(queues.documents, "a", b"12345", content_type="text/plain")
    if refused:
        with pytest.raises(objects.TooLarge, match="5 bytes"):
            objects.read(queues.documents, "a", at_most=most)
    else:
        assert objects.read(queues.documents, "a", at_most=most) == b"12345"


def test_being_forbidden_is_not_taken_for_being_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")

    monkeypatch.setattr(aws, "call", refuse)
    with pytest.raises(ClientError, match="AccessDenied"):
        objects.read(queues.documents, "a")


def test_a_connection_that_breaks_within_an_object_is_worth_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        closed = False

        def read(self) -> bytes:
            raise ReadTimeoutError(endpoint_url="s3")

        def close(self) -> None:
            self.closed = True

    body = Broken()
    monkeypatch.setattr(aws, "call", lambda *_, **__: {"Body": body, "ContentLength": 1})
    with pytest.raises(Unavailable):
        objects.read(queues.documents, "a")
    assert body.closed


class TestForms:
    def form(self) -> presigned.Form:
        return presigned.upload_form(queues.uploads, "med_1", content_type="image/png", most_bytes=99, seconds=60)

    def test_a_form_says_exactly_what_may_be_sent(self) -> None:
        form = self.form()
        policy = json.loads(base64.b64decode(form.fields["policy"]))
        fixed = {name: value for one in policy["conditions"] if isinstance(one, dict) for name, value in one.items()}
        assert fixed["bucket"] == queues.uploads.bucket_name
        assert (fixed["key"], fixed["Content-Type"]) == ("med_1", "image/png")
        assert ["content-length-range", 1, 99] in policy["conditions"]
        assert form.fields["key"] == "med_1"
        assert form.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"

    def test_at_aws_it_is_posted_to_the_buckets_own_host(self) -> None:
        name = queues.uploads.bucket_name
        assert self.form().url == f"https://{name}.s3.eu-central-1.amazonaws.com"

    def test_at_another_endpoint_to_its_path(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
        assert self.form().url == f"http://127.0.0.1:4566/{queues.uploads.bucket_name}"

    def test_or_to_where_people_are_told_to(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("UPLOAD_URL", "http://127.0.0.1:8000/_uploads")
        assert self.form().url == f"http://127.0.0.1:8000/_uploads/{queues.uploads.bucket_name}"


@pytest.mark.parametrize(("endpoint", "style"), [("", "virtual"), ("http://127.0.0.1:1", "path")])
def test_a_bucket_is_a_path_where_the_endpoint_has_one_name(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, style: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setattr(aws, "_clients", {})
    monkeypatch.setattr(aws, "_sessions", [])
    assert aws.client("s3").meta.config.s3["addressing_style"] == style


def test_an_object_is_replaced_as_what_it_was_read_and_not_otherwise() -> None:
    bucket = queues.search_index

    def put(body: bytes, tag: str | None) -> bool:
        return objects.replace(bucket, "a", body, content_type="text/plain", tag=tag)

    assert not put(b"0", '"0123456789abcdef0123456789abcdef"'), "there is none yet"
    assert put(b"1", None)
    assert not put(b"2", None), "there is one"
    found = objects.read_tagged(bucket, "a")
    assert found is not None
    assert put(b"3", found.tag)
    assert not put(b"4", found.tag)
    assert objects.read(bucket, "a") == b"3"


def test_being_forbidden_to_replace_is_not_taken_for_being_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject")

    monkeypatch.setattr(aws, "call", refuse)
    with pytest.raises(ClientError, match="AccessDenied"):
        objects.replace(queues.search_index, "a", b"", content_type="text/plain", tag=None)
