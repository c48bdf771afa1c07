"""Reads a sample event: puts the demo shop's ids in, and fills in what AWS would add."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from infra.local.payload import HttpRequest, build_event, lower
from utils.clock import now
from utils.declarations import Declaration, QueueWorker, Route, StreamWorker

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


class BadSample(ValueError):
    """The file is no sample event; the text says why."""


def read_sample(path: Path, facts: Mapping[str, str]) -> dict[str, Any]:
    """Return the event in ``path`` with its ``${placeholders}`` replaced.

    Raises
    ------
    BadSample
        When there is no such file, it is no JSON object, or it names what the demo shop has not.
    """
    return fill(load_sample(path), facts)


def load_sample(path: Path) -> dict[str, Any]:
    """Return the event in ``path`` as it stands; see :func:`read_sample`."""
    try:
        event = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSample(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadSample(f"{path} is no JSON: {error}") from error
    if not isinstance(event, dict):
        raise BadSample(f"{path} holds no JSON object")
    return event


def fill(event: dict[str, Any], facts: Mapping[str, str]) -> dict[str, Any]:
    """Return ``event`` with the placeholders in all its texts replaced; see :func:`read_sample`."""

    def put(value: Any) -> Any:
        if isinstance(value, str):
            return _PLACEHOLDER.sub(lambda match: facts[match[1]], value)
        if isinstance(value, dict):
            return {name: put(inner) for name, inner in value.items()}
        return [put(inner) for inner in value] if isinstance(value, list) else value

    try:
        filled: dict[str, Any] = put(event)
    except KeyError as error:
        raise BadSample(f"The event names {error}; the demo shop has {', '.join(sorted(facts))}") from error
    return filled


def complete(event: dict[str, Any], declaration: Declaration) -> dict[str, Any]:
    """Return ``event`` with what AWS adds and the sample left out."""
    match declaration:
        case Route():
            return _complete_request(event, declaration)
        case QueueWorker():
            return {"Records": [_queue_record(record) for record in event.get("Records", [])]}
        case StreamWorker():
            return {"Records": [_stream_record(record) for record in event.get("Records", [])]}
    return event


def _complete_request(event: dict[str, Any], route: Route) -> dict[str, Any]:
    body = event.get("body")
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    values = event.get("pathParameters", {})
    path = re.sub(r"\{(\w+)\}", lambda match: quote(values.get(match[1], match[0]), safe=""), route.path)
    headers = lower({"content-type": "application/json", **event.get("headers", {})})
    content = (text or "").encode()
    request = HttpRequest(route.method, path, event.get("rawQueryString", ""), headers, content, "127.0.0.1")
    made = build_event(request, route.key, values)
    given = {name: value for name, value in event.items() if name not in ("headers", "requestContext", "body")}
    # A sample that says how its body is written is taken at its word; the gateway encodes all but JSON and texts.
    as_written = {"body": text} if "isBase64Encoded" in event else {}
    merged = made | given | as_written
    merged["headers"] = made["headers"] | dict(lower(event.get("headers", {})))
    merged["requestContext"] = made["requestContext"] | event.get("requestContext", {})
    return merged


def _queue_record(record: dict[str, Any]) -> dict[str, Any]:
    body = record.get("body", "")
    attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": str(int(now().timestamp() * 1000))}
    return {
        "messageId": str(uuid.uuid4()),
        "receiptHandle": "sample",
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "awsRegion": "eu-central-1",
        **record,
        "attributes": attributes | record.get("attributes", {}),
        "body": body if isinstance(body, str) else json.dumps(body),
    }


def _stream_record(record: dict[str, Any]) -> dict[str, Any]:
    change = {"SequenceNumber": "1", "StreamViewType": "NEW_IMAGE", "ApproximateCreationDateTime": now().timestamp()}
    return {
        "eventID": uuid.uuid4().hex,
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        **record,
        "dynamodb": change | record.get("dynamodb", {}),
    }
