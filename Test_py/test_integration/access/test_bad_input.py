"""What is wrong in a request is told by the code that api.md gives it, is never our fault, and changes nothing.

The cases are made of the declarations: each route's own model is spoilt field by field.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from infra.openapi.models import query_fields
from infra.openapi.problems import BODY_METHODS
from pushcart import tables
from Test_py.support.accounts import items
from Test_py.support.client import Reply
from Test_py.support.expectation import Outcome, expected
from Test_py.support.spoiling import INVALID, UNKNOWN_FIELD, Bad, bad_bodies
from Test_py.support.world import Caller, World, send
from utils import discovery
from utils.declarations import DEFAULT_PATH, Route

ROUTES = [loaded.declaration for loaded in discovery.routes() if isinstance(loaded.declaration, Route)]
IN_ENVELOPES = [route for route in ROUTES if not route.raw]
COUNTERS = ("IDEM#", "RATE#")
"""What a refused request may leave behind: that it was made, and nothing else."""

ABSURD = (
    ".", "..", "%00", "%2e%2e%2fetc%2fpasswd", "x" * 129, "x" * 4000, "%F0%9F%9B%92", "%20", "%22%27%3B--", "%ff%fe",
    "-1", "null", "{}", "%7B%22%24ne%22%3A1%7D", "ORDER%23x", "a%0d%0aSet-Cookie%3A%20x", "*", "0" * 128,
)  # fmt: skip

with_body = pytest.mark.parametrize(
    "route", [route for route in IN_ENVELOPES if route.method in BODY_METHODS], ids=lambda route: route.name
)


def stored() -> list[dict[str, Any]]:
    """Return everything that is stored, but for counters and keys."""
    found = [item for table in tables.TABLES for item in items(table) if not item["pk"]["S"].startswith(COUNTERS)]
    return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def welcome(shop: World, route: Route) -> Caller:
    """Return somebody who may call."""
    for name in ("owner", "admin"):
        if expected(route, shop.callers[name], owned=shop.is_owned(route)) is Outcome.ALLOWED:
            return shop.callers[name]
    raise AssertionError(f"nobody may call {route.key}")


def refused(reply: Reply, code: str, status: int, field: str | None = None) -> str | None:
    """Return what is wrong with a refusal, ``None`` when it is as it must be."""
    told = reply.json or {}
    if (reply.status, told.get("success"), told.get("data", 0)) != (status, False, None):
        return f"{reply.status} {reply.body[:300]!r}, not {status}"
    if set(reply.codes) != {code} or not told["meta"]["request_id"]:
        return f"{reply.codes}, not {code}"
    named = [error["field"] or "" for error in told["errors"]]
    # Of a list or a union, pydantic names the part behind it.
    if field and not any(name == field or name.startswith(f"{field}.") for name in named):
        return f"names {named}, not {field}"
    return None


def may_be_empty(route: Route) -> bool:
    model = route.input
    assert model is not None
    needed = any(field.is_required() for field in model.model_fields.values())
    return not model.model_fields or (route.method == "POST" and not needed)


def bodies(shop: World, route: Route) -> list[Bad]:
    assert route.input is not None
    schema = shop.models.reference(route.input, "validation") if route.input.model_fields else {}
    good = shop.sample(route)["body"] or {}
    return list(bad_bodies(good, schema, shop.models, may_be_empty=may_be_empty(route)))


@with_body
def test_every_spoilt_body_is_refused_and_changes_nothing(route: Route, shop: World) -> None:
    caller, sample, before = welcome(shop, route), shop.sample(route), stored()
    wrong = {}
    cases = bodies(shop, route)
    for case in cases:
        headers = sample["headers"] | {"content-type": "application/json"}
        reply = send(shop.api, route, shop.path(route), caller, headers=headers, body=case.body)
        if fault := refused(reply, case.code, case.status, case.field):
            wrong[case.name] = fault
    assert len(cases) >= 12
    assert not wrong
    assert stored() == before


@with_body
def test_a_body_that_is_not_said_to_be_json_is_refused(route: Route, shop: World) -> None:
    caller, sample, before = welcome(shop, route), shop.sample(route), stored()
    for media_type in ("", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"):
        headers = sample["headers"] | {"content-type": media_type}
        body = sample["body"] or {}
        reply = send(shop.api, route, shop.path(route), caller, headers=headers, body=body)
        assert refused(reply, "UNSUPPORTED_MEDIA_TYPE", 415) is None, (media_type, reply.body)
    assert stored() == before


@pytest.mark.parametrize("route", IN_ENVELOPES, ids=lambda route: route.name)
def test_every_spoilt_query_is_refused_and_changes_nothing(route: Route, shop: World) -> None:
    caller, sample, before = welcome(shop, route), shop.sample(route), stored()
    known = sample["query"] + "&" if sample["query"] else ""
    queries = {f"{known}{UNKNOWN_FIELD}=1": "VALIDATION_ERROR", f"{known}x=1&x=2": "VALIDATION_ERROR"}
    queries["&".join(f"p{n}=1" for n in range(60))] = "VALIDATION_ERROR"
    if route.method not in BODY_METHODS and route.input is not None:
        queries |= bad_values(route, sample["query"])
    for query, code in queries.items():
        reply = send(
            shop.api, route, shop.path(route), caller, headers=sample["headers"], query=query, body=sample["body"]
        )
        assert refused(reply, code, 400) is None, (query, reply.body)
    assert stored() == before


def bad_values(route: Route, good: str) -> dict[str, str]:
    """Return queries with one bad value each, for every parameter of a route, and with each needed one left out."""
    assert route.input is not None
    fields, required = query_fields(route.input)
    others = [part for part in good.split("&") if part]
    queries = {}
    for name, schema in fields.items():
        rest = [part for part in others if not part.startswith(f"{name}=")]
        values = ["x" * 3000]
        if name == "limit":
            values += ["0", "101", "-1", "1.5", "ten", ""]
        if "enum" in str(schema):
            values += ["none-of-these", ""]
        for value in values:
            queries["&".join([*rest, f"{name}={value}"])] = INVALID
        queries["&".join([*rest, f"{name}=1", f"{name}=1"])] = INVALID
        if name in required:
            queries["&".join(rest)] = INVALID
        if name == "cursor":
            for cursor in ("x", "e30", "e30.v1.AAAA", "v1." + "A" * 32):
                queries["&".join([*rest, f"cursor={cursor}"])] = "INVALID_CURSOR"
    return queries


@pytest.mark.parametrize("route", [route for route in ROUTES if route.path_parameters], ids=lambda route: route.name)
def test_absurd_values_in_a_path_name_nothing(route: Route, shop: World) -> None:
    caller, sample, before = welcome(shop, route), shop.sample(route), stored()
    good = {name: quote(value) for name, value in shop.values(route).items()}
    for name in route.path_parameters:
        for number, value in enumerate(ABSURD):
            # A key is kept with a 404, and another path under it would be another request.
            headers = sample["headers"] | {"idempotency-key": f"absurd-{name}-{number}"}
            path = route.path.format(**(good | {name: value}))
            reply = send(shop.api, route, path, caller, headers=headers, query=sample["query"], body=sample["body"])
            assert refused(reply, "NOT_FOUND", 404) is None, (path[:200], reply.status, reply.body)
    assert stored() == before


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_noise_of_every_kind_is_never_our_fault(route: Route, shop: World) -> None:
    if route.path == DEFAULT_PATH:
        return
    caller, before = welcome(shop, route), stored()
    noise = {
        "content-type": "application/json",
        "idempotency-key": "k",
        "x-cart-token": "ä" * 40,
        "x-order-token": "v1.",
        "if-match": '"x"',
        "if-none-match": "\x7f",
        "x-correlation-id": "\x00" * 300,
    }
    for body in (b"\x00" * 100, b"\xff" * 100, b"[" * 100_000, b'{"a":' * 50_000, b"1" * 100_000):
        for headers in ({"content-type": "application/json"}, noise):
            reply = send(shop.api, route, shop.path(route), caller, headers=headers, body=body)
            if route.method in BODY_METHODS:
                assert 400 <= reply.status < 500, reply.body
            else:
                assert reply.status < 500, reply.body
    if route.method != "DELETE":
        assert stored() == before
