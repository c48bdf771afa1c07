"""The API of the shop on this machine, called as a client would, for what is made by it: the demo shop, samples."""

from __future__ import annotations

import json
import uuid
from typing import Any, Final

from infra.local.cloud import Cloud

API: Final = "/api/v1"
PASSWORD: Final = "demo-Password-1"  # noqa: S105 - public: the README shows it


class SeedFailed(RuntimeError):
    """The API refused what the demo shop needs; the text has its answer."""


class ShopApi:
    """Calls the gateway, and insists."""

    def __init__(self, cloud: Cloud) -> None:
        self._gateway = cloud.gateway

    def call(self, method: str, path: str, body: Any = None, *, token: str = "", **headers: str) -> Any:
        """Return ``data`` of the answer; raise unless it is a success."""
        given = {"content-type": "application/json", "idempotency-key": str(uuid.uuid4())}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            given["authorization"] = f"Bearer {token}"
        content = b"" if body is None else json.dumps(body).encode()
        answer = self._gateway.handle(method, API + path, "", given, content)
        if answer.status >= 400:
            raise SeedFailed(f"{method} {path}: {answer.status} {answer.body.decode()}")
        return answer.json()["data"] if answer.body else None

    def sign_in(self, email: str) -> Any:
        """Return the tokens of a demo account."""
        return self.call("POST", "/auth/login", {"email": email, "password": PASSWORD})
