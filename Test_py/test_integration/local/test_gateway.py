"""The gateway in the process, held against what API Gateway's documentation says."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import time_machine

from infra.local import gateway as gateway_module
from infra.local.cors import Cors
from infra.local.gateway import Gateway
from Test_py.test_integration.local.fakes import ANYONE, GUEST, USER, authorizer, route

Event = dict[str, Any]


def echo(event: Event, _context: Any) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(event)}


def named(name: str) -> Any:
    def handler(_event: Event, _context: Any) -> str:
        return name

    handler.__name__ = name
    return handler


def event_of(gateway: Gateway, *args: Any, **options: Any) -> Event:
    event: Event = gateway.handle(*args, **options).json()
    return event


def test_the_event_is_payload_two() -> None:
    gateway = Gateway([route("GET", "/shops/{shop}/items/{item_id}", echo)])
    with time_machine.travel("2026-03-12T19:03:58Z", tick=False):
        event = event_of(
            gateway,
            "GET",
            "/shops/caf%C3%A9%2F1/items/7",
            "tag=a&tag=b&q=x%20y&empty=",
            [("Host", "shop.example:8000"), ("X-Twice", "one"), ("x-twice", "two"), ("Cookie", "a=1; b=2")],
            source_ip="192.0.2.7",
        )
    assert event["version"] == "2.0"
    assert event["routeKey"] == "GET /shops/{shop}/items/{item_id}"
    assert event["rawPath"] == "/shops/caf%C3%A9%2F1/items/7"
    assert event["rawQueryString"] == "tag=a&tag=b&q=x%20y&empty="
    assert event["queryStringParameters"] == {"tag": "a,b", "q": "x y", "empty": ""}
    assert event["pathParameters"] == {"shop": "café/1", "item_id": "7"}
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["headers"]["x-twice"] == "one,two"
    assert event["headers"]["x-forwarded-for"] == "192.0.2.7"
    assert "cookie" not in event["headers"]
    assert event["isBase64Encoded"] is False
    assert "body" not in event
    context = event["requestContext"]
    assert context["http"] == {
        "method": "GET",
        "path": "/shops/caf%C3%A9%2F1/items/7",
        "protocol": "HTTP/1.1",
        "sourceIp": "192.0.2.7",
        "userAgent": "",
    }
    assert (context["stage"], context["domainName"]) == ("$default", "shop.example")
    assert (context["time"], context["timeEpoch"]) == ("12/Mar/2026:19:03:58 +0000", 1773342238000)
    assert context["requestId"]
    assert "authorizer" not in context


def test_what_is_empty_is_left_out() -> None:
    event = event_of(Gateway([route("GET", "/a", echo)]), "GET", "/a")
    assert event.keys().isdisjoint({"body", "cookies", "queryStringParameters", "pathParameters"})


@pytest.mark.parametrize(
    ("content_type", "body", "encoded"),
    [
        ("application/json", b'{"a": 1}', False),
        ("application/json; charset=utf-8", b"{}", False),
        ("application/problem+json", b"{}", False),
        ("text/plain", "é".encode(), False),
        ("application/json", b"\xff\xfe", True),
        ("application/x-www-form-urlencoded", b"grant_type=x", True),
        ("image/png", b"\x89PNG", True),
        (None, b"{}", True),
    ],
)
def test_a_body_that_is_no_text_comes_encoded(content_type: str | None, body: bytes, encoded: bool) -> None:
    headers = {"content-type": content_type} if content_type else {}
    event = event_of(Gateway([route("POST", "/a", echo)]), "POST", "/a", "", headers, body)
    assert event["isBase64Encoded"] is encoded
    assert (base64.b64decode(event["body"]) if encoded else event["body"].encode()) == body


def test_a_literal_segment_goes_before_a_parameter() -> None:
    gateway = Gateway(
        [
            route("GET", "/users/{user_id}", named("one")),
            route("GET", "/users/me", named("me")),
            route("GET", "/users/{user_id}/addresses", named("addresses")),
            route("DELETE", "/users/{user_id}", named("gone")),
        ]
    )
    asked = ["/users/usr_1", "/users/me", "/users/me/addresses"]
    assert [gateway.handle("GET", path).body.decode() for path in asked] == ["one", "me", "addresses"]
    assert gateway.handle("DELETE", "/users/me").body == b"gone"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nowhere"), ("POST", "/a"), ("HEAD", "/a"), ("OPTIONS", "/a"), ("GET", "/a/")]
)
def test_an_unknown_route_is_404_or_the_default_routes(method: str, path: str) -> None:
    here = route("GET", "/a", named("a"))
    bare = Gateway([here]).handle(method, path)
    assert (bare.status, bare.json()) == (404, {"message": "Not Found"})
    default = Gateway([here, route("ANY", "$default", echo)])
    event = event_of(default, method, path)
    assert event["routeKey"] == event["requestContext"]["routeKey"] == "$default"


def test_an_empty_parameter_is_no_match() -> None:
    assert Gateway([route("GET", "/users/{user_id}", named("one"))]).handle("GET", "/users/").status == 404


class Identity:
    """An authorizer that counts its calls and lets everybody in."""

    def __init__(self, answer: Any = None) -> None:
        self.events: list[Event] = []
        self.answer = answer or {"isAuthorized": True, "context": {"sub": "usr_1", "roles": ["customer"]}}

    def __call__(self, event: Event, _context: Any) -> Any:
        self.events.append(event)
        return self.answer

    def gateway(self) -> Gateway:
        return Gateway(
            [
                authorizer(self),
                route("GET", "/mine", echo, USER),
                route("GET", "/also", echo, USER),
                route("POST", "/cart", echo, GUEST | USER),
                route("GET", "/open", echo, ANYONE),
            ]
        )


def test_a_required_authorizer_needs_the_header() -> None:
    identity = Identity()
    for headers in ({}, {"Authorization": ""}):
        refused = identity.gateway().handle("GET", "/mine", "", headers)
        assert (refused.status, refused.json()) == (401, {"message": "Unauthorized"})
    assert identity.events == []


def test_the_context_of_the_authorizer_is_handed_on() -> None:
    identity = Identity()
    event = event_of(identity.gateway(), "GET", "/mine", "", {"Authorization": "Bearer x"})
    assert event["requestContext"]["authorizer"] == {"lambda": {"sub": "usr_1", "roles": ["customer"]}}
    (asked,) = identity.events
    assert (asked["type"], asked["version"], asked["identitySource"]) == ("REQUEST", "2.0", ["Bearer x"])
    assert asked["routeArn"].endswith("/$default/GET/mine")
    assert asked["headers"]["authorization"] == "Bearer x"


def test_the_required_authorizer_is_cached_by_token_for_a_minute() -> None:
    identity = Identity()
    gateway = identity.gateway()
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        for path in ("/mine", "/also", "/mine"):
            gateway.handle("GET", path, "", {"Authorization": "Bearer x"})
        assert len(identity.events) == 1
        gateway.handle("GET", "/mine", "", {"Authorization": "Bearer y"})
        assert len(identity.events) == 2
        clock.shift(61)
        gateway.handle("GET", "/mine", "", {"Authorization": "Bearer x"})
        assert len(identity.events) == 3


def test_the_cache_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "AUTHORIZER_CACHE_TOKENS", 3)
    gateway = Identity().gateway()
    for number in range(10):
        assert gateway.handle("GET", "/mine", "", {"Authorization": f"Bearer {number}"}).status == 200
        assert len(gateway._cache) <= 3


def test_the_optional_authorizer_runs_each_time_and_needs_no_header() -> None:
    identity = Identity()
    gateway = identity.gateway()
    event_of(gateway, "POST", "/cart")
    event_of(gateway, "POST", "/cart", "", {"Authorization": "Bearer x"})
    event_of(gateway, "POST", "/cart", "", {"Authorization": "Bearer x"})
    assert len(identity.events) == 3
    assert identity.events[0]["identitySource"] is None


def test_an_open_route_calls_no_authorizer() -> None:
    identity = Identity()
    assert "authorizer" not in event_of(identity.gateway(), "GET", "/open")["requestContext"]
    assert identity.events == []


@pytest.mark.parametrize(
    ("answer", "status"), [({"isAuthorized": False}, 403), ({"allowed": True}, 500), ({"isAuthorized": "true"}, 403)]
)
def test_an_authorizer_that_denies_or_errs(answer: dict[str, Any], status: int) -> None:
    refused = Identity(answer).gateway().handle("GET", "/mine", "", {"Authorization": "x"})
    text = {403: "Forbidden", 500: "Internal Server Error"}[status]
    assert (refused.status, refused.json()) == (status, {"message": text})


@pytest.mark.parametrize(
    ("answer", "status", "body", "kind"),
    [
        ({"statusCode": 201, "headers": {"X-A": "b"}, "body": "made"}, 201, b"made", "text/plain;charset=UTF-8"),
        ({"statusCode": 204}, 204, b"", None),
        ({"statusCode": "200", "body": "x", "headers": {"Content-Type": "a/b"}}, 200, b"x", "a/b"),
        (
            {"statusCode": 200, "body": base64.b64encode(b"\x00\xff").decode(), "isBase64Encoded": True},
            200,
            b"\x00\xff",
            "text/plain;charset=UTF-8",
        ),
        ({"anything": "else"}, 200, b'{"anything": "else"}', "application/json"),
        ("text", 200, b"text", "application/json"),
        (None, 200, b"null", "application/json"),
    ],
)
def test_answers_become_responses(answer: Any, status: int, body: bytes, kind: str | None) -> None:
    response = Gateway([route("GET", "/a", lambda _event, _context: answer)]).handle("GET", "/a")
    assert (response.status, response.body, response.headers.get("content-type")) == (status, body, kind)


def test_cookies_of_an_answer_are_kept_apart() -> None:
    answer = {"statusCode": 200, "cookies": ["a=1; HttpOnly", "b=2"]}
    response = Gateway([route("GET", "/a", lambda _event, _context: answer)]).handle("GET", "/a")
    assert response.cookies == ("a=1; HttpOnly", "b=2")
    assert "set-cookie" not in response.headers


def fail(_event: Event, _context: Any) -> None:
    raise RuntimeError("broken on purpose")


@pytest.mark.parametrize(
    "handler",
    [
        fail,
        lambda _event, _context: {"statusCode": "many"},
        lambda _event, _context: {"statusCode": 999},
        lambda _event, _context: {"statusCode": 200, "body": "%%%", "isBase64Encoded": True},
        lambda _event, _context: {"statusCode": 200, "body": object()},
        lambda _event, _context: "x" * (6 * 1024 * 1024),
    ],
)
def test_a_broken_function_is_a_500_with_its_stack_in_the_log(handler: Any, caplog: pytest.LogCaptureFixture) -> None:
    response = Gateway([route("GET", "/a", handler)]).handle("GET", "/a")
    assert (response.status, response.json()) == (500, {"message": "Internal Server Error"})
    assert response.headers["apigw-requestid"] in caplog.text
    assert "Traceback" in caplog.text


def test_the_gateways_own_limits() -> None:
    gateway = Gateway([route("POST", "/a", lambda _event, _context: {"statusCode": 200})])
    large = gateway.handle("POST", "/a", "", {}, b"x" * (10 * 1024 * 1024 + 1))
    assert (large.status, large.json()) == (413, {"message": "Request Entity Too Large"})
    wide = gateway.handle("POST", "/a", "", {"Authorization": "x" * 10_240})
    assert (wide.status, wide.json()) == (431, {"message": "Request Header Fields Too Large"})


def test_a_preflight_calls_no_function_and_tells_only_allowed_origins() -> None:
    gateway = Gateway([route("ANY", "$default", fail)], cors=Cors(allow_origins=("https://shop.example",)))
    asks = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    allowed = gateway.handle("OPTIONS", "/api/v1/orders", "", asks)
    assert allowed.status == 204
    assert allowed.headers["access-control-allow-origin"] == "https://shop.example"
    assert "POST" in allowed.headers["access-control-allow-methods"]
    assert "idempotency-key" in allowed.headers["access-control-allow-headers"]
    foreign = gateway.handle("OPTIONS", "/", "", asks | {"Origin": "https://evil.example"})
    assert (foreign.status, foreign.headers) == (204, {})


def test_answers_carry_cors_headers_for_allowed_origins() -> None:
    gateway = Gateway([route("GET", "/a", named("a"))], cors=Cors(allow_origins=("https://shop.example",)))
    allowed = gateway.handle("GET", "/a", "", {"Origin": "https://shop.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://shop.example"
    assert "etag" in allowed.headers["access-control-expose-headers"]
    for headers in ({"Origin": "https://evil.example"}, {}):
        assert "access-control-allow-origin" not in gateway.handle("GET", "/a", "", headers).headers


def test_the_function_has_a_lambda_context() -> None:
    seen: dict[str, Any] = {}

    def look(_event: Event, context: Any) -> None:
        seen.update(
            name=context.function_name,
            id=context.aws_request_id,
            left=context.get_remaining_time_in_millis(),
            arn=context.invoked_function_arn,
            memory=context.memory_limit_in_mb,
        )

    Gateway([route("GET", "/a", look, memory_mb=256, timeout_seconds=7)]).handle("GET", "/a")
    assert seen["name"] == "pushcart-local-fake-look"
    assert seen["arn"].endswith(":function:pushcart-local-fake-look")
    assert 6000 < seen["left"] <= 7000
    assert seen["memory"] == 256
    assert len(seen["id"]) == 36
