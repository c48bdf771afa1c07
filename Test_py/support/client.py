"""A client of the in-process gateway: what a storefront would send, without a socket."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from infra.local.gateway import Gateway


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. ``headers`` are in lower case; ``json`` is the parsed body, ``None`` when it is empty or no JSON."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()

    @property
    def json(self) -> Any:
        try:
            return jsonlib.loads(self.body) if self.body else None
        except ValueError:
            return None

    @property
    def data(self) -> Any:
        """The envelope's ``data``."""
        return self.json["data"]

    @property
    def meta(self) -> Any:
        """The envelope's ``meta``."""
        return self.json["meta"]

    @property
    def codes(self) -> list[str]:
        """The codes of the envelope's ``errors``."""
        return [error["code"] for error in self.json["errors"]]


class Api:
    """Calls routes through the gateway, the real authorizer included.

    Example
    -------
    >>> api.post("/api/v1/orders", json={"cart_id": "crt_…"}, token=token, key="k-1").status  # doctest: +SKIP
    201
    """

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        body: bytes | str | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
        cart_token: str | None = None,
        order_token: str | None = None,
        key: str | None = None,
        source_ip: str = "127.0.0.1",
    ) -> Reply:
        """Send one request.

        Parameters
        ----------
        json, body
            The body, as a value or as it is; a value brings its content type.
        token, cart_token, order_token, key
            Short for ``Authorization: Bearer``, ``X-Cart-Token``, ``X-Order-Token`` and ``Idempotency-Key``.
        """
        sent = {"user-agent": "tests"}
        content: bytes | str = b"" if body is None else body
        if json is not None:
            content, sent["content-type"] = jsonlib.dumps(json), "application/json"
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        given = {"x-cart-token": cart_token, "x-order-token": order_token, "idempotency-key": key}
        sent |= {name: value for name, value in given.items() if value is not None}
        sent |= {name.lower(): value for name, value in (headers or {}).items()}
        answer = self.gateway.handle(method, path, urlencode(query or {}, doseq=True), sent, content, source_ip)
        return Reply(answer.status, dict(answer.headers), answer.body, tuple(answer.cookies))

    def get(self, path: str, **options: Any) -> Reply:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> Reply:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> Reply:
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Reply:
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Reply:
        return self.request("DELETE", path, **options)
