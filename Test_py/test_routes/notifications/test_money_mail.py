"""The `mail` queue: money that went back, and orders that ended, each told once and in its own words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from infra.local.mailbox import Mail, mails
from pushcart.payments import sandbox
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopkeeping import session
from Test_py.support.shopping import Placed


def bought(api: Api, cloud: Shop, token: str = "tok_success", units: int = 5, *, customer: str | None = None) -> Placed:
    shopping.shelve("MUG-1", price=1250, units=units)
    order = shopping.buy(api, "MUG-1", payment_token=token, token=customer)
    cloud.pumps.drain()
    return order


def others() -> list[Mail]:
    """Return the mails that do not say that an order was confirmed."""
    return [mail for mail in mails() if "confirmed" not in mail.subject]


def refund(api: Api, order: Placed, **body: int) -> None:
    path = f"/api/v1/payments/{order.data['payment']['id']}/refunds"
    assert api.post(path, json=body, token=session("manager"), key=f"refund-{body}").status == 202


def test_a_refund_is_told_once_it_succeeded(api: Api, cloud: Shop) -> None:
    order = bought(api, cloud, "tok_refund_late")
    refund(api, order, amount=500)
    cloud.pumps.drain()
    assert others() == []
    for _ in range(3):
        [key] = shopping.charge(order).refunds_pending or shopping.charge(order).refunds
        shopping.send_webhook(api, sandbox.settle_refund(order.charge_key, key))
        cloud.pumps.drain()
    [mail] = others()
    assert mail.subject == f"5.00 EUR of your order {order.data['number']} went back to you"
    assert "5.00 EUR" in (mail.text or "")
    assert order.data["number"] in (mail.html or "")


def test_one_that_failed_is_not(api: Api, cloud: Shop) -> None:
    order = bought(api, cloud, "tok_refund_declined")
    refund(api, order)
    cloud.pumps.drain()
    assert others() == []


@pytest.mark.parametrize(
    ("capture", "words"), [("manual", "Nothing is charged for it."), ("automatic", "We gave 12.50 EUR back")]
)
def test_a_cancelled_order_is_told_in_one_mail(
    api: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch, capture: str, words: str
) -> None:
    monkeypatch.setenv("PAYMENT_CAPTURE", capture)
    order = bought(api, cloud)
    shopping.cancel(api, order)
    cloud.pumps.drain()
    [mail] = others()
    assert mail.subject == f"Your order {order.data['number']} is cancelled"
    assert words in (mail.text or "")
    assert words in (mail.html or "")


@pytest.mark.parametrize("token", ["tok_late", "tok_declined"])
@pytest.mark.parametrize("with_account", [False, True])
def test_nobody_has_an_address_written_to_by_orders_that_they_call_off(
    api: Api, cloud: Shop, token: str, with_account: bool
) -> None:
    """Anybody may name any address; an order that nobody pays must not be a way to send mails to it."""
    order = bought(api, cloud, token, customer=people.customer(api).token if with_account else None)
    shopping.cancel(api, order)
    cloud.pumps.drain()
    assert [mail.subject for mail in mails() if order.data["number"] in f"{mail.subject} {mail.text}"] == []


def test_who_paid_too_late_is_told_why_and_that_the_money_is_back(api: Api, cloud: Shop, clock: Clock) -> None:
    order = bought(api, cloud, "tok_late", units=1)
    clock.shift(timedelta(seconds=901))
    cloud.pumps.run_schedules()
    cloud.pumps.drain()
    shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    shopping.send_webhook(api, sandbox.settle(order.charge_key, even_if_over=True))
    cloud.pumps.drain()
    [mail] = others()
    assert mail.subject == f"We could not keep your order {order.data['number']}"
    assert "sold out" in (mail.text or "")
    assert "12.50 EUR" in (mail.text or "")
