"""The season's part of money that is taken by staff, let go, given back, and counted again at night."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pushcart.orders.service import expiry
from pushcart.payments.sandbox import Sandbox
from pushcart.payments.service import reconciliation
from Test_py.conftest import Shop
from Test_py.support import people, shopping, stripe_stand_in, stripes
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.people import Person
from Test_py.support.refunds import path_of

API = "/api/v1"


def live(shop: Shop, api: Api, manager: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let staff see to payments, the clock ask after many of them, and a night's match find what nobody told."""
    token = people.logged_in(api, manager).token
    shopping.shelve("VASE-1", price=900, units=20)
    _give_back(shop, api, token)
    _let_go(shop, api, token)
    _ask_after_many(shop, api, clock, monkeypatch)
    _match(shop, api, clock, monkeypatch)
    for query in ({"limit": "1"}, {"limit": "1", "status": "captured"}):
        listed = api.get(f"{API}/payments", query=query, token=people.logged_in(api, manager).token)
        assert listed.meta["next_cursor"]


def _taken(reply: Reply) -> Any:
    assert reply.status == 202, reply.body
    return reply.data


def _give_back(shop: Shop, api: Api, token: str) -> None:
    order, cancelled = shopping.buy(api, "VASE-1"), shopping.buy(api, "VASE-1")
    shop.pumps.drain()
    refund = _taken(api.post(path_of(order, "refunds"), json={"amount": 300}, token=token))
    assert api.get(f"{API}/refunds/{refund['id']}", token=token).status == 200
    assert api.get(f"{API}/refunds/{refund['id']}", **order.credentials).status == 200
    _taken(shopping.cancel(api, cancelled))
    shop.pumps.drain()
    assert shopping.look(api, cancelled)["status"] == "cancelled"


def _let_go(shop: Shop, api: Api, token: str) -> None:
    order = shopping.buy(api, "VASE-1", payment_token="tok_late")
    shop.pumps.drain()
    _taken(api.post(path_of(order, "void"), token=token))
    shop.pumps.drain()
    assert shopping.look(api, order)["payment_status"] == "voided"


def _ask_after_many(shop: Shop, api: Api, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as small:
        small.setattr(reconciliation, "PAGE", 1)
        small.setattr(expiry, "PAGE", 1)
        for _ in range(2):
            shopping.buy(api, "VASE-1", payment_token="tok_late")
        shop.pumps.drain()
        clock.shift(timedelta(minutes=16))
        shop.pumps.run_schedules(due_only=False)
        shop.pumps.drain()


def _match(shop: Shop, api: Api, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """One payment of each provider is there; of one, part was given back by hand."""
    with monkeypatch.context() as taking, stripe_stand_in.running() as stripe:
        stripes.take_stripe(taking, stripe.url)
        stripes.place(api)
        order = shopping.buy(api, "VASE-1")
        shop.pumps.drain()
        Sandbox().refund(key=order.charge_key, refund_key="by hand", amount=100)
        clock.shift(timedelta(days=1))
        shop.pumps.run_schedules(due_only=False)
        shop.pumps.drain()
        assert shopping.look(api, order)["payment"]["refunded"] == 100
        stripes.forget()
