"""The OpenAPI 3.1 document of the declared routes (https://spec.openapis.org/oas/v3.1.0)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from infra.openapi import parameters, responses, security
from infra.openapi.examples import example_of
from infra.openapi.models import Models
from infra.openapi.problems import BODY_METHODS, codes_of
from infra.openapi.raw import bodies_of
from utils.declarations import DEFAULT_PATH, Loaded, Route
from utils.deprecation import Deprecated
from utils.envelope import API_VERSION

Document = dict[str, Any]

DESCRIPTION: Final = """\
A commerce backend with no servers to keep: accounts, catalogue, inventory, carts, orders and payments.

Every answer is an envelope of `success`, `data`, `meta` and `errors`, save where a standard has its own shape.
Money is in minor units of its currency; times are RFC 3339 in UTC; ids are prefixed ULIDs. Unknown fields and
parameters are refused. Send `X-Correlation-Id` to find all that a request sets off under one id.

A call with no credentials where some are needed, one over 10 MB, and one too many are answered by the gateway itself,
as `{"message": "…"}` with 401, 413 or 429."""

TAGS: Final[dict[str, str]] = {
    "accounts": "Who people are: registration, sign-in, profile.",
    "catalog": "What is for sale: products, variants and their prices.",
    "inventory": "How much of it is there.",
    "carts": "What somebody means to buy.",
    "orders": "What was bought.",
    "payments": "What was paid.",
    "notifications": "What people were told.",
    "system": "The API itself.",
}


class NameTaken(ValueError):
    """A model has the name of one of the envelope's own schemas."""


def build(functions: Iterable[Loaded]) -> Document:
    """Return the document. The same declarations make the same document, byte for byte.

    Raises
    ------
    NameTaken, infra.openapi.models.TwoModelsOfOneName
        When two schemas would have one name.
    """
    routes = documented(functions)
    models = Models(routes)
    if taken := set(responses.ENVELOPE) & set(models.components):
        raise NameTaken(f"{', '.join(sorted(taken))}: the envelope has a schema of that name")
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, models)
    contexts = {route.context for route in routes}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Pushcart",
            "version": API_VERSION,
            "description": DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": TAGS.get(name, name)} for name in sorted(contexts)],
        "paths": paths,
        "components": {
            "schemas": dict(sorted((models.components | responses.ENVELOPE).items())),
            "parameters": parameters.HEADERS,
            "headers": responses.HEADERS,
            "examples": responses.error_examples({code for route in routes for code in codes_of(route)}),
            "securitySchemes": security.SCHEMES,
        },
    }


def documented(functions: Iterable[Loaded]) -> list[Route]:
    """Return the routes that clients call, by path and method."""
    routes = [one.declaration for one in functions if isinstance(one.declaration, Route)]
    order = ("GET", "POST", "PUT", "PATCH", "DELETE")
    known = (route for route in routes if route.path != DEFAULT_PATH)
    return sorted(known, key=lambda route: (route.path, order.index(route.method)))


def render(document: Document) -> str:
    """Return the document as it is committed."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _operation(route: Route, models: Models) -> Document:
    summary, _, more = route.summary.partition("\n\n")
    operation: Document = {
        "operationId": route.operation_id,
        "summary": " ".join(summary.split()),
        "description": _description(route, more),
        "tags": [route.context],
    }
    if found := parameters.parameters_of(route):
        operation["parameters"] = found
    if route.method in BODY_METHODS and route.input is not None:
        body = _request_body(route, models)
        if body:
            operation["requestBody"] = body
    operation["responses"] = responses.responses_of(route, models)
    operation["security"] = security.requirements_of(route)
    if route.deprecated:
        operation["deprecated"] = True
    return operation


def _description(route: Route, more: str) -> str:
    told = [" ".join(part.split()) for part in more.split("\n\n") if part.strip()]
    told.append(f"Callers: {security.callers_of(route)}.")
    if route.deprecated:
        told.append(_end_of(route.deprecated))
    if route.raw:
        told.append(f"Outside the envelope: as {route.raw} says.")
    return "\n\n".join(told)


def _request_body(route: Route, models: Models) -> Document | None:
    assert route.input is not None  # noqa: S101 - narrows the type; the caller looked
    if route.raw:
        taken = {body.media_type: {"schema": body.schema, "example": body.example} for body in bodies_of(route.raw)}
        return {"required": True, "content": taken}
    if not route.input.model_fields:
        return None
    schema = models.reference(route.input, "validation")
    example = example_of(schema, models.components)
    # As utils/incoming.py reads it: of a POST that needs nothing, no body is an empty one.
    needed = route.method != "POST" or any(field.is_required() for field in route.input.model_fields.values())
    return {"required": needed, "content": {"application/json": {"schema": schema, "example": example}}}


def _end_of(deprecated: Deprecated) -> str:
    told = f"Deprecated since {deprecated.since.isoformat()}"
    if deprecated.sunset:
        told += f"; it stops answering on {deprecated.sunset.isoformat()}"
    return f"{told}; use {deprecated.successor} instead." if deprecated.successor else f"{told}."
