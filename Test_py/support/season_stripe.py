"""The part of the season in which somebody pays by Stripe, and Stripe tells of it."""

from __future__ import annotations

import pytest

from Test_py.conftest import Shop
from Test_py.support import shopping, stripe_stand_in, stripes
from Test_py.support.client import Api


def live(shop: Shop, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an order be paid, and learn of what somebody gave back by hand."""
    with monkeypatch.context() as taking, stripe_stand_in.running() as stripe:
        stripes.take_stripe(taking, stripe.url)
        order = stripes.place(api)
        shop.pumps.drain()
        assert shopping.look(api, order)["status"] == "confirmed"
        # The webhook's function is a process of its own, and reads the secret itself.
        stripes.forget()
        stripe.answer("refund", "", {"payment_intent": "pi_000001", "amount": "100"}, "")
        assert stripes.send(api, stripe.webhook("refund.created", stripe.refunds["re_000001"])).status == 204
        shop.pumps.drain()
        assert shopping.look(api, order)["payment"]["refunded"] == 100
        stripes.forget()
