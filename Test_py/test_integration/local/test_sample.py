"""Sample events: ids put in, and what AWS adds filled in."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from infra.local.sample import BadSample, complete, read_sample
from Test_py.test_integration.local.fakes import USER, queue_worker, route, scheduled, stream_worker


def nothing(_event: Any, _context: Any) -> None:
    """A handler."""


def sample(path: Path, event: Any) -> Path:
    file = path / "sample.json"
    file.write_text(event if isinstance(event, str) else json.dumps(event))
    return file


def test_placeholders_are_replaced_and_quoted(tmp_path: Path) -> None:
    file = sample(tmp_path, {"headers": {"x": "Bearer ${token}"}, "body": [{"n": 1}]})
    filled = read_sample(file, {"token": 'a"b\\'})
    assert filled == {"headers": {"x": 'Bearer a"b\\'}, "body": [{"n": 1}]}


def test_an_unknown_placeholder_names_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(BadSample, match="'nobody'; the demo shop has cart_id, order_id"):
        read_sample(sample(tmp_path, {"body": ["${nobody}"]}), {"order_id": "1", "cart_id": "2"})


def test_a_request_is_filled_in() -> None:
    declaration = route("PATCH", "/carts/{cart_id}/items/{line_id}", nothing, USER).declaration
    given = {
        "pathParameters": {"cart_id": "crt_1", "line_id": "a/b"},
        "headers": {"Authorization": "Bearer x"},
        "body": {"quantity": 2},
        "requestContext": {"requestId": "mine"},
    }
    event = complete(given, declaration)
    assert event["rawPath"] == "/carts/crt_1/items/a%2Fb"
    assert event["routeKey"] == declaration.key  # type: ignore[union-attr]
    assert event["headers"]["authorization"] == "Bearer x"
    assert event["headers"]["content-type"] == "application/json"
    assert json.loads(event["body"]) == {"quantity": 2}
    assert event["isBase64Encoded"] is False
    assert event["requestContext"]["requestId"] == "mine"
    assert event["requestContext"]["http"]["method"] == "PATCH"


def test_a_query_is_filled_in() -> None:
    event = complete({"rawQueryString": "limit=5"}, route("GET", "/products", nothing).declaration)
    assert event["queryStringParameters"] == {"limit": "5"}
    assert "body" not in event


def test_a_full_event_stays_as_it_is() -> None:
    declaration = route("POST", "/orders", nothing).declaration
    full = complete({"body": "text", "headers": {"a": "b"}}, declaration)
    assert complete(full, declaration) == full


def test_messages_are_filled_in() -> None:
    event = complete({"Records": [{"body": {"id": "evt_1"}}, {"body": "text"}]}, queue_worker(nothing).declaration)
    first, second = event["Records"]
    assert json.loads(first["body"]) == {"id": "evt_1"}
    assert second["body"] == "text"
    assert first["attributes"]["ApproximateReceiveCount"] == "1"
    assert first["messageId"] != second["messageId"]


def test_stream_records_are_filled_in() -> None:
    image = {"id": {"S": "evt_1"}}
    event = complete({"Records": [{"dynamodb": {"NewImage": image}}]}, stream_worker(nothing).declaration)
    (record,) = event["Records"]
    assert (record["eventName"], record["dynamodb"]["NewImage"]) == ("INSERT", image)
    assert record["dynamodb"]["SequenceNumber"]


def test_a_schedule_takes_its_event_as_it_is() -> None:
    assert complete({"detail": {}}, scheduled(nothing, 1).declaration) == {"detail": {}}


def test_a_form_is_encoded_as_the_gateway_does_and_a_body_that_is_already_is_left() -> None:
    form = {"headers": {"content-type": "application/x-www-form-urlencoded"}, "body": "grant_type=client_credentials"}
    event = complete(form, route("POST", "/token", nothing).declaration)
    assert event["isBase64Encoded"] is True
    assert b64decode(event["body"]) == b"grant_type=client_credentials"
    written = form | {"isBase64Encoded": False}
    assert complete(written, route("POST", "/token", nothing).declaration)["body"] == "grant_type=client_credentials"
