"""Which errors a route can answer, by its declaration, and what each looks like."""

from __future__ import annotations

from typing import Any, Final

from infra.openapi.examples import REQUEST_ID, TIME
from utils.declarations import Route
from utils.envelope import API_VERSION
from utils.errors import STATUS

BODY_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})

TOLD: Final[dict[str, tuple[str, str | None, str | None]]] = {
    "VALIDATION_ERROR": ("Input should be greater than or equal to 1", "items.0.quantity", "greater_than_equal"),
    "MALFORMED_JSON": ("The body is not valid JSON.", None, "EOF while parsing an object at line 1 column 12"),
    "INVALID_CURSOR": ("This cursor is not one of this list's.", "cursor", None),
    "IDEMPOTENCY_KEY_REQUIRED": (
        "Send an Idempotency-Key header with a fresh value (a UUID, say), and the same one when you try again.",
        "Idempotency-Key",
        None,
    ),
    "UNAUTHENTICATED": ("Send a valid access token: Authorization: Bearer …", None, None),
    "TOKEN_EXPIRED": ("The access token has expired. Refresh it.", None, None),
    "FORBIDDEN": ("Your account may not do this.", None, None),
    "STEP_UP_REQUIRED": ("Confirm with your second factor first.", None, None),
    "NOT_FOUND": ("No such resource.", None, None),
    "CONFLICT": ("It is in conflict with what is there.", None, None),
    "EMAIL_TAKEN": ("Another account has this address.", "email", None),
    "INSUFFICIENT_STOCK": ("There is not enough of it.", None, "TEE-RED-M: requested 3, available 1"),
    "INVALID_STATE": ("That cannot be done in its present state.", None, None),
    "IDEMPOTENCY_IN_PROGRESS": ("A request with this key is still at work. Try again shortly.", None, None),
    "STALE_VERSION": (
        "It was changed since you read it. Read it again and send its ETag as If-Match.",
        None,
        None,
    ),
    "PAYLOAD_TOO_LARGE": ("A body holds 256 KB at most.", None, None),
    "UNSUPPORTED_MEDIA_TYPE": ("Send application/json.", None, None),
    "IDEMPOTENCY_KEY_REUSED": ("This Idempotency-Key was used for another request. Use a fresh one.", None, None),
    "VERSION_REQUIRED": (
        "Send If-Match with the ETag of what you read, so that nobody's change is lost.",
        "If-Match",
        None,
    ),
    "RATE_LIMITED": ("Too many requests. Try again later.", None, None),
    "INTERNAL": ("Something went wrong on our side. Tell us the request id.", None, None),
    "UNAVAILABLE": ("Busy. Try again shortly, with the same Idempotency-Key.", None, None),
}
"""Message, field and detail of each code's example."""


def error_example(code: str) -> dict[str, Any]:
    """Return an enveloped error as it is answered.

    Example
    -------
    >>> error_example("NOT_FOUND")["errors"][0]["code"]
    'NOT_FOUND'
    """
    message, field, detail = TOLD[code]
    return {
        "success": False,
        "data": None,
        "meta": {"timestamp": TIME, "version": API_VERSION, "request_id": REQUEST_ID},
        "errors": [{"code": code, "message": message, "field": field, "detail": detail}],
    }


def codes_of(route: Route) -> tuple[str, ...]:
    """Return every code that ``route`` may answer, by status: what its declaration implies and what it names itself."""
    codes = {"INTERNAL", "UNAVAILABLE", *route.errors}
    codes |= _about_the_request(route) | _about_the_caller(route)
    if route.path_parameters:
        codes.add("NOT_FOUND")
    if route.idempotency != "none":
        codes.add("IDEMPOTENCY_KEY_REUSED")
    if route.idempotency.startswith("required"):
        codes.add("IDEMPOTENCY_KEY_REQUIRED")
    if route.limit:
        codes.add("RATE_LIMITED")
    if route.versioned:
        codes.add("STALE_VERSION")
        if any(rule.permission for rule in route.access.rules):
            codes.add("VERSION_REQUIRED")
    return tuple(sorted(codes, key=lambda code: (STATUS[code], list(STATUS).index(code))))


def _about_the_request(route: Route) -> set[str]:
    codes = set() if route.raw else {"VALIDATION_ERROR"}
    if route.method in BODY_METHODS:
        codes |= {"PAYLOAD_TOO_LARGE"}
        if not route.raw and route.input is not None and route.input.model_fields:
            codes |= {"MALFORMED_JSON", "UNSUPPORTED_MEDIA_TYPE"}
    if route.many:
        codes.add("INVALID_CURSOR")
    return codes


def _about_the_caller(route: Route) -> set[str]:
    if route.access.authorizer == "none":
        return set()
    codes = {"UNAUTHENTICATED", "TOKEN_EXPIRED"}
    # Whoever is known may be a program that was given less than the route asks for.
    return codes | {"FORBIDDEN"}
