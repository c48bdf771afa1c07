"""Answers preflights and adds the CORS headers, as an HTTP API does by its settings.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from infra.local.payload import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors:
    """Who may call from a browser. ``allow_origins`` may hold ``"*"``."""

    allow_origins: tuple[str, ...] = ("*",)
    allow_methods: tuple[str, ...] = ("GET", "POST", "PUT", "PATCH", "DELETE")
    allow_headers: tuple[str, ...] = (
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
        "if-none-match",
        "x-cart-token",
        "x-correlation-id",
        "x-order-token",
    )
    expose_headers: tuple[str, ...] = ("etag", "location", "retry-after", "idempotent-replayed", "x-correlation-id")
    max_age_seconds: int = 600

    def is_preflight(self, request: HttpRequest) -> bool:
        """Whether the browser asks first; the gateway answers that itself, and no function is called."""
        asks = request.header("access-control-request-method") and request.header("origin")
        return request.method == "OPTIONS" and bool(asks)

    def preflight(self, request: HttpRequest) -> HttpResponse:
        """Return 204, with the headers when the origin is allowed and without them when not."""
        allowed = self._origin(request)
        if not allowed:
            return HttpResponse(204)
        return HttpResponse(
            204,
            {
                "access-control-allow-origin": allowed,
                "access-control-allow-methods": ",".join(self.allow_methods),
                "access-control-allow-headers": ",".join(self.allow_headers),
                "access-control-max-age": str(self.max_age_seconds),
            },
        )

    def decorate(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Add the headers that let a browser read ``response``; the function's own are replaced."""
        allowed = self._origin(request)
        if not allowed:
            return response
        headers = {**response.headers, "access-control-allow-origin": allowed}
        if self.expose_headers:
            headers["access-control-expose-headers"] = ",".join(self.expose_headers)
        return replace(response, headers=headers)

    def _origin(self, request: HttpRequest) -> str | None:
        origin = request.header("origin")
        if not origin:
            return None
        if "*" in self.allow_origins:
            return "*"
        return origin if origin in self.allow_origins else None
