"""What a request may be, and what is answered: the core's contract, through the gateway."""

from __future__ import annotations

import base64
import json
import re

import pytest

from Test_py.support.client import Api
from utils.schemas import MAX_BODY_BYTES

CUSTOMER = "usr_1 customer"
ADMIN = "usr_2 admin"


def create(lab: Api, jar_id: str = "jam", key: str = "k-1", **options: object) -> object:
    return lab.post("/lab/jars", json={"id": jar_id, "content": 3}, key=key, **options)


def test_success_is_enveloped(lab: Api) -> None:
    reply = lab.post("/lab/jars", json={"id": "jam", "content": 3}, key="k-1")
    assert reply.status == 201
    assert reply.json["success"] is True
    assert reply.json["errors"] == []
    assert reply.data["id"] == "jam"
    assert reply.meta["version"] == "1.0"
    assert reply.meta["request_id"] == reply.headers["x-request-id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", reply.meta["timestamp"])
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (b"", "UNSUPPORTED_MEDIA_TYPE", None),
        (b"{", "MALFORMED_JSON", None),
        (b"\xff\xfe", "MALFORMED_JSON", None),
        (b'"text"', "VALIDATION_ERROR", None),
        (b"[]", "VALIDATION_ERROR", None),
        (b"null", "VALIDATION_ERROR", None),
        (b"{}", "VALIDATION_ERROR", "id"),
        (b'{"id":"jam"}', "VALIDATION_ERROR", "content"),
        (b'{"id":"jam","content":"3"}', "VALIDATION_ERROR", "content"),
        (b'{"id":"jam","content":3.5}', "VALIDATION_ERROR", "content"),
        (b'{"id":"jam","content":true}', "VALIDATION_ERROR", "content"),
        (b'{"id":"jam","content":null}', "VALIDATION_ERROR", "content"),
        (b'{"id":"jam","content":101}', "VALIDATION_ERROR", "content"),
        (b'{"id":"jam","content":1e400}', "VALIDATION_ERROR", "content"),
        (b'{"id":"","content":3}', "VALIDATION_ERROR", "id"),
        (b'{"id":"../etc","content":3}', "VALIDATION_ERROR", "id"),
        (b'{"id":"jam\\u0000","content":3}', "VALIDATION_ERROR", "id"),
        (b'{"id":"' + b"x" * 65 + b'","content":3}', "VALIDATION_ERROR", "id"),
        (b'{"id":"jam","content":3,"role":"admin"}', "VALIDATION_ERROR", "role"),
        (b'{"id":"jam","content":3,"labels":["a","b","c","d","e","f"]}', "VALIDATION_ERROR", "labels"),
        (b'{"id":"jam","content":3,"labels":[1]}', "VALIDATION_ERROR", "labels.0"),
        (b'{"id":"jam","content":3,"labels":' + b"[" * 33 + b"]" * 33 + b"}", "MALFORMED_JSON", None),
    ],
)
def test_bad_bodies_are_told_and_change_nothing(lab: Api, body: bytes, code: str, field: str | None) -> None:
    headers = {"content-type": "application/json"} if body else {}
    reply = lab.post("/lab/jars", body=body, key="k-1", headers=headers)
    assert reply.codes[0] == code
    assert reply.status == {"UNSUPPORTED_MEDIA_TYPE": 415}.get(code, 400)
    assert reply.json["success"] is False
    assert reply.json["data"] is None
    assert reply.json["errors"][0]["field"] == field
    assert lab.get("/lab/jars/jam").status == 404


def test_every_bad_field_is_told_at_once(lab: Api) -> None:
    reply = lab.post("/lab/jars", json={"id": 1, "content": "x", "more": 1}, key="k-1")
    assert {error["field"] for error in reply.json["errors"]} == {"id", "content", "more"}


def test_base64_bodies_are_read(lab: Api) -> None:
    body = json.dumps({"id": "jam", "content": 3}).encode()
    event = {
        "version": "2.0", "rawPath": "/lab/jars", "rawQueryString": "", "isBase64Encoded": True,
        "headers": {"Content-Type": "application/json; charset=UTF-8", "Idempotency-Key": "k"},
        "body": base64.b64encode(body).decode(),
        "requestContext": {"requestId": "r", "http": {"method": "POST", "path": "/lab/jars", "sourceIp": "192.0.2.1"}},
    }  # fmt: skip
    from Test_py.test_utils.lab import create_jar

    assert create_jar(event, None)["statusCode"] == 201
    event["body"] = "***"
    assert create_jar(event, None)["statusCode"] == 400


def test_too_large_is_413(lab: Api) -> None:
    reply = lab.post(
        "/lab/jars", body=b'"' + b"x" * MAX_BODY_BYTES, key="k", headers={"content-type": "application/json"}
    )
    assert (reply.status, reply.codes) == (413, ["PAYLOAD_TOO_LARGE"])


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"]
)
def test_other_media_types_are_415(lab: Api, media_type: str) -> None:
    reply = lab.post("/lab/jars", body=b'{"id":"jam","content":3}', key="k", headers={"content-type": media_type})
    assert (reply.status, reply.codes) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


