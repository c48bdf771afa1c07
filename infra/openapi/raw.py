"""Routes outside the envelope: their standard, not a model, says what they answer."""

from __future__ import annotations

from typing import Final

from infra.openapi import oauth
from infra.openapi.raw_body import RawBody

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
    "Spreadsheet": RawBody("text/csv", {"type": "string"}, "day,currency,orders\r\n2026-01-02,EUR,2\r\n"),
    "ISO 32000": RawBody("application/pdf", {"type": "string", "format": "binary"}, "%PDF-1.3 …"),
    **oauth.ANSWERS,
}
"""By the ``raw`` of the declaration. What is not here is JSON of an unknown shape."""

UNKNOWN: Final = RawBody("application/json", {}, {})
NOTHING: Final = frozenset({"RFC 7009"})
"""Standards whose success has no body."""


def body_of(standard: str) -> RawBody | None:
    """Return what a raw route answers, if anything; a standard may be named with its section (``RFC 7517, 5``)."""
    if standard in NOTHING:
        return None
    return next((body for name, body in STANDARDS.items() if standard.startswith(name)), UNKNOWN)


def bodies_of(standard: str) -> tuple[RawBody, ...]:
    """Return what a raw route takes, in each media type that it takes it in."""
    return oauth.BODIES.get(standard, (UNKNOWN,))
