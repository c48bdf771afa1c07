"""The one shape of every answer (api.md): data or errors, and meta. Rendered once, as bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from utils.clock import now, rfc3339
from utils.errors import ErrorEntry, Problem

API_VERSION: Final = "1.0"

SECURITY_HEADERS: Final[dict[str, str]] = {
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}
"""On every answer unless a route says otherwise (OWASP REST Security Cheat Sheet, "Security Headers"; ASVS 5.0, V3.4).
"""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Answer:
    """A rendered answer: what is sent, and what an idempotency record keeps."""

    status: int
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    base64: bool = False
    secrets: tuple[tuple[str, str, str], ...] = ()
    """Tokens inside ``body`` as (token, purpose, subject): cut out when the answer is stored, derived again after."""

    def to_gateway(self, extra: Mapping[str, str]) -> dict[str, Any]:
        """Return the answer as API Gateway takes it (HTTP API, payload format 2.0)."""
        headers = {**SECURITY_HEADERS, **extra, **self.headers}
        if self.body is None:
            return {"statusCode": self.status, "headers": headers}
        headers.setdefault("content-type", "application/json")
        return {
            "statusCode": self.status,
            "headers": headers,
            "body": self.body,
            "isBase64Encoded": self.base64,
        }


def meta(request_id: str, **extra: Any) -> str:
    """Render ``meta``; ``extra`` holds a list's ``next_cursor``, ``limit`` and ``summary``."""
    return json.dumps(
        {"timestamp": rfc3339(now()), "version": API_VERSION, "request_id": request_id, **extra}, separators=(",", ":")
    )


def success(data: str, rendered_meta: str) -> str:
    """Render a success around ``data``, which is JSON already."""
    return f'{{"success":true,"data":{data},"meta":{rendered_meta},"errors":[]}}'


def failure(problem: Problem, request_id: str) -> Answer:
    """Render a problem with its status and the headers that belong to it."""
    headers: dict[str, str] = {}
    if problem.status == 401:
        error = "" if problem.code == "UNAUTHENTICATED" else ', error="invalid_token"'
        headers["www-authenticate"] = f'Bearer realm="pushcart"{error}'
    if problem.retry_after:
        headers["retry-after"] = str(problem.retry_after)
    headers |= problem.headers
    body = {
        "success": False,
        "data": None,
        "meta": {"timestamp": rfc3339(now()), "version": API_VERSION, "request_id": request_id},
        "errors": _entries(problem.entries),
    }
    return Answer(problem.status, json.dumps(body, separators=(",", ":"), ensure_ascii=False), headers)


def _entries(entries: Sequence[ErrorEntry]) -> list[dict[str, str | None]]:
    return [
        {"code": entry.code, "message": entry.message, "field": entry.field, "detail": entry.detail}
        for entry in entries
    ]
