"""From API Gateway's event to a request that was found good: its input, its path, its version, its idempotency key."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from pydantic import BaseModel

from utils import correlation
from utils.access import Principal
from utils.caller import network_of
from utils.cursors import CursorScope
from utils.declarations import Route
from utils.errors import NotFound, ValidationFailed, VersionRequired
from utils.idempotency import IdempotencyGuard, guard, refuse_missing
from utils.rate_limits import RateGuard
from utils.request import Request, cookies_of, query_values, raw_body, refuse_media_type
from utils.schemas import read_json, read_values
from utils.transaction import Transaction

_PATH_VALUE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.~-]{0,127}")
_VERSION: Final = re.compile(r'"(\d{1,15})(?:-[0-9a-f]*)?"')
IDEMPOTENCY_KEY: Final = "idempotency-key"


def read_request(
    route: Route, event: dict[str, Any], headers: dict[str, str], principal: Principal, request_id: str
) -> Request[Any]:
    """Validate all that an event brings against the route's declaration.

    Raises
    ------
    Problem
        The 4xx that says what is wrong with it.
    """
    http = event["requestContext"]["http"]
    body, values = raw_body(event), {} if route.raw else query_values(event)
    model = route.input
    assert model is not None  # noqa: S101 - narrows the type; @route always names one
    if route.method in {"GET", "DELETE"}:
        data: BaseModel = read_values(model, values)
    else:
        data = _read_body(route, model, headers, body, values)
    filters = json.dumps({k: v for k, v in values.items() if k not in {"cursor", "limit"}}, sort_keys=True)
    return Request(
        input=data,
        principal=principal,
        tx=Transaction(),
        headers=headers,
        path=http["path"],
        source_ip=http.get("sourceIp", "-"),
        request_id=request_id,
        correlation_id=correlation.current(),
        # A public list is kept by caches, whose cursors must be good for all; and addresses change on the way.
        cursors=CursorScope("anyone" if principal.kind == "anyone" else principal.id, http["path"], filters),
        if_match=_if_match(route, headers, principal),
        body=body,
        raw_query=event.get("rawQueryString") or "",
        cookies=cookies_of(event) if route.raw else {},
    )


def rate_guard(route: Route, request: Request[Any]) -> RateGuard | None:
    """Return the guard of a request that is limited; ``None`` for what changes nothing, or is limited elsewhere.

    Who is known is counted by that, everybody else by their network: a guest's token is had for the asking.
    """
    if route.limit is None:
        return None
    principal = request.principal
    known = principal.kind in {"user", "client"}
    return RateGuard(route.limit, principal.id if known else f"ip:{network_of(request.source_ip)}")


def idempotency_guard(route: Route, request: Request[Any]) -> IdempotencyGuard | None:
    """Return the guard of a request that came with a key; ``None`` where none is looked at, or none was sent.

    Raises
    ------
    IdempotencyKeyRequired
        When the route requires one.
    """
    if route.idempotency == "none":
        return None
    idempotency_key = request.headers.get(IDEMPOTENCY_KEY)
    if idempotency_key is None:
        return refuse_missing() if route.idempotency != "accepted" else None
    return guard(
        request.principal.id, route.key, idempotency_key, method=route.method, path=request.path, body=request.body,
        money=route.idempotency == "required for money",
    )  # fmt: skip


def path_values(event: dict[str, Any]) -> dict[str, str]:
    """Return the path's parameters. One that cannot be an id names nothing: the 404 of a missing thing."""
    values: dict[str, str] = event.get("pathParameters") or {}
    for value in values.values():
        if not _PATH_VALUE.fullmatch(value):
            raise NotFound
    return values


def _read_body(
    route: Route, model: type[BaseModel], headers: dict[str, str], body: bytes, values: dict[str, str]
) -> BaseModel:
    if route.raw:
        return model.model_construct()
    if values:
        raise ValidationFailed("This route takes no query parameters.", field=next(iter(values)))
    if not body and _may_be_left_out(route, model):
        return model()
    refuse_media_type(headers)
    return read_json(model, body)


def _may_be_left_out(route: Route, model: type[BaseModel]) -> bool:
    """A POST whose every field has a default says all it has to by being sent; an empty PATCH is a mistake."""
    needed = any(field.is_required() for field in model.model_fields.values())
    return not model.model_fields or (route.method == "POST" and not needed)


def _if_match(route: Route, headers: dict[str, str], principal: Principal) -> int | None:
    tag = headers.get("if-match")
    if not route.versioned or tag == "*":
        return None
    if tag is None:
        if principal.permissions:
            raise VersionRequired("Send If-Match with the ETag of what you read, so that nobody's change is lost.")
        return None
    match = _VERSION.fullmatch(tag.strip())
    if match is None:
        raise ValidationFailed("If-Match takes an ETag as it was answered.", field="If-Match")
    return int(match[1])
