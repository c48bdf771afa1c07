"""Routes outside the envelope: their standard, not a model, says what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class RawBody:
    """A media type, its schema and an example of it."""

    media_type: str
    schema: dict[str, Any]
    example: Any


_OBJECT: Final = {"type": "object"}
_KEY: Final = {
    "kty": "EC",
    "crv": "P-256",
    "alg": "ES256",
    "use": "sig",
    "kid": "3f2a9c81d0b7",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}

STANDARDS: Final[dict[str, RawBody]] = {
    "OpenAPI 3.1": RawBody("application/json", _OBJECT, {"openapi": "3.1.0"}),
    "HTML": RawBody("text/html", {"type": "string"}, "<!doctype html>"),
    "Media types": RawBody("text/javascript", {"type": "string"}, '"use strict";'),
    "RFC 7517": RawBody(
        "application/json",
        {"type": "object", "required": ["keys"], "properties": {"keys": {"type": "array", "items": _OBJECT}}},
        {"keys": [_KEY]},
    ),
}
"""By the ``raw`` of the declaration. What is not here is JSON of an unknown shape."""

UNKNOWN: Final = RawBody("application/json", {}, {})


def body_of(standard: str) -> RawBody:
    """Return what a raw route answers; a standard may be named with its section (``RFC 7517, 5``)."""
    return next((body for name, body in STANDARDS.items() if standard.startswith(name)), UNKNOWN)
