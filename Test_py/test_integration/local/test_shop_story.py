"""A shop's first days over HTTP, on ``make serve`` in a process of its own, paid by the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.seed import ADMIN
from infra.local.shop_api import PASSWORD
from Test_py.support.served import Served, free_url, serving
from Test_py.support.shop_story import Payer, tell
from Test_py.support.story import Story

PAST_RESERVATION_SECONDS = 16 * 60


@pytest.fixture
def shop() -> Iterator[Served]:
    with serving(free_url()) as served:
        yield served


def test_a_shop_opens_sells_ships_and_takes_back(shop: Served) -> None:
    payer = Payer(
        "sandbox",
        good="tok_success",
        bad="tok_declined",
        needs_action="tok_requires_action",
        complete=lambda order: shop.settle(f"{order['id']}:1"),
        expire=lambda: shop.let_pass(PAST_RESERVATION_SECONDS),
    )
    chapters = tell(Story(shop.url, shop.mails), payer, admin=(ADMIN, PASSWORD))
    print("\n".join(chapters))
    assert len(chapters) == 9
