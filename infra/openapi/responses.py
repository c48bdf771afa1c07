"""The answers of an operation: its success in the envelope or by its standard, and every error that it may tell."""

from __future__ import annotations

from typing import Any, Final

from infra.openapi.examples import REQUEST_ID, TIME, example_of
from infra.openapi.models import Models, Schema
from infra.openapi.oauth import SENT_BACK, refusals_of
from infra.openapi.problems import codes_of, error_example
from infra.openapi.raw import body_of
from infra.openapi.raw_body import RawBody
from utils.declarations import Route
from utils.envelope import API_VERSION
from utils.errors import STATUS

Response = dict[str, Any]

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
REASONS: Final[dict[int, str]] = {
    200: "Done",
    201: "Made",
    202: "Taken on; it is done apart",
    204: "Done; there is nothing to tell",
    303: "It goes on elsewhere",
    304: "What you have is still so",
    308: "It is elsewhere, for good",
    400: "The request is not valid",
    401: "Who calls is not known",
    403: "The caller may not do this",
    404: "No such thing, or somebody else's",
    409: "It is in conflict with what is there",
    412: "It was changed since it was read",
    413: "The body is too large",
    415: "The body is no JSON by its content type",
    422: "The key belongs to another request",
    428: "If-Match is missing",
    429: "Too many requests",
    500: "Something went wrong on our side",
    503: "Busy; try again shortly",
}

HEADERS: Final[dict[str, Response]] = {
    "RequestId": {"description": "Names this request in our logs.", "schema": {"type": "string"}},
    "CorrelationId": {
        "description": "Joins all that this request sets off; yours, when you sent a well-formed one.",
        "schema": {"type": "string"},
    },
    "ETag": {"description": "The version, for `If-Match` and `If-None-Match`.", "schema": {"type": "string"}},
    "CacheControl": {"description": "How long it may be kept.", "schema": {"type": "string"}},
    "IdempotentReplayed": {
        "description": "`true` when this is the answer that the key got before.",
        "schema": {"type": "string", "const": "true"},
    },
    "Location": {"description": "Where to (RFC 9110, 10.2.2).", "schema": {"type": "string"}},
    "RetryAfter": {"description": "Seconds to wait (RFC 9110, 10.2.3).", "schema": {"type": "integer"}},
    "WWWAuthenticate": {"description": "RFC 9110, 11.6.1.", "schema": {"type": "string"}},
    "RateLimitPolicy": {
        "description": "The limit that this call counts against: how many (`q`) in how many seconds (`w`).",
        "schema": {"type": "string", "examples": ['"writes";q=600;w=60']},
    },
    "RateLimit": {
        "description": "How many calls are left (`r`), and after how many seconds the count begins anew (`t`).",
        "schema": {"type": "string", "examples": ['"writes";r=599;t=42']},
    },
    "Deprecation": {"description": "Since when it should not be used (RFC 9745).", "schema": {"type": "string"}},
    "Sunset": {"description": "When it will stop answering (RFC 8594).", "schema": {"type": "string"}},
    "Link": {"description": "What takes its place (RFC 8288, RFC 5829).", "schema": {"type": "string"}},
}
_NAMES: Final[dict[str, str]] = {
    "RequestId": "X-Request-Id",
    "CorrelationId": "X-Correlation-Id",
    "ETag": "ETag",
    "CacheControl": "Cache-Control",
    "IdempotentReplayed": "Idempotent-Replayed",
    "Location": "Location",
    "RetryAfter": "Retry-After",
    "WWWAuthenticate": "WWW-Authenticate",
    "RateLimitPolicy": "RateLimit-Policy",
    "RateLimit": "RateLimit",
    "Deprecation": "Deprecation",
    "Sunset": "Sunset",
    "Link": "Link",
}

META: Final[Schema] = {
    "type": "object",
    "description": "About the answer.",
    "required": ["timestamp", "version", "request_id"],
    "properties": {
        "timestamp": {"type": "string", "format": "date-time"},
        "version": {"type": "string"},
        "request_id": {"type": "string"},
    },
}
PAGE_META: Final[Schema] = {
    "type": "object",
    "description": "About the answer and its page; the last page has no `next_cursor`.",
    "required": [*META["required"], "limit"],
    "properties": {
        **META["properties"],
        "limit": {"type": "integer"},
        "next_cursor": {"type": "string", "description": "Send it as `cursor` to get the next page."},
    },
}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
ERROR: Final[Schema] = {
    "type": "object",
    "description": "What was wrong: for a program, for a person, where, and the particulars.",
    "required": ["code", "message", "field", "detail"],
    "properties": {
        "code": {"type": "string", "enum": list(STATUS)},
        "message": {"type": "string"},
        "field": _TEXT_OR_NULL,
        "detail": _TEXT_OR_NULL,
    },
}
FAILURE: Final[Schema] = {
    "type": "object",
    "description": "Every refusal, whatever went wrong.",
    "required": ["success", "data", "meta", "errors"],
    "properties": {
        "success": {"const": False},
        "data": {"type": "null"},
        "meta": {"$ref": "#/components/schemas/Meta"},
        "errors": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Error"}},
    },
}
ENVELOPE: Final[dict[str, Schema]] = {"Error": ERROR, "Failure": FAILURE, "Meta": META, "PageMeta": PAGE_META}
"""The envelope's own components; no model may take one of these names."""


