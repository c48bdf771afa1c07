"""From what a handler returned to the answer that is sent."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from typing import Any

from utils.declarations import Route
from utils.envelope import Answer, meta, success
from utils.queries import Found, Page
from utils.request import Request


def render(route: Route, result: Any, request: Request[Any]) -> Answer:
    """Render what a handler returned, with its ETag and how long it may be kept."""
    if isinstance(result, Answer):
        return result
    if result is None:
        return Answer(route.status)
    headers: dict[str, str] = {}
    told = ""
    if isinstance(result, Page | Found):
        data = f"[{','.join(item.model_dump_json() for item in result.items)}]"
        extra: dict[str, Any] = {"limit": request.input.limit}
        if cursor := request.cursors.seal(result.last_key):
            extra["next_cursor"] = cursor
        if isinstance(result, Found):
            extra["summary"], told = result.summary.model_dump(), result.summary.model_dump_json()
        body = success(data, meta(request.request_id, **extra))
    else:
        data = result.model_dump_json()
        body = success(data, meta(request.request_id))
    version = getattr(result, "version", None)
    if route.etag or version is not None:
        digest = blake2b((data + told).encode(), digest_size=8).hexdigest()
        headers["etag"] = f'"{version or 0}-{digest}"'
    if route.cache_seconds:
        headers["cache-control"] = f"public, max-age={route.cache_seconds}"
    return Answer(route.status, body, headers, secrets=tuple(request.secrets))


def not_modified(answer: Answer, headers: dict[str, str]) -> Answer:
    """Turn the answer into 304 when the caller has it already (RFC 9110, 13.1.2: weak comparison)."""
    known = [tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")]
    if answer.status == 200 and ("*" in known or answer.headers.get("etag") in known):
        return replace(answer, status=304, body=None)
    return answer
