"""News of payments that are over: whoever takes them off the queue is the last to hear of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pushcart.payments import provider, sandbox
from pushcart.payments.ports import NoAnswer
from Test_py.conftest import Shop
from Test_py.support import shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock


def test_news_of_a_payment_that_is_over_waits_for_a_provider_that_is_silent(
    api: Api, cloud: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reconciler asks after open payments only: dropped, this news would leave the shop with money of nobody's."""
    shopping.shelve("MUG-1", price=1250, units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    clock.shift(timedelta(seconds=901))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "expired"
    real = provider.call

    def silent(*_: Any, **__: Any) -> Any:
        raise NoAnswer("silent")

    monkeypatch.setattr(provider, "call", silent)
    shopping.send_webhook(api, sandbox.settle(order.charge_key, even_if_over=True))
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "expired"
    monkeypatch.setattr(provider, "call", real)
    clock.shift(timedelta(minutes=6))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    seen = shopping.look(api, order)
    assert (seen["status"], seen["payment"]["captured"]) == ("confirmed", 1250)
    shopping.assert_told_by_events(order)
