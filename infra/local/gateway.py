"""An HTTP API in this process: routes, authorizers, payload 2.0 and the answers that the gateway gives by itself.

Example
-------
>>> gateway = Gateway(discover())  # doctest: +SKIP
>>> gateway.handle("GET", "/api/v1/health").status  # doctest: +SKIP
200
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from infra.local.cors import Cors
from infra.local.lambda_context import invoke
from infra.local.payload import HttpRequest, HttpResponse, build_event, lower, message, read_answer
from infra.local.routing import Match, Routes
from utils.clock import now
from utils.declarations import Authorizer, Loaded

BODY_LIMIT = 10 * 1024 * 1024
HEADER_LIMIT = 10_240
AUTHORIZER_CACHE_SECONDS = 60
AUTHORIZER_CACHE_TOKENS = 1000
Invoke = Callable[[Loaded, dict[str, Any]], Any]
logger = logging.getLogger("local.gateway")


class Gateway:
    """The declared routes behind one door.

    Parameters
    ----------
    functions
        What discovery found: routes, the authorizer; workers are ignored.
    cors
        Who may call from a browser; ``None`` for no CORS at all.
    call
        How a function is called. Tests put themselves in between here.
    """

    def __init__(self, functions: Iterable[Loaded], *, cors: Cors | None = None, call: Invoke = invoke) -> None:
        loaded = list(functions)
        self._routes = Routes(loaded)
        self._authorizer = next((one for one in loaded if isinstance(one.declaration, Authorizer)), None)
        self._cors = cors
        self._call = call
        self._cache: dict[str, tuple[float, dict[str, Any]]] = {}

    def handle(
        self,
        method: str,
        path: str,
        query_string: str = "",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes | str = b"",
        source_ip: str = "127.0.0.1",
    ) -> HttpResponse:
        """Answer one request.

        Parameters
        ----------
        path
            As it came, URL-encoded; a query behind a ``?`` is taken off it.
        headers
            A mapping, or pairs where a name repeats.

        Returns
        -------
        HttpResponse
            With ``status``, ``headers`` (lower case), ``body`` (bytes), ``cookies`` and :meth:`HttpResponse.json`.
        """
        path, _, behind = path.partition("?")
        content = body.encode() if isinstance(body, str) else body
        request = HttpRequest(method.upper(), path, query_string or behind, lower(headers), content, source_ip)
        if self._cors and self._cors.is_preflight(request):
            return self._cors.preflight(request)
        response = self._answer(request)
        return self._cors.decorate(request, response) if self._cors else response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if len(request.body) > BODY_LIMIT:
            return message(413, "Request Entity Too Large")
        if _header_size(request) > HEADER_LIMIT:
            return message(431, "Request Header Fields Too Large")
        match = self._routes.find(request.method, request.path)
        if match is None:
            return message(404, "Not Found")
        event = build_event(request, match.key, match.parameters)
        request_id = event["requestContext"]["requestId"]
        try:
            refused = self._authorize(match, request, event)
            response = refused or read_answer(self._call(match.loaded, event))
        except Exception:
            logger.exception("%s failed, request %s", match.key, request_id)
            response = message(500, "Internal Server Error")
        return replace(response, headers={"apigw-requestid": request_id, **response.headers})

    def _authorize(self, match: Match, request: HttpRequest, event: dict[str, Any]) -> HttpResponse | None:
        kind = match.route.access.authorizer
        if kind == "none":
            return None
        if self._authorizer is None:
            raise LookupError(f"{match.key} needs an authorizer, and no function declares one")
        token = request.header("authorization")
        if kind == "required" and not token:
            return message(401, "Unauthorized")
        answer = self._cached_identity(token, event) if kind == "required" and token else self._identity(None, event)
        if answer.get("isAuthorized") is not True:
            return message(403, "Forbidden")
        event["requestContext"]["authorizer"] = {"lambda": answer.get("context") or {}}
        return None

    def _cached_identity(self, token: str, event: dict[str, Any]) -> dict[str, Any]:
        moment = now().timestamp()
        until, answer = self._cache.get(token, (0.0, {}))
        if until <= moment:
            answer = self._identity(token, event)
            if len(self._cache) >= AUTHORIZER_CACHE_TOKENS:
                self._cache = {}
            self._cache[token] = (moment + AUTHORIZER_CACHE_SECONDS, answer)
        return answer

    def _identity(self, token: str | None, event: dict[str, Any]) -> dict[str, Any]:
        asked = {name: value for name, value in event.items() if name not in ("body", "isBase64Encoded")}
        asked |= {"type": "REQUEST", "identitySource": [token] if token else None, "routeArn": _route_arn(event)}
        answer = self._call(self._authorizer, asked)  # type: ignore[arg-type]
        if not isinstance(answer, dict) or "isAuthorized" not in answer:
            raise TypeError("the authorizer's answer has no isAuthorized")
        return answer


def _route_arn(event: dict[str, Any]) -> str:
    context = event["requestContext"]
    key = event["routeKey"].replace(" ", "")
    return f"arn:aws:execute-api:eu-central-1:{context['accountId']}:{context['apiId']}/$default/{key}"


def _header_size(request: HttpRequest) -> int:
    line = len(request.method) + len(request.path) + len(request.query)
    return line + sum(len(name) + len(value) for name, value in request.headers)
