"""Making the reports anew: the same sums from the events alone, also while the shop goes on, also after a crash."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from infra.local.moto_tables import stored_items
from pushcart import tables
from pushcart.reports import repository
from pushcart.reports.models import FIRST
from pushcart.reports.service import rebuilding
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.reporting import asked
from Test_py.support.shopkeeping import on_sale
from utils.clock import now


def sums(generation: str) -> dict[tuple[str, str], Any]:
    """Return a generation's sums, without what it is called."""
    raw = stored_items(tables.reports)
    return {
        (one.pop("pk")["S"].partition("#")[2], one.pop("sk")["S"]): one
        for one in raw
        if one["pk"]["S"].startswith(f"{generation}#") and "#SEEN#" not in one["pk"]["S"]
    }


def rebuild() -> tuple[str, str]:
    return rebuilding.rebuild(now().date() - timedelta(days=1), lambda day, events: None)


@pytest.fixture
def shop(api: Api, cloud: Shop) -> Api:
    """A shop where something was sold, and something not."""
    manager = people.staff(api, "manager").token
    on_sale(api, manager, "MUG-1", stock=9)
    shopping.buy(api, "MUG-1", quantity=2, token=people.customer(api).token)
    shopping.buy(api, "MUG-1", payment_token="tok_declined")
    cloud.pumps.drain()
    return api


def test_the_events_alone_give_the_same_sums(shop: Api) -> None:
    before = sums(FIRST)
    made, former = rebuild()
    assert (former, before) == (FIRST, sums(made))
    assert {pk.partition("#")[0] for pk, _ in before} == {"SALES", "GOODS", "STOCK", "CUSTOMER"}


def test_the_new_sums_are_shown_and_kept(shop: Api, cloud: Shop) -> None:
    manager = people.staff(shop, "manager").token
    before = asked(shop, "sales", manager)
    rebuild()
    assert asked(shop, "sales", manager) == before
    shopping.buy(shop, "MUG-1")
    cloud.pumps.drain()
    after = asked(shop, "sales", manager)["totals"][0]
    assert after["orders"] == before["totals"][0]["orders"] + 1


def test_what_is_sold_meanwhile_is_in_both_and_in_each_once(
    shop: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold: list[bool] = []

    def sell(day: date, events: int) -> None:
        if not sold:
            sold.append(True)
            shopping.buy(shop, "MUG-1")
            cloud.pumps.drain()

    made, _ = rebuilding.rebuild(now().date() - timedelta(days=1), sell)
    assert sums(made) == sums(FIRST)


def test_after_a_crash_it_goes_on_with_what_it_had_begun(shop: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    count, calls = repository.count, []

    def crash(*arguments: Any) -> bool:
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return count(*arguments)

    monkeypatch.setattr(repository, "count", crash)
    with pytest.raises(KeyboardInterrupt):
        rebuild()
    begun = repository.generations().next
    assert repository.generations().current == FIRST
    monkeypatch.setattr(repository, "count", count)
    assert rebuild() == (begun, FIRST)
    assert sums(str(begun)) == sums(FIRST)


def test_a_second_rebuild_replaces_the_first(shop: Api) -> None:
    made, _ = rebuild()
    again, former = rebuild()
    assert former == made != again
    assert repository.generations().next is None
    assert sums(again) == sums(FIRST)
