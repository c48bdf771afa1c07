"""API Gateway's payload format 2.0: a request becomes an event, and an answer becomes a response.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from utils.clock import now

TEXT_TYPES = ("text/", "application/json", "application/xml", "application/javascript")
_CONTROL = re.compile(r"[\r\n\0]")
ACCOUNT, API = "123456789012", "local"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it came over the wire; header names in lower case, repeated ones as they came."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str

    def header(self, name: str) -> str | None:
        """Return a header's value, repeated ones joined by commas."""
        values = [value for key, value in self.headers if key == name]
        return ",".join(values) if values else None


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What goes back: status, headers (lower case), body, and the values of ``set-cookie``."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cookies: tuple[str, ...] = ()

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


class MalformedAnswer(Exception):
    """A function's answer that API Gateway turns into a 500."""


def message(status: int, text: str) -> HttpResponse:
    """Return what the gateway says by itself, such as ``{"message":"Unauthorized"}``."""
    body = json.dumps({"message": text}, separators=(",", ":")).encode()
    return HttpResponse(status, {"content-type": "application/json"}, body)


def lower(headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return header pairs with names in lower case."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return tuple((name.lower(), value) for name, value in pairs)


def build_event(request: HttpRequest, route_key: str, parameters: dict[str, str]) -> dict[str, Any]:
    """Return the payload 2.0 event of a request. Keys that AWS leaves out when empty are left out."""
    body, encoded = _body(request)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": _headers(request),
        "requestContext": _context(request, route_key),
        "isBase64Encoded": encoded,
    }
    if cookies := request.header("cookie"):
        event["cookies"] = [cookie.strip() for cookie in cookies.replace(",", ";").split(";") if cookie.strip()]
    if request.query:
        event["queryStringParameters"] = _query(request.query)
    if parameters:
        event["pathParameters"] = parameters
    if body is not None:
        event["body"] = body
    return event


def read_answer(answer: Any) -> HttpResponse:
    """Return the response that API Gateway makes of a function's answer.

    With a ``statusCode`` the answer is taken as the response; anything else is the body of a 200.

    Raises
    ------
    MalformedAnswer
        When the status is no status, or the body cannot be read.
    """
    if not isinstance(answer, dict) or "statusCode" not in answer:
        body = answer if isinstance(answer, str) else json.dumps(answer)
        return HttpResponse(200, {"content-type": "application/json"}, body.encode())
    try:
        status = int(answer["statusCode"])
        headers = {str(name).lower(): _text(value) for name, value in (answer.get("headers") or {}).items()}
        raw = answer.get("body")
        text = raw if isinstance(raw, str) else "" if raw is None else json.dumps(raw)
        content = base64.b64decode(text, validate=True) if answer.get("isBase64Encoded") else text.encode()
        cookies = tuple(str(cookie) for cookie in answer.get("cookies") or ())
    except (TypeError, ValueError, AttributeError) as error:
        raise MalformedAnswer(str(error)) from error
    if not 100 <= status <= 599:
        raise MalformedAnswer(f"status {status}")
    if any(_CONTROL.search(text) for text in (*headers, *headers.values(), *cookies)):
        raise MalformedAnswer("a header holds a line break")
    if content:
        headers.setdefault("content-type", "text/plain;charset=UTF-8")
    return HttpResponse(status, headers, content, cookies)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _body(request: HttpRequest) -> tuple[str | None, bool]:
    if not request.body:
        return None, False
    kind = (request.header("content-type") or "").split(";")[0].strip().lower()
    if kind.startswith(TEXT_TYPES) or kind.endswith(("+json", "+xml")):
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode(), True


def _headers(request: HttpRequest) -> dict[str, str]:
    headers = {name: request.header(name) or "" for name in dict(request.headers) if name != "cookie"}
    forwarded = headers.get("x-forwarded-for")
    headers["x-forwarded-for"] = f"{forwarded}, {request.source_ip}" if forwarded else request.source_ip
    headers.setdefault("host", "127.0.0.1")
    headers.update({"x-forwarded-proto": "http", "content-length": str(len(request.body))})
    headers.setdefault("x-amzn-trace-id", f"Root=1-{int(now().timestamp()):08x}-{uuid.uuid4().hex[:24]}")
    return headers


def _query(query: str) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _context(request: HttpRequest, route_key: str) -> dict[str, Any]:
    moment = now()
    domain = (request.header("host") or "127.0.0.1").split(":")[0]
    return {
        "accountId": ACCOUNT,
        "apiId": API,
        "domainName": domain,
        "domainPrefix": domain.split(".")[0],
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": uuid.uuid4().hex[:15] + "=",
        "routeKey": route_key,
        "stage": "$default",
        "time": moment.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(moment.timestamp() * 1000),
    }
