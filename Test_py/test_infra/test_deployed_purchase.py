"""The purchase, over HTTP, on the emulator: the synthesised templates, real policies, real event sources.

What an emulator cannot tell (CORS, throttles, recovery, …) is read in the templates by ``test_stacks.py``.
"""

from __future__ import annotations

import uuid

import pytest
from botocore.exceptions import ClientError

from Test_py.test_infra.deployed import Client, Deployed, until

pytestmark = pytest.mark.integration


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
