"""The purchase, over HTTP, on the emulator: the synthesised templates, real policies, real event sources.

What an emulator cannot tell (CORS, throttles, recovery, …) is read in the templates by ``test_stacks.py``.
"""

from __future__ import annotations

import json
import ssl
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import get_session

from infra.local import emulator_deploy, emulator_process
from infra.local.emulator_process import REGION, Emulator
from infra.local.seed import ADMIN, PASSWORD

pytestmark = pytest.mark.integration

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


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Deploy the declared shop onto an emulator of the test's own, with the demo seed."""
    with pytest.MonkeyPatch.context() as patch:
        home: Path = tmp_path_factory.mktemp("emulator") / "home"
        patch.setattr(emulator_process, "HOME", home)
        patch.setattr(emulator_deploy, "HOME", home)
        emulator_deploy.require_tools()
        try:
            emulator = emulator_deploy.deploy(emulator_process.start())
            emulator_deploy.seed(emulator)
            anybody = Client(emulator.api_url)
            yield Deployed(emulator, anybody.signed_in(ADMIN, PASSWORD), anybody)
        finally:
            if running := emulator_process.load():
                emulator_process.stop(running)
    assert not home.exists()


@pytest.fixture(scope="module")
def customer(deployed: Deployed) -> Client:
    """Somebody who has just registered."""
    email, password = f"{uuid.uuid4().hex}@example.com", "correct horse battery"
    registered = deployed.anybody.call(
        "POST", "/api/v1/auth/register", {"email": email, "password": password, "name": "Bea Buyer"}
    )
    assert registered.status == 202
    return deployed.anybody.signed_in(email, password)


@pytest.fixture
def sku(deployed: Deployed, taken: set[str]) -> str:
    """Something on sale that no other test buys, so that stock can be counted."""
    for product in deployed.anybody.call("GET", "/api/v1/products").data:
        variants = deployed.anybody.call("GET", f"/api/v1/products/{product['id']}").data["variants"]
        found: str = variants[0]["sku"]
        if found not in taken and deployed.inventory(found)["available"] > 1:
            taken.add(found)
            return found
    raise LookupError("the demo shop is sold out")


@pytest.fixture(scope="module")
def taken() -> set[str]:
    """What the tests of this module have bought."""
    return set()


def test_a_purchase_is_confirmed_and_a_mail_says_so(deployed: Deployed, customer: Client, sku: str) -> None:
    before = deployed.inventory(sku)
    order = customer.order(sku, "tok_success", quantity=2)
    assert order["status"] == "pending_payment"
    confirmed = customer.await_order(order["id"], lambda seen: seen["status"] == "confirmed")
    assert confirmed["payment_status"] == "captured"
    after = deployed.inventory(sku)
    assert after["available"] == before["available"] - 2
    assert after["on_hand"] == after["available"] + after["reserved"]
    until(deployed.mails, lambda mails: any(order["number"] in mail["Subject"] for mail in mails))


def test_a_declined_payment_leaves_the_order_to_be_paid_again(customer: Client, sku: str) -> None:
    order = customer.order(sku, "tok_declined")
    declined = customer.await_order(order["id"], lambda seen: seen["payment_status"] == "failed")
    assert declined["status"] == "pending_payment"
    again = {"payment": {"provider": "sandbox", "token": "tok_success"}}
    assert customer.call("POST", f"/api/v1/orders/{order['id']}/payments", again).status == 202
    customer.await_order(order["id"], lambda seen: seen["status"] == "confirmed")


def test_an_unpaid_order_gives_its_stock_back(deployed: Deployed, customer: Client, sku: str) -> None:
    before = deployed.inventory(sku)["available"]
    order = customer.order(sku, "tok_declined")
    assert deployed.inventory(sku)["available"] == before - 1
    customer.await_order(order["id"], lambda seen: seen["status"] == "expired")
    assert deployed.inventory(sku)["available"] == before


def test_a_customer_sees_no_stock_and_nobody_sees_anothers_order(
    deployed: Deployed, customer: Client, sku: str
) -> None:
    order = customer.order(sku, "tok_success")
    assert customer.call("GET", f"/api/v1/inventory/{sku}").status == 403
    foreign = deployed.anybody.call("GET", f"/api/v1/orders/{order['id']}")
    assert foreign.status in {401, 404}
    assert deployed.anybody.call("GET", "/api/v1/users/me", authorization="Bearer nonsense").status == 401


def test_an_unknown_path_gets_the_enveloped_404(deployed: Deployed) -> None:
    answer = deployed.anybody.call("GET", "/api/v1/nothing/here")
    assert answer.status == 404
    assert answer.body["errors"][0]["code"] == "NOT_FOUND"


def test_the_console_is_not_deployed(deployed: Deployed) -> None:
    assert deployed.anybody.call("GET", "/_console").status == 404


def test_a_functions_role_is_refused_what_it_does_not_use(deployed: Deployed) -> None:
    role = deployed.aws("lambda").get_function_configuration(FunctionName="pushcart-local-list_products")["Role"]
    session = deployed.aws("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    tables = deployed.aws(
        "dynamodb",
        key=session["AccessKeyId"],
        secret=session["SecretAccessKey"],
        session=session["SessionToken"],
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        tables.delete_item(TableName="pushcart-local-catalog-1", Key={"pk": {"S": "x"}, "sk": {"S": "META"}})
    with pytest.raises(ClientError, match="AccessDenied"):
        tables.get_item(TableName="pushcart-local-accounts-1", Key={"pk": {"S": "x"}, "sk": {"S": "PROFILE"}})
