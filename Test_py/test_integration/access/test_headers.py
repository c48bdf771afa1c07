"""What every answer says to browsers and caches, and which words of a request are never taken for anybody's name."""

from __future__ import annotations

import pytest

from pushcart.access import ANYONE, GUEST
from Test_py.support.client import Api, Reply
from Test_py.support.world import World
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
def test_every_answer_says_what_it_is_and_what_may_be_done_with_it(route: Route, shop: World) -> None:
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
        kind, _, parameters = headers.get("content-type", "").partition(";")
        assert bool(kind) == bool(reply.body)
        assert reply.json is not None or not kind.endswith("json")
        assert "charset=utf-8" in parameters or not kind.startswith("text/")
        if headers["cache-control"] != "no-store":
            assert route.access == ANYONE, "only what anybody may see may be kept"
    assert seen >= 2


def test_who_calls_is_never_read_from_headers_that_callers_write(shop: World) -> None:
    http = {"requestContext": {"http": {"sourceIp": "192.0.2.7"}}}
    for access in (ANYONE, GUEST):
        assert admitted(http, SPOOFED, access).id == "ip:192.0.2.7"
    asked = [route for route in ROUTES if route.access.authorizer == "required"]
    for route in asked:
        reply = shop.api.request(route.method, shop.path(route), headers=SPOOFED)
        assert (reply.status, reply.json) == (401, {"message": "Unauthorized"}), route.key
    assert len(asked) > 20


def test_methods_that_no_route_has_are_not_found(api: Api) -> None:
    for method in ("TRACE", "TRACK", "CONNECT", "DEBUG", "PUT"):
        assert api.request(method, "/api/v1/health").status == 404
