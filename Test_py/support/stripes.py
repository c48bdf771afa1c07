"""A shop that takes Stripe, whoever plays Stripe's part, and attempts to pay by it."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from infra.local.clients import client as aws_client
from pushcart import queues
from pushcart.payments import provider
from pushcart.payments.models import charge_key
from pushcart.payments.service import attempts
from pushcart.payments.stripe_provider import client, credentials
from Test_py.support import shopping
from Test_py.support.client import Api, Reply
from Test_py.support.shopping import Placed
from Test_py.support.stripe_stand_in import API_KEY, WEBHOOK_SECRET
from utils.ids import new_id
from utils.transaction import Transaction

PATH: Final = "/api/v1/webhooks/payments/stripe"


def take_stripe(monkeypatch: pytest.MonkeyPatch, url: str, *, api_key: str = API_KEY) -> None:
    """Set the shop up as an operator would, with Stripe at ``url``; needs the tables and secrets to be there."""
    monkeypatch.setenv("PAYMENT_PROVIDERS", "sandbox,stripe")
    monkeypatch.setenv("STRIPE_API_BASE", url)
    put_credentials({"api_key": api_key, "webhook_secrets": [WEBHOOK_SECRET]})


def put_credentials(value: Any) -> None:
    """Write the secret, and let this process read it again."""
    text = value if isinstance(value, str) else json.dumps(value)
    aws_client("secretsmanager").put_secret_value(SecretId=queues.stripe.secret_id, SecretString=text)
    forget()


def forget() -> None:
    """Forget what this process knows of Stripe."""
    credentials.forget()
    client.forget()


def attempt(*, amount: int = 1999, currency: str = "EUR", token: str = "pm_card_visa") -> str:
    """Write an attempt to pay, and return the key of its charge."""
    order_id, tx = new_id("ord"), Transaction()
    attempts.begin(
        tx, order_id=order_id, attempt=1, amount=amount, currency=currency, provider_name="stripe", token=token
    )
    tx.commit()
    return charge_key(order_id, 1)


def ask(operation: str, key: str, **parameters: Any) -> Any:
    """Ask through the seam, as the queue's worker does."""
    return provider.call("stripe", operation, key=key, **parameters)


def charge(
    key: str, *, amount: int = 1999, currency: str = "EUR", token: str = "pm_card_visa", capture: bool = True
) -> Any:
    return ask("charge", key, amount=amount, currency=currency, token=token, capture=capture)


def place(api: Api, sku: str = "MUG-1", token: str = "pm_card_visa") -> Placed:
    """Order one of a SKU, to be paid by Stripe; nothing is delivered to any queue yet."""
    basket = shopping.fill_cart(api, sku)
    body = shopping.order_body(basket) | {"payment": {"provider": "stripe", "token": token}}
    return shopping.placed(api.post(shopping.ORDERS, json=body, key=f"order-{basket.id}", **basket.credentials))


def send(api: Api, webhook: tuple[dict[str, str], bytes]) -> Reply:
    headers, body = webhook
    return api.post(PATH, body=body, headers=headers)
