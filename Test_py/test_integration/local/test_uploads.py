"""Pictures over HTTP, as under ``make serve``: posted by the form, looked at by the worker, and read by anybody."""

from __future__ import annotations

import http.client
import os
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from infra.local import uploads
from infra.local.app import App
from infra.local.clients import client
from infra.local.clock import Clock
from infra.local.payload import HttpRequest, HttpResponse
from infra.local.server import Server
from Test_py.support.client import Api
from Test_py.support.media import wait_for
from Test_py.support.pictures import form_of, opened, picture, posted
from Test_py.support.shopkeeping import on_sale, session

SECONDS = 20
ANYTHING = os.urandom(9999)


@pytest.fixture
def served(aws: dict[str, str], process: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    app = App(clock=Clock())
    with Server(app, 0) as server:
        monkeypatch.setenv("UPLOAD_URL", f"{server.url}/_uploads")
        monkeypatch.setenv("MEDIA_URL", f"{server.url}/_media")
        app.start()
        yield app
    app.stop()


def ask(method: str, url: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=SECONDS)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, parts.path, body or None, named)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_a_browser_uploads_a_picture_and_everybody_sees_it(served: App) -> None:
    api, manager = Api(served.cloud.gateway), session("manager")
    product = on_sale(api, manager)
    upload = wait_for(api, manager, product).data["upload"]
    assert upload["url"].startswith("http://127.0.0.1:")
    body, content_type = form_of(upload["fields"], picture(size=(640, 480)))
    status, headers, _ = ask("POST", upload["url"], body, content_type=content_type)
    assert (status, headers["access-control-allow-origin"]) == (204, "*")
    path, until = f"/api/v1/products/{product['id']}", time.monotonic() + SECONDS
    while not (media := api.get(path).data["media"]):
        assert time.monotonic() < until, "the worker has not shown it"
        time.sleep(0.05)
    for address in (media[0]["url"], *(one["url"] for one in media[0]["thumbnails"])):
        status, headers, content = ask("GET", address)
        assert (status, headers["content-type"], headers["x-content-type-options"]) == (200, "image/webp", "nosniff")
        assert "immutable" in headers["cache-control"]
        assert opened(content).format == "WEBP"


class TestLocalS3:
    """What it answers to what no browser of ours sends."""

    @pytest.fixture(autouse=True)
    def shelf(self, aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setenv("BUCKET_MEDIA_NAME", aws["BUCKET_SHELF_NAME"])
        return aws["BUCKET_SHELF_NAME"]

    def ask(self, method: str, path: str, body: bytes = b"", content_type: str = "") -> HttpResponse:
        headers = (("content-type", content_type),) if content_type else ()
        return uploads.handle(HttpRequest(method, path, "", headers, body, "127.0.0.1"))

    def test_a_picture_is_handed_out_byte_for_byte_and_nothing_else_is_told(self, shelf: str) -> None:
        client("s3").put_object(Bucket=shelf, Key="a/b.webp", Body=b"\0\r\n\xff", ContentType="image/webp")
        assert self.ask("GET", "/_media/a/b.webp").body == b"\0\r\n\xff"
        missing = self.ask("GET", "/_media/a/c.webp")
        assert (missing.status, b"AccessDenied" in missing.body) == (403, True)

    def test_a_browser_may_ask_first(self) -> None:
        answer = self.ask("OPTIONS", "/_uploads/b")
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (204, "*")

    @pytest.mark.parametrize(
        ("method", "path"), [("DELETE", "/_media/a"), ("PUT", "/_uploads/a"), ("GET", "/_uploads/a")]
    )
    def test_nothing_else_is_done(self, method: str, path: str) -> None:
        assert self.ask(method, path).status == 405

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b"", ""),
            (b"{}", "application/json"),
            (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
            (b'--x\r\ncontent-disposition: form-data; name="key"\r\n\r\na\r\n--x--', "multipart/form-data; boundary=x"),
            (b"--x\r\ncontent-type: message/rfc822\r\n\r\na: b\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        ],
    )
    def test_what_is_no_form_with_a_file(self, body: bytes, content_type: str) -> None:
        answer = self.ask("POST", "/_uploads/b", body, content_type)
        assert (answer.status, b"InvalidArgument" in answer.body) == (400, True)


class TestForms:
    """What the local S3 makes of signed forms of any kind."""

    @pytest.fixture
    def sign(self, aws: dict[str, str]) -> Any:
        def signed(*conditions: Any, bucket: str = aws["BUCKET_SHELF_NAME"], **fields: str) -> dict[str, Any]:
            told = {"key": "a", "Content-Type": "image/png", **fields}
            made = client("s3").generate_presigned_post(bucket, "a", Fields=told, Conditions=list(conditions))
            return {"url": f"http://127.0.0.1/_uploads/{bucket}", "fields": made["fields"]}

        return signed

    @pytest.mark.parametrize(
        "content", [b"\r", b"\n", b"\r\n", b"a\r\n\r\nb\n", bytes(range(256)) * 9, ANYTHING], ids=range(6)
    )
    def test_a_file_arrives_byte_for_byte(self, sign: Any, aws: dict[str, str], content: bytes) -> None:
        assert posted(sign({"Content-Type": "image/png"}), content).status == 204
        kept = client("s3").get_object(Bucket=aws["BUCKET_SHELF_NAME"], Key="a")
        assert (kept["Body"].read(), kept["ContentType"]) == (content, "image/png")

    def test_a_condition_may_name_a_beginning(self, sign: Any) -> None:
        form = sign(["starts-with", "$Content-Type", "image/"])
        assert posted(form, b"x").status == 204
        assert posted(form, b"x", **{"Content-Type": "text/html"}).status == 403

    def test_a_condition_of_an_unknown_kind_is_met_by_nothing(self, sign: Any) -> None:
        assert posted(sign(["ends-with", "$Content-Type", "png"]), b"x").status == 403

    def test_fields_to_be_ignored_need_no_condition(self, sign: Any) -> None:
        assert posted(sign({"Content-Type": "image/png"}), b"x", **{"x-ignore-me": "1"}).status == 204

    def test_a_bucket_that_is_not_there(self, sign: Any) -> None:
        assert posted(sign({"Content-Type": "image/png"}, bucket="nobodys-bucket"), b"x").status == 404
