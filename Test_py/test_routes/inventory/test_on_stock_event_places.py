"""The ``stock-ledger`` queue: what follows of an event for a SKU's places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pushcart import tables
from pushcart.inventory.models import StockItem
from pushcart.inventory.models.places import StockSettingsItem
from pushcart.inventory.service import ReservedLine, reserve
from pushcart.inventory.service import ledger as ledger_room
from Test_py.support.accounts import events, items
from Test_py.support.client import Api
from Test_py.support.shopkeeping import on_sale, stocked, stored, tag
from Test_py.support.stockkeeping import shelve
from Test_py.test_routes.inventory.test_on_stock_event import deliver, give_back, hold, ledger, message, words
from utils.clock import now
from utils.transaction import Transaction


def low_marks(sku: str = "MUG-1", buckets: int = 1) -> list[bool]:
    return [bool(stored(StockItem.key_of(sku, "main", bucket)).low_shard) for bucket in range(buckets)]


def told(kind: str) -> list[dict[str, Any]]:
    return [event["data"] for event in events(kind)]


def sell(units: int, order: int, *, bucket: int = 0) -> None:
    tx = Transaction()
    lines = [ReservedLine("MUG-1", "main", units, bucket)]
    reserve(tx, order_id=f"ord_{order}", lines=lines, held_until=now())
    tx.commit()
    assert deliver(message("order.placed", [("MUG-1", units)], number=order)) == []


def test_running_low_is_marked_and_told_once_each_time(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager, stock=8)
    drain()
    assert (low_marks(), told("inventory.low")) == ([False], [])
    sell(2, 1)
    assert (low_marks(), told("inventory.low")) == ([False], [])
    sell(1, 2)
    sell(1, 3)
    assert low_marks() == [True]
    low = {"sku": "MUG-1", "location_id": "main", "available": 5, "low_stock_threshold": 5}
    assert told("inventory.low") == [low]
    stocked(api, manager, "MUG-1", 9)
    drain()
    assert low_marks() == [False]
    sell(9, 4)
    assert [one["available"] for one in told("inventory.low")] in ([5, 4], [4, 5])


def test_a_hot_sku_runs_low_by_all_its_buckets(api: Api, manager: str) -> None:
    on_sale(api, manager)
    set_hot(3)
    for bucket in range(3):
        shelve("MUG-1", 2, bucket=bucket)
    sell(1, 1, bucket=1)
    assert (low_marks(buckets=3), len(told("inventory.low"))) == ([True] * 3, 1)


def set_hot(buckets: int) -> None:
    key = StockSettingsItem.key_of("MUG-1")
    tx = Transaction()
    kept = StockSettingsItem(key.pk, key.sk, sku="MUG-1", hot=buckets, version=1)
    kept.created_at = kept.updated_at = tx.moment
    tx.put(kept)
    tx.commit()


def rows() -> dict[int, tuple[int, int, int]]:
    """Return the figures of each bucket at the first place."""
    found = [StockItem.from_raw_data(raw) for raw in items(tables.inventory, "SKU#MUG-1", "LOC#main")]
    return {int(one.bucket): (int(one.on_hand), int(one.available), int(one.reserved)) for one in found}


def follow(number: int = 9) -> None:
    changed = message("inventory.settings_changed", [], number=number, sku="MUG-1")
    assert deliver(changed) == []


def test_a_sku_that_becomes_hot_is_split_and_what_is_promised_stays(api: Api, manager: str) -> None:
    on_sale(api, manager)
    shelve("MUG-1", 7, reserved=2)
    set_hot(3)
    follow()
    assert rows() == {0: (5, 3, 2), 1: (2, 2, 0), 2: (2, 2, 0)}
    follow(10)
    assert rows() == {0: (5, 3, 2), 1: (2, 2, 0), 2: (2, 2, 0)}
    assert ledger() == []


def test_a_sku_that_cools_down_is_merged_and_a_bucket_goes_with_its_last_promise(api: Api, manager: str) -> None:
    on_sale(api, manager)
    for bucket in range(3):
        shelve("MUG-1", 2, bucket=bucket)
    tx = Transaction()
    reserve(tx, order_id="ord_1", lines=[ReservedLine("MUG-1", "main", 1, 2)], held_until=now())
    tx.commit()
    set_hot(1)
    follow()
    assert rows() == {0: (5, 5, 0), 2: (1, 0, 1)}
    give_back()
    assert rows()[2] == (1, 1, 0)
    assert deliver(message("order.expired", [("MUG-1", 1)])) == []
    assert rows() == {0: (6, 6, 0)}


def test_a_sale_in_between_makes_a_split_look_again(api: Api, manager: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from pushcart.inventory.repository import arranging

    on_sale(api, manager)
    shelve("MUG-1", 6)
    set_hot(2)
    reshape = arranging.reshape
    sold: list[int] = []

    def reshape_late(tx: Transaction, stock: StockItem, **values: Any) -> None:
        if not sold:
            sold.append(1)
            hold(("MUG-1", 4))
        reshape(tx, stock, **values)

    monkeypatch.setattr(arranging, "reshape", reshape_late)
    follow()
    assert rows() == {0: (5, 1, 4), 1: (1, 1, 0)}


def test_a_location_that_closes_takes_all_its_skus_off_the_shelf(
    api: Api, manager: str, drain: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_room, "PAGE", 2)
    products = [on_sale(api, manager, sku, stock=9) for sku in ("A", "B", "C", "D", "E")]
    drain()
    path = "/api/v1/locations/main"
    assert api.patch(path, json={"active": False}, token=manager, headers=tag(0)).status == 200
    drain()
    assert {words(api, product)[0] for product in products} == {"out_of_stock"}
    assert all(stored(StockItem.key_of(sku)).closed for sku in "ABCDE")
    assert len(events("location.half_done")) == 2
    assert api.patch(path, json={"active": True}, token=manager, headers=tag(1)).status == 200
    drain()
    assert {words(api, product)[0] for product in products} == {"in_stock"}
    assert told("inventory.low") == []


def test_a_count_that_overlooked_a_closing_location_is_put_right(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    api.patch("/api/v1/locations/main", json={"active": False}, token=manager, headers=tag(0))
    shelve("MUG-1", 9)
    assert deliver(message("inventory.adjusted", [("MUG-1", 9)])) == []
    assert (stored(StockItem.key_of("MUG-1")).closed, words(api, product)[0]) == ("yes", "out_of_stock")


def test_what_can_be_had_again_is_told_once(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    stocked(api, manager, "MUG-1", 2)
    stocked(api, manager, "MUG-1", 2)
    drain()
    assert told("inventory.available_again") == [{"sku": "MUG-1"}]
    stocked(api, manager, "MUG-1", -4)
    drain()
    stocked(api, manager, "MUG-1", 1)
    drain()
    assert len(told("inventory.available_again")) == 2


def test_words_of_many_places_fit(api: Api, manager: str) -> None:
    price = [{"amount": 1, "currency": "EUR"}]
    skus = [f"S-{number:02d}" for number in range(10)]
    product = on_sale(api, manager, skus[0], variants=[{"sku": sku, "prices": price} for sku in skus])
    for sku in skus:
        for number in range(20):
            shelve(sku, 9, location_id=f"loc_{number}")
    assert deliver(message("order.placed", [(sku, 1) for sku in skus])) == []
    assert words(api, product) == ("in_stock", ["in_stock"] * 10)
