"""POST /webhooks/payments/{provider}: signed over the raw bytes, taken once, answered fast, and never believed."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from infra.local.clients import client
from infra.local.recorder import granted, record
from pushcart import queues
from pushcart.payments import sandbox
from pushcart.payments.sandbox import SIGNATURE, SignedWebhook
from pushcart.states import PaymentStatus
from Test_py.conftest import Shop
from Test_py.support import shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopping import Placed
from utils.declarations import Function, Loaded

PATH = "/api/v1/webhooks/payments/sandbox"
KEY = "ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T:1"


def waiting() -> int:
    """Return how many commands wait in the payments queue."""
    names = ["ApproximateNumberOfMessages"]
    answer = client("sqs").get_queue_attributes(QueueUrl=queues.payments.url, AttributeNames=names)
    return int(answer["Attributes"][names[0]])


def late(api: Api, cloud: Shop) -> Placed:
    shopping.shelve("MUG-1", price=1250, units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    return order


def signed(content: Any) -> SignedWebhook:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return SignedWebhook(PATH, sandbox.sign(body), body)


def test_fifty_duplicates_have_one_effect(api: Api, cloud: Shop) -> None:
    order = late(api, cloud)
    webhook = sandbox.settle(order.charge_key)
    assert {shopping.send_webhook(api, webhook).status for _ in range(50)} == {204}
    assert waiting() == 1
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    assert shopping.types(order).count("payment.captured") == 1
    assert shopping.stock("MUG-1") == (5, 4, 1)


def test_a_duplicate_that_comes_much_later_finds_it_done(api: Api, cloud: Shop, clock: Clock) -> None:
    order = late(api, cloud)
    content = {"key": order.charge_key}
    sandbox.settle(order.charge_key)
    shopping.send_webhook(api, sandbox.webhook(content, event_id="sbe_1"))
    cloud.pumps.drain()
    before = shopping.types(order)
    clock.shift(timedelta(minutes=10))
    shopping.send_webhook(api, sandbox.webhook(content, event_id="sbe_1"))
    assert waiting() == 1
    cloud.pumps.drain()
    assert shopping.types(order) == before


def test_what_it_says_is_not_believed(api: Api, cloud: Shop) -> None:
    order = late(api, cloud)
    shopping.send_webhook(api, sandbox.webhook({"key": order.charge_key, "status": "captured", "captured": 1250}))
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment_status"] == "processing"


def test_news_out_of_order_end_as_the_provider_has_it(api: Api, cloud: Shop) -> None:
    order = late(api, cloud)
    early = sandbox.webhook({"key": order.charge_key, "status": "processing"})
    paid = sandbox.settle(order.charge_key)
    for webhook in (paid, early):
        shopping.send_webhook(api, webhook)
        cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    assert shopping.send_webhook(api, sandbox.settle(order.charge_key, PaymentStatus.FAILED)).status == 204
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment_status"] == "captured"


def test_unknown_fields_and_kinds_are_taken_and_ignored(api: Api) -> None:
    extra = {"id": "sbe_1", "type": "charge.updated", "data": {"key": KEY, "new": {"deep": [1]}}, "api_version": "9"}
    assert shopping.send_webhook(api, signed(extra)).status == 204
    assert waiting() == 1
    for ignored in (
        {"id": "sbe_2", "type": "payout.paid", "data": {}},
        {"id": "sbe_3", "type": "charge.updated", "data": {"key": "somebody else's"}},
        {"id": "sbe_4", "type": "charge.updated", "data": {"key": 7}},
    ):
        reply = shopping.send_webhook(api, signed(ignored))
        assert (reply.status, reply.body) == (204, b"")
    assert waiting() == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"id": "sbe_1", "type": "charge.updated"}',
        b'{"id": 1, "type": "charge.updated", "data": {}}',
        b'{"id": "' + b"x" * 101 + b'", "type": "charge.updated", "data": {}}',
        b'{"id": "sbe_1", "type": "charge.updated", "data": ' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}",
        b"\xff\xfe",
    ],
)
def test_what_is_signed_and_makes_no_sense_is_told(api: Api, content: bytes) -> None:
    reply = shopping.send_webhook(api, signed(content))
    assert reply.status == 400
    assert set(reply.codes) <= {"MALFORMED_JSON", "VALIDATION_ERROR"}
    assert waiting() == 0


def forgeries() -> dict[str, Any]:
    """Ways to come without a good signature, each a change of a good webhook."""
    return {
        "no signature": lambda good: replace(good, headers={"content-type": "application/json"}),
        "another body": lambda good: replace(good, body=good.body.replace(b"9T:1", b"9T:2")),
        "one more space": lambda good: replace(good, body=good.body + b" "),
        "another time": lambda good: with_signature(good, lambda text: text.replace("t=", "t=1", 1)),
        "no time": lambda good: with_signature(good, lambda text: text.partition(",")[2]),
        "text for a time": lambda good: with_signature(good, lambda text: "t=now," + text.partition(",")[2]),
        "a huge time": lambda good: with_signature(good, lambda text: f"t={'9' * 400}," + text.partition(",")[2]),
        "no code": lambda good: with_signature(good, lambda text: text.partition("s=")[0] + "s="),
        "a cut code": lambda good: with_signature(good, lambda text: text[:-1]),
        "another key": lambda good: with_signature(good, lambda text: text.replace("s=v1.", "s=v2.")),
        "nonsense": lambda good: with_signature(good, lambda _: "nonsense"),
        "not ASCII": lambda good: with_signature(good, lambda text: text + "é"),
    }


def with_signature(good: SignedWebhook, change: Any) -> SignedWebhook:
    return replace(good, headers=good.headers | {SIGNATURE: change(good.headers[SIGNATURE])})


@pytest.mark.parametrize("name", forgeries())
def test_what_the_provider_did_not_sign_is_refused(api: Api, name: str) -> None:
    good = sandbox.webhook({"key": KEY})
    reply = shopping.send_webhook(api, forgeries()[name](good))
    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])
    assert waiting() == 0


@pytest.mark.parametrize(("minutes", "status"), [(4.9, 204), (-4.9, 204), (5.1, 401), (-5.1, 401), (60, 401)])
def test_a_signature_is_good_for_five_minutes(api: Api, clock: Clock, minutes: float, status: int) -> None:
    webhook = sandbox.webhook({"key": KEY})
    clock.shift(timedelta(minutes=minutes))
    assert shopping.send_webhook(api, webhook).status == status


def test_a_body_in_base64_is_the_same_bytes(api: Api, functions: list[Loaded]) -> None:
    good = sandbox.webhook({"key": KEY})
    handler = next(one.handler for one in functions if one.declaration.name == "receive_payment_webhook")
    event = {
        "headers": good.headers,
        "body": base64.b64encode(good.body).decode(),
        "isBase64Encoded": True,
        "pathParameters": {"provider": "sandbox"},
        "requestContext": {"requestId": "r-1", "http": {"method": "POST", "path": good.path, "sourceIp": "192.0.2.7"}},
    }
    assert handler(event, None)["statusCode"] == 204
    assert waiting() == 1


def test_a_provider_that_is_not_taken_is_missing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    good = sandbox.webhook({"key": KEY})
    assert shopping.send_webhook(api, replace(good, path=PATH.replace("sandbox", "stripe"))).codes == ["NOT_FOUND"]
    monkeypatch.setenv("PAYMENT_PROVIDERS", "")
    assert shopping.send_webhook(api, good).codes == ["NOT_FOUND"]


def test_too_much_is_refused(api: Api) -> None:
    assert shopping.send_webhook(api, signed({"id": "x" * (256 * 1024)})).status == 413


def test_it_is_one_call_and_its_policy_is_exact(api: Api, functions: list[Loaded]) -> None:
    webhook = sandbox.webhook({"key": KEY})
    with record() as calls:
        assert shopping.send_webhook(api, webhook).status == 204
    assert [call.operation for call in calls] == ["SendMessage"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "receive_payment_webhook")
    assert isinstance(declaration, Function)
    # Secrets are read once in a while; who a PaymentIntent is of is asked for where its webhook does not say.
    rarely = ("secretsmanager:", "dynamodb:Query")
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith(rarely)}
