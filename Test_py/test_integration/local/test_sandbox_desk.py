"""The sandbox's desk in the console: whoever has no bank plays it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.clock import Clock
from infra.local.console import Console
from Test_py.conftest import Shop
from Test_py.support import environment, shopping
from Test_py.support.client import Api
from Test_py.test_integration.local.test_console import ask


@pytest.fixture
def aws() -> None:
    """The shop's own tables, in a folder whose tests make up others."""
    environment.restore()


@pytest.fixture
def clock() -> Iterator[Clock]:
    made = Clock()
    yield made
    made.stop()


@pytest.fixture
def shop(clock: Clock, cloud: Shop) -> Console:
    return Console(cloud.pumps, clock, cloud.gateway)


@pytest.mark.parametrize(("outcome", "status"), [("captured", "confirmed"), ("failed", "pending_payment")])
def test_a_payment_that_waits_is_let_succeed_or_fail(
    shop: Console, cloud: Shop, api: Api, outcome: str, status: str
) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", payment_token="tok_requires_action")
    cloud.pumps.drain()
    (waiting,) = ask(shop, "/_console/payments").json()
    assert waiting == {"key": order.charge_key, "status": "requires_action", "amount": 1250, "currency": "EUR"}
    settled = ask(shop, "/_console/payments", {"key": order.charge_key, "outcome": outcome})
    assert (settled.status, settled.json()) == (200, {"webhook_status": 204})
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == status
    assert ask(shop, "/_console/payments").json() == []


def test_the_page_shows_them_to_people(shop: Console, cloud: Shop, api: Api) -> None:
    assert b"No payment waits" in ask(shop, "/_console/payments", accept="text/html").body
    shopping.shelve("MUG-1")
    shopping.buy(api, "MUG-1", payment_token="tok_late")
    cloud.pumps.drain()
    assert b"12.50 EUR, processing" in ask(shop, "/_console/payments", accept="text/html").body


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"key": "ord_unknown:1", "outcome": "captured"}, 404),
        ({"key": "ord_unknown:1", "outcome": "perhaps"}, 400),
        ({"key": "ord_unknown:1"}, 400),
        ([], 400),
        (b"no json", 400),
    ],
)
def test_what_is_none_is_refused(shop: Console, body: Any, status: int) -> None:
    assert ask(shop, "/_console/payments", body).status == status


def test_a_form_of_another_site_is_refused(shop: Console) -> None:
    body = b'{"key": "ord_1:1", "outcome": "captured"}'
    assert ask(shop, "/_console/payments", body, content_type="text/plain").status == 415
