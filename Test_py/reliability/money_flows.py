"""Flows of money that is taken in part, let go, or given back: as :mod:`flows`, each to its end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pushcart.payments import sandbox
from pushcart.states import OrderStatus
from Test_py.reliability.flows import BACK, FLOWS, SOLD, Flow, Stage, persistently
from Test_py.support import shopping
from Test_py.support.client import Reply
from Test_py.support.shopping import Placed

Act = Callable[[Stage, shopping.Basket], Placed]


def _paid(stage: Stage) -> Placed:
    assert stage.paid is not None
    return stage.paid


def _ask(stage: Stage, order: Placed, what: str, **body: int) -> Reply:
    """Ask for something to be done with an order's payment, as staff, until there is an answer."""
    path, token = f"/api/v1/payments/{order.data['payment']['id']}/{what}", stage.staff().token
    key = f"{what}-{body.get('amount', 'all')}"
    reply = persistently(lambda: stage.api.post(path, json=body, token=token, key=key))
    assert reply.status == 202, reply.body
    return reply


def _give_back(*amounts: int) -> Act:
    """Give back all of an order's price, or amounts of it one after the other."""

    def act(stage: Stage, basket: shopping.Basket) -> Placed:
        order = _paid(stage)
        for body in [{"amount": amount} for amount in amounts] or [{}]:
            _ask(stage, order, "refunds", **body)
        stage.rest()
        return order

    return act


def _give_back_late(stage: Stage, basket: shopping.Basket) -> Placed:
    order = _paid(stage)
    refund = _ask(stage, order, "refunds", amount=500)
    stage.redeliver()
    webhook = sandbox.settle_refund(order.charge_key, f"{order.charge_key}:{refund.data['id']}")
    assert persistently(lambda: shopping.send_webhook(stage.api, webhook)).status < 300
    stage.rest()
    return order


def _call_off(stage: Stage, basket: shopping.Basket) -> Placed:
    order = _paid(stage)
    assert persistently(lambda: shopping.cancel(stage.api, order, key="cancel")).status < 300
    stage.rest()
    return order


def _by_staff(what: str, **body: int) -> Act:
    """Where staff captures: take what was authorised, part of it, or let it go."""

    def act(stage: Stage, basket: shopping.Basket) -> Placed:
        order = _paid(stage)
        _ask(stage, order, what, **body)
        stage.rest()
        return order

    return act


def _stop(stage: Stage, basket: shopping.Basket) -> Placed:
    order = stage.order("tok_late", basket=basket)
    stage.pumps.drain()
    _ask(stage, order, "void")
    stage.redeliver()
    stage.expire()
    return order


_Paid = partial(Flow, begins_paid=True)

MONEY_FLOWS = (
    _Paid("paid, then given back", _give_back(), OrderStatus.CONFIRMED, SOLD),
    _Paid("paid, then given back in parts", _give_back(500, 300), OrderStatus.CONFIRMED, SOLD),
    _Paid("given back, the answer lost", _give_back(500), OrderStatus.CONFIRMED, SOLD, token="tok_refund_timeout"),
    _Paid("given back in vain", _give_back(500), OrderStatus.CONFIRMED, SOLD, token="tok_refund_declined"),
    _Paid("given back by webhook", _give_back_late, OrderStatus.CONFIRMED, SOLD, token="tok_refund_late"),
    _Paid("paid, then cancelled", _call_off, OrderStatus.CANCELLED, BACK),
    _Paid("cancelled in vain", _call_off, OrderStatus.CONFIRMED, SOLD, token="tok_refund_declined"),
    _Paid("captured in part", _by_staff("capture", amount=500), OrderStatus.CONFIRMED, SOLD, by_staff=True),
    _Paid("authorised, then let go", _by_staff("void"), OrderStatus.CANCELLED, BACK, by_staff=True),
    Flow("stopped while the provider thinks", _stop, OrderStatus.EXPIRED, BACK),
)
ALL_FLOWS = (*FLOWS, *MONEY_FLOWS)
