"""The parameters of an operation: path, query, and the headers that its declaration implies."""

from __future__ import annotations

from typing import Any, Final

from infra.openapi import oauth
from infra.openapi.examples import PATH_EXAMPLES, example_of
from infra.openapi.models import query_fields
from utils.declarations import Route

Parameter = dict[str, Any]

_KEY_TEXT: Final = (
    "A fresh value for each new request (a UUID, say), and the same one for each retry: a retry is answered byte for "
    "byte as the first was, with `Idempotent-Replayed: true`."
)

HEADERS: Final[dict[str, Parameter]] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": _KEY_TEXT,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "example": "4f1c7e1e-6f0b-4d4e-9a53-0d6f6a4f2b11",
    },
    "IdempotencyKeyRequired": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": _KEY_TEXT,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "example": "4f1c7e1e-6f0b-4d4e-9a53-0d6f6a4f2b11",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "The `ETag` of what you read; staff must send it, others may.",
        "schema": {"type": "string", "maxLength": 100},
        "example": '"3-9b1f0c2d4e6a8b70"',
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The `ETag` that you have: 304 without a body when it is still the one.",
        "schema": {"type": "string", "maxLength": 1000},
        "example": '"3-9b1f0c2d4e6a8b70"',
    },
}
"""Components, named by the declaration's options. Tokens are security schemes and no parameters (OpenAPI 4.8.12.1)."""


def parameters_of(route: Route) -> list[Parameter]:
    """Return a route's parameters: path first, then query, then headers."""
    found = [_path(name) for name in route.path_parameters]
    if route.method in {"GET", "DELETE"} and route.input is not None:
        found += oauth.parameters_of(route.raw) if route.raw in oauth.QUERIES else _query(route)
    found += [{"$ref": f"#/components/parameters/{name}"} for name in headers_of(route)]
    return found


def headers_of(route: Route) -> list[str]:
    """Return the names of the header components that a route takes."""
    names = []
    if route.idempotency != "none":
        names.append("IdempotencyKey" if route.idempotency == "accepted" else "IdempotencyKeyRequired")
    if route.versioned:
        names.append("IfMatch")
    if route.etag:
        names.append("IfNoneMatch")
    return names


def _path(name: str) -> Parameter:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.~-]{0,127}$"},
        "example": PATH_EXAMPLES.get(name, name),
    }


def _query(route: Route) -> list[Parameter]:
    assert route.input is not None  # noqa: S101 - narrows the type; the caller looked
    fields, required = query_fields(route.input)
    found = []
    for name, schema in fields.items():
        parameter: Parameter = {"name": name, "in": "query", "required": name in required, "schema": schema}
        if "description" in schema:
            parameter["description"] = schema["description"]
        shown = example_of(schema, {}, name)
        if shown is not None and name != "cursor":
            parameter["example"] = shown
        found.append(parameter)
    return found