@pytest.mark.parametrize(
    "query",
    [
        {"colour": "red"},
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "ten"},
        {"limit": ["1", "2"]},
        {"cursor": "x" * 3000},
    ],
)
def test_bad_query_parameters_are_400(lab: Api, query: dict[str, object]) -> None:
    reply = lab.get("/lab/jars", query=query, token=CUSTOMER)
    assert (reply.status, reply.codes[0]) == (400, "VALIDATION_ERROR")
    assert reply.json["errors"][0]["field"] == next(iter(query))


def test_fifty_one_parameters_are_400(lab: Api) -> None:
    assert lab.get("/lab/jars", query={f"p{n}": "" for n in range(51)}, token=CUSTOMER).status == 400


def test_a_query_on_a_write_is_400(lab: Api) -> None:
    assert lab.post("/lab/jars", json={"id": "jam", "content": 3}, key="k", query={"a": "b"}).status == 400


@pytest.mark.parametrize("jar_id", ["%00", "a%2Fb", "..", "x" * 129, "%F0%9F%8D%AF", "jam%20"])
def test_a_path_that_can_name_nothing_is_404(lab: Api, jar_id: str) -> None:
    reply = lab.get(f"/lab/jars/{jar_id}")
    assert (reply.status, reply.codes) == (404, ["NOT_FOUND"])


def test_missing_and_malformed_have_the_same_words(lab: Api) -> None:
    assert lab.get("/lab/jars/none").json["errors"][0]["code"] == "NOT_FOUND"


def test_an_exception_is_500_with_the_request_id_and_nothing_else(lab: Api, capsys: pytest.CaptureFixture[str]) -> None:
    reply = lab.post("/lab/jars", json={"id": "broken", "content": 3}, key="k-1")
    assert (reply.status, reply.codes) == (500, ["INTERNAL"])
    assert "ZeroDivision" not in reply.body.decode()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    errors = [line for line in lines if line["level"] == "ERROR"]
    assert [line["exception_name"] for line in errors] == ["ZeroDivisionError"]
    assert errors[0]["stack"][-1].endswith("create_jar")
    assert errors[0]["request_id"] == reply.meta["request_id"]
    assert "hunter2" not in str(errors)
    assert "ada@example.org" not in str(errors)


def test_one_log_line_a_request_is_the_metric_too(lab: Api, capsys: pytest.CaptureFixture[str]) -> None:
    reply = lab.get("/lab/jars/none", headers={"x-correlation-id": "order-12345678"})
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert line["route"] == "GET /lab/jars/{jar_id}"
    assert (line["status"], line["level"]) == (404, "INFO")
    assert line["correlation_id"] == "order-12345678" == reply.headers["x-correlation-id"]
    directive = line["_aws"]["CloudWatchMetrics"][0]
    assert directive["Dimensions"] == [["service"]]
    assert {metric["Name"] for metric in directive["Metrics"]} == {"Latency", "ServerErrors"}
    assert len(json.dumps(line)) < 1024


def test_a_malformed_correlation_id_is_not_taken(lab: Api) -> None:
    reply = lab.get("/lab/jars/none", headers={"x-correlation-id": 'x"\n{"level":"ERROR"}'})
    assert reply.headers["x-correlation-id"] == reply.meta["request_id"]


def test_etag_answers_304_and_changes_with_the_content(lab: Api) -> None:
    create(lab)
    first = lab.get("/lab/jars/jam")
    assert first.headers["cache-control"] == "public, max-age=60"
    again = lab.get("/lab/jars/jam", headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    lab.patch("/lab/jars/jam", json={"content": 1}, token=CUSTOMER)
    changed = lab.get("/lab/jars/jam", headers={"if-none-match": first.headers["etag"]})
    assert (changed.status, changed.data["content"]) == (200, 4)


def test_staff_must_say_which_version_they_change(lab: Api) -> None:
    create(lab)
    etag = lab.get("/lab/jars/jam").headers["etag"]
    missing = lab.patch("/lab/jars/jam", json={"content": 1}, token=ADMIN)
    assert (missing.status, missing.codes) == (428, ["VERSION_REQUIRED"])
    done = lab.patch("/lab/jars/jam", json={"content": 1}, token=ADMIN, headers={"if-match": etag})
    assert done.status == 200
    stale = lab.patch("/lab/jars/jam", json={"content": 1}, token=ADMIN, headers={"if-match": etag})
    assert (stale.status, stale.codes) == (412, ["STALE_VERSION"])
    assert lab.patch("/lab/jars/jam", json={"content": 1}, token=ADMIN, headers={"if-match": "7"}).status == 400
    assert lab.get("/lab/jars/jam").data["content"] == 4


def test_no_content_has_no_body(lab: Api) -> None:
    create(lab)
    reply = lab.delete("/lab/jars/jam", token=ADMIN)
    assert (reply.status, reply.body) == (204, b"")
    assert lab.delete("/lab/jars/jam", token=ADMIN).status == 404


def test_pages_follow_each_other_and_end(lab: Api) -> None:
    for number in range(5):
        create(lab, f"jar-{number}", f"k-{number}")
    first = lab.get("/lab/jars", query={"limit": 2}, token=CUSTOMER)
    assert first.meta["limit"] == 2
    seen = [jar["id"] for jar in first.data]
    cursor = first.meta["next_cursor"]
    while cursor:
        page = lab.get("/lab/jars", query={"limit": 2, "cursor": cursor}, token=CUSTOMER)
        seen += [jar["id"] for jar in page.data]
        cursor = page.meta.get("next_cursor")
    assert seen == [f"jar-{number}" for number in range(5)]
