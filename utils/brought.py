"""What a request brought, to be taken out of whatever is logged about its failure.

An error's message may hold anything that its function was given. What looks like a secret is taken out by its looks
(:func:`utils.log.redacted`); a password looks like nothing, but is known here word for word.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl

from utils.errors import Problem
from utils.request import cookies_of, raw_body

SHORTEST: Final = 3
"""In characters: what is shorter tells nobody anything."""
HEADERS: Final = frozenset({"authorization", "cookie", "idempotency-key", "x-cart-token", "x-order-token"})


def brought(event: dict[str, Any]) -> frozenset[str]:
    """Return the texts of an event's body, query, cookies and secret headers; ids in its path are left out.

    Never raises: it is asked for while something else is being told.

    Example
    -------
    >>> sorted(brought({"body": '{"password": "hunter22"}', "rawQueryString": "code=314159"}))
    ['314159', 'hunter22']
    """
    return frozenset(text for text in _texts(event) if len(text) >= SHORTEST)


def _texts(event: dict[str, Any]) -> Iterator[str]:
    for name, value in (event.get("headers") or {}).items():
        if name.lower() in HEADERS:
            yield value
            yield from value.split()
    yield from cookies_of(event).values()
    yield from _fields(event.get("rawQueryString") or "")
    try:
        body = raw_body(event).decode()
    except (Problem, ValueError):
        return
    try:
        yield from _leaves(json.loads(body))
    except (ValueError, RecursionError):
        yield body
        yield from _fields(body)


def _fields(text: str) -> Iterator[str]:
    try:
        yield from (value for _, value in parse_qsl(text))
    except ValueError:
        yield text


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _leaves(inner)