def responses_of(route: Route, models: Models) -> dict[str, Response]:
    """Return a route's answers by status."""
    answers = {str(route.status): _success(route, models)}
    if route.raw in SENT_BACK:
        headers = _headers("RequestId", "CorrelationId", "Location")
        answers["303"] = {"description": SENT_BACK[route.raw], "headers": headers}
    if route.etag:
        answers["304"] = {"description": REASONS[304], "headers": _headers("RequestId", "ETag")}
    by_status: dict[int, list[str]] = {}
    for code in codes_of(route):
        by_status.setdefault(STATUS[code], []).append(code)
    for status, codes in by_status.items():
        answers[str(status)] = _failure(status, codes)
    for status, refusal in refusals_of(route.raw or "").items():
        answers[str(status)] = _raw_failure(status, refusal)
    return dict(sorted(answers.items()))


def _success(route: Route, models: Models) -> Response:
    response: Response = {
        "description": REASONS[route.status],
        "headers": _headers(*_success_headers(route)),
    }
    if route.raw and route.status not in REDIRECTS:
        response["description"] = f"As {route.raw} says"
        if raw := body_of(route.raw):
            response["content"] = _raw(raw)
    elif route.output is not None:
        response["content"] = {"application/json": _envelope(route, models)}
    return response


def _success_headers(route: Route) -> list[str]:
    names = ["RequestId", "CorrelationId"]
    versioned = route.output is not None and not route.many and "version" in route.output.model_fields
    if route.etag or versioned:
        names.append("ETag")
    if route.status in REDIRECTS:
        names.append("Location")
    if route.cache_seconds:
        names.append("CacheControl")
    if route.idempotency != "none":
        names.append("IdempotentReplayed")
    if route.limit:
        names += ["RateLimitPolicy", "RateLimit"]
    if route.deprecated:
        names.append("Deprecation")
        names += ["Sunset"] if route.deprecated.sunset else []
        names += ["Link"] if route.deprecated.successor else []
    return names


def _envelope(route: Route, models: Models) -> Response:
    data = models.reference(route.output, "serialization")
    example = example_of(data, models.components)
    meta: dict[str, Any] = {"timestamp": TIME, "version": API_VERSION, "request_id": REQUEST_ID}
    if route.many:
        data, example = {"type": "array", "items": data}, [example]
        meta |= {"limit": 20}
    meta_schema: Schema = {"$ref": f"#/components/schemas/{'PageMeta' if route.many else 'Meta'}"}
    if route.about is not None:
        summary = models.reference(route.about, "serialization")
        told = {"type": "object", "required": ["summary"], "properties": {"summary": summary}}
        meta_schema, meta["summary"] = {"allOf": [meta_schema, told]}, example_of(summary, models.components)
    schema = {
        "type": "object",
        "required": ["success", "data", "meta", "errors"],
        "properties": {
            "success": {"const": True},
            "data": data,
            "meta": meta_schema,
            "errors": {"type": "array", "maxItems": 0},
        },
    }
    return {"schema": schema, "example": {"success": True, "data": example, "meta": meta, "errors": []}}


def _failure(status: int, codes: list[str]) -> Response:
    limits = ["RetryAfter", "RateLimitPolicy", "RateLimit"]
    extra = {401: ["WWWAuthenticate"], 429: limits, 503: ["RetryAfter"]}.get(status, [])
    return {
        "description": f"{REASONS[status]}: {', '.join(f'`{code}`' for code in codes)}",
        "headers": _headers("RequestId", "CorrelationId", *extra),
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Failure"},
                "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
            }
        },
    }


def _raw(body: RawBody) -> Response:
    return {body.media_type: {"schema": body.schema, "example": body.example}}


def _raw_failure(status: int, refusal: RawBody) -> Response:
    headers = _failure(status, [])["headers"]
    return {"description": REASONS[status], "headers": headers, "content": _raw(refusal)}


def _headers(*names: str) -> dict[str, Response]:
    return {_NAMES[name]: {"$ref": f"#/components/headers/{name}"} for name in names}


def error_examples(codes: set[str]) -> dict[str, Response]:
    """Return the components of the errors' examples."""
    return {code: {"summary": code, "value": error_example(code)} for code in STATUS if code in codes}
