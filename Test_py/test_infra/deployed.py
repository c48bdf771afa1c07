"""The shop on an emulator of the tests' own, and a client that knows nothing but its address."""

from __future__ import annotations

import json
import ssl
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.session import get_session

from infra.local.emulator_process import REGION, Emulator

PATIENCE_SECONDS = 90
"""Cold starts of a dozen functions on a busy machine; a warm purchase takes two seconds."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP."""

    status: int
    body: Any

    @property
    def data(self) -> Any:
        """The envelope's data; anything but a success is a failure of the test."""
        assert self.status < 400, self.body
        return self.body["data"]


@dataclass(frozen=True, slots=True)
class Client:
    """A storefront that knows nothing but the address."""

    url: str
    token: str = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        given = {"content-type": "application/json", "idempotency-key": str(uuid.uuid4())}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            given["authorization"] = f"Bearer {self.token}"
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data=content, headers=given, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                return Answer(response.status, json.loads(response.read() or b"null"))
        except urllib.error.HTTPError as refusal:
            return Answer(refusal.code, json.loads(refusal.read() or b"null"))

    def signed_in(self, email: str, password: str) -> Client:
        tokens = self.call("POST", "/api/v1/auth/login", {"email": email, "password": password}).data
        return Client(self.url, tokens["access_token"])

    def order(self, sku: str, token: str, *, quantity: int = 1) -> Any:
        """Put ``quantity`` into a new cart and order it."""
        cart = self.call("POST", "/api/v1/carts", {}).data
        self.call("POST", f"/api/v1/carts/{cart['id']}/items", {"sku": sku, "quantity": quantity}).data  # noqa: B018
        payment = {"provider": "sandbox", "token": token}
        return self.call("POST", "/api/v1/orders", {"cart_id": cart["id"], "payment": payment}).data

    def await_order(self, order_id: str, reached: Callable[[Any], bool]) -> Any:
        """Look at an order until it has ``reached`` what the test waits for."""
        return until(lambda: self.call("GET", f"/api/v1/orders/{order_id}").data, reached)


@dataclass(frozen=True, slots=True)
class Deployed:
    """The shop on its emulator, with the admin of the demo."""

    emulator: Emulator
    admin: Client
    anybody: Client

    def inventory(self, sku: str) -> Any:
        return self.admin.call("GET", f"/api/v1/inventory/{sku}").data

    def mails(self) -> list[Any]:
        """Return every mail that was sent."""
        context = ssl.create_default_context(cafile=self.emulator.client_environment()["AWS_CA_BUNDLE"])
        address = f"{self.emulator.endpoint}/_ministack/ses/messages"
        with urllib.request.urlopen(address, context=context) as response:  # noqa: S310
            accounts: dict[str, list[Any]] = json.load(response)["messages"]
        return [mail for mails in accounts.values() for mail in mails]

    def aws(self, service: str, *, key: str = "test", secret: str = "test", session: str | None = None) -> Any:
        """Return a client of the emulator's AWS, as root or with the credentials of a role."""
        return get_session().create_client(
            service,
            region_name=REGION,
            endpoint_url=self.emulator.endpoint,
            verify=self.emulator.client_environment()["AWS_CA_BUNDLE"],
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=session,
        )


def until(look: Callable[[], Any], reached: Callable[[Any], bool]) -> Any:
    """Return what ``look`` returns once it has ``reached`` what the test waits for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached(seen := look()) and time.monotonic() < deadline:
        time.sleep(0.3)
    assert reached(seen), seen
    return seen
