"""A shop's first days over HTTP, on ``make serve`` in a process of its own, paid by Stripe, which localstripe plays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.seed import ADMIN
from infra.local.shop_api import PASSWORD
from Test_py.support.localstripe import ACTION_CARD, DECLINED_CARD, LocalStripe
from Test_py.support.served import Served, free_url, serving
from Test_py.support.shop_story import Payer, tell
from Test_py.support.story import Story
from Test_py.support.stripe_stand_in import API_KEY

GOOD_CARD = "4242424242424242"
PAST_RESERVATION_SECONDS = 16 * 60
WEBHOOK_SECRET = "whsec_of_the_story"


@pytest.fixture
def shop(localstripe_server: LocalStripe) -> Iterator[Served]:
    """The shop with its webhooks set up at localstripe, as its owner would."""
    localstripe_server.flush()
    url = free_url()
    webhooks = {"url": f"{url}/api/v1/webhooks/payments/stripe", "secret": WEBHOOK_SECRET}
    localstripe_server.request("POST", "/_config/webhooks/shop", **webhooks)
    credentials = json.dumps({"api_key": API_KEY, "webhook_secrets": [WEBHOOK_SECRET]})
    settings = {"PAYMENT_PROVIDERS": "stripe", "STRIPE_API_BASE": localstripe_server.url}
    with serving(url, STRIPE_CREDENTIALS=credentials, **settings) as served:
        yield served


def intent_of(local: LocalStripe, order_id: str) -> Any:
    """Return what localstripe knows of an order's payment."""
    intents = local.request("GET", "/v1/payment_intents?limit=100")["data"]
    (found,) = [intent for intent in intents if order_id in json.dumps(intent["metadata"])]
    return found


def test_the_same_story_with_stripe(shop: Served, localstripe_server: LocalStripe) -> None:
    local = localstripe_server
    payer = Payer(
        "stripe",
        good=local.card(GOOD_CARD),
        bad=local.card(DECLINED_CARD),
        needs_action=local.card(ACTION_CARD),
        complete=lambda order: local.act(intent_of(local, order["id"])["id"], succeed=True),
        expire=lambda: shop.let_pass(PAST_RESERVATION_SECONDS),
    )
    chapters = tell(Story(shop.url, shop.mails), payer, admin=(ADMIN, PASSWORD))
    print("\n".join(chapters))
    assert len(chapters) == 9
    assert local.given_back() == 1500
    assert local.charges() == 6, "three orders that were paid and three cards that were declined: nothing twice"
