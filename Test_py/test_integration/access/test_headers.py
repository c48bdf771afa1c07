"""What every answer says to browsers and caches, and which words of a request are never taken for anybody's name."""

from __future__ import annotations

import pytest

from pushcart.access import ANYONE, GUEST
from Test_py.support.client import Api, Reply
from Test_py.support.world import Caller, World
from utils import discovery
from utils.caller import admitted
from utils.declarations import Route

ROUTES = [loaded.declaration for loaded in discovery.routes() if isinstance(loaded.declaration, Route)]
YEAR_SECONDS = 365 * 24 * 3600
SPOOFED = {
    "x-forwarded-for": "198.51.100.66",
    "x-real-ip": "198.51.100.66",
    "forwarded": "for=198.51.100.66",
    "x-user-id": "usr_01HZZZZZZZZZZZZZZZZZZZZZZZ",
    "x-forwarded-user": "admin",
    "x-amzn-oidc-identity": "admin",
}


def ours(reply: Reply) -> bool:
    """Whether a function answered, and not the gateway by itself."""
    return not (reply.json and set(reply.json) == {"message"})


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_answer_of_every_route_carries_them(route: Route, shop: World) -> None:
    seen = 0
    for name in ("nobody", "garbage token", "owner", "guest", "admin"):
        shop.refresh()
        reply = shop.ask(route, shop.callers[name])
        if not ours(reply):
            continue
        seen += 1
        headers = reply.headers
        age, _, rest = headers["strict-transport-security"].removeprefix("max-age=").partition(";")
        assert int(age) >= YEAR_SECONDS
        assert rest.strip() == "includeSubDomains"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        policy = [part.strip() for part in headers["content-security-policy"].split(";")]
        assert {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy)
        assert not any("unsafe" in part or "*" in part for part in policy)
        if reply.body:
            assert headers["content-type"]
        if headers["cache-control"] != "no-store":
            assert route.access == ANYONE, "only what anybody may see may be kept"
    assert seen >= 2


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_body_is_what_its_content_type_says(route: Route, shop: World) -> None:
    for caller in (shop.callers["owner"], shop.callers["admin"]):
        shop.refresh()
        reply = shop.ask(route, caller)
        kind = reply.headers.get("content-type", "")
        if reply.body and kind.partition(";")[0].strip().endswith("json"):
            assert reply.json is not None
        if kind.startswith("text/"):
            assert "charset=utf-8" in kind


def test_who_calls_is_never_read_from_headers_that_callers_write(shop: World) -> None:
    http = {"requestContext": {"http": {"sourceIp": "192.0.2.7"}}}
    for access in (ANYONE, GUEST):
        assert admitted(http, SPOOFED, access).id == "ip:192.0.2.7"
    caller = Caller("spoofer", {})
    for route in ROUTES:
        plain = shop.ask(route, caller)
        shop.refresh()
        sample = shop.sample(route)
        headers = sample["headers"] | SPOOFED
        path = shop.path(route) + (f"?{sample['query']}" if sample["query"] else "")
        body = sample["body"] if isinstance(sample["body"], str) else None
        if body is None and sample["body"] is not None:
            spoofed = shop.api.request(route.method, path, json=sample["body"], headers=headers)
        else:
            spoofed = shop.api.request(route.method, path, body=body, headers=headers)
        shop.touched = True
        shop.refresh()
        assert spoofed.status == plain.status, route.key


def test_methods_that_no_route_has_are_not_found(api: Api) -> None:
    for method in ("TRACE", "TRACK", "CONNECT", "DEBUG", "PUT"):
        assert api.request(method, "/api/v1/health").status == 404
