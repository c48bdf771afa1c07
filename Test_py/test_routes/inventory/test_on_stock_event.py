"""The ``stock-ledger`` queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from functions.inventory.on_stock_event import handler
from infra.local.recorder import granted, record
from pushcart import tables
from pushcart.catalog import service as catalog
from pushcart.catalog.models.products import ProductItem
from pushcart.inventory.models import MovementItem, StockItem
from pushcart.inventory.service import ReservedLine, release, reservation_key, reserve
from Test_py.support import batches
from Test_py.support.accounts import assert_exact_policy, items
from Test_py.support.client import Api
from Test_py.support.shopkeeping import on_sale, operations, stocked, stored
from Test_py.support.stockkeeping import shelve
from utils.clock import now
from utils.messages import EventMessage
from utils.reads import fetch
from utils.transaction import Transaction


def message(kind: str, skus: list[tuple[str, int]], *, number: int = 1, **data: Any) -> EventMessage:
    lines = [{"sku": sku, "location_id": "main", "quantity": quantity} for sku, quantity in skus]
    return EventMessage(
        id=f"evt_{number:026d}",
        type=kind,
        aggregate="ord_1",
        sequence=number,
        occurred_at="2026-01-02T03:04:05.000Z",
        correlation_id="c",
        data={"lines": lines, **data},
    )


def deliver(*messages: EventMessage) -> list[dict[str, str]]:
    """Hand messages to the worker; returns what it failed on."""
    return batches.deliver(handler, *messages)


def hold(*lines: tuple[str, int]) -> None:
    tx = Transaction()
    reserve(tx, order_id="ord_1", lines=[ReservedLine(sku, "main", n) for sku, n in lines], held_until=now())
    tx.commit()


def give_back() -> None:
    tx = Transaction()
    release(tx, tx.read_one(reservation_key("ord_1")))
    tx.commit()


def ledger(sku: str = "MUG-1") -> list[tuple[str, int, int, int]]:
    """Return type and figures of a SKU's movements, in order."""
    found = [MovementItem.from_raw_data(raw) for raw in items(tables.inventory, f"MOV#{sku}")]
    return [(one.type, int(one.on_hand), int(one.available), int(one.reserved)) for one in found]


def words(api: Api, product: Any) -> tuple[str, list[str]]:
    """Return what the public sees: the product's word, and its variants'."""
    shown = api.get(f"/api/v1/products/{product['id']}").data
    return shown["availability"], [variant["availability"] for variant in shown["variants"]]


def test_an_adjustment_reaches_the_ledger_and_the_shelf(api: Api, manager: str, drain: Callable[[], object]) -> None:
    product = on_sale(api, manager)
    assert words(api, product) == ("out_of_stock", ["out_of_stock"])
    stocked(api, manager, "MUG-1", 6)
    drain()
    assert ledger() == [("inventory.adjusted", 6, 6, 0)]
    assert words(api, product) == ("in_stock", ["in_stock"])
    assert api.get("/api/v1/products").data[0]["availability"] == "in_stock"


def test_the_ledger_adds_up_to_the_stock(api: Api, manager: str, drain: Callable[[], object]) -> None:
    product = on_sale(api, manager, stock=6)
    stocked(api, manager, "MUG-1", -1)
    drain()
    hold(("MUG-1", 5))
    assert deliver(message("order.placed", [("MUG-1", 5)])) == []
    assert words(api, product)[0] == "out_of_stock"
    give_back()
    assert deliver(message("order.expired", [("MUG-1", 5)], number=2)) == []
    assert words(api, product)[0] == "low_stock"
    sums = tuple(map(sum, zip(*[figures for _, *figures in ledger()], strict=True)))
    stock = stored(StockItem.key_of("MUG-1"))
    assert sums == (stock.on_hand, stock.available, stock.reserved) == (5, 5, 0)


@pytest.mark.parametrize(
    ("kind", "data", "entered"),
    [
        ("order.placed", {}, (0, -2, 2)),
        ("order.expired", {}, (0, 2, -2)),
        ("order.cancelled", {}, (0, 2, -2)),
        ("order.cancelled", {"stock": "kept"}, None),
        ("order.confirmed", {}, None),
        ("order.confirmed", {"stock": "kept"}, None),
        ("order.confirmed", {"stock": "taken"}, (0, -2, 2)),
        ("order.shipped", {}, None),
    ],
)
def test_what_an_event_means_for_stock(
    api: Api, manager: str, kind: str, data: dict[str, Any], entered: tuple[int, int, int] | None
) -> None:
    on_sale(api, manager)
    assert deliver(message(kind, [("MUG-1", 2)], **data)) == []
    assert ledger() == ([(kind, *entered)] if entered else [])


def test_twice_is_as_good_as_once(api: Api, manager: str) -> None:
    on_sale(api, manager, stock=6)
    placed = message("order.placed", [("MUG-1", 1)])
    assert deliver(placed, placed) == []
    assert deliver(placed) == []
    assert ledger() == [("order.placed", 0, -1, 1)]


def test_in_whatever_order_events_come_the_shelf_says_what_there_is(api: Api, manager: str) -> None:
    product = on_sale(api, manager, stock=6)
    hold(("MUG-1", 6))
    give_back()
    late = [message("order.expired", [("MUG-1", 6)], number=2), message("order.placed", [("MUG-1", 6)], number=1)]
    assert deliver(*late) == []
    assert words(api, product)[0] == "in_stock"


def test_a_product_is_as_available_as_its_best_variant(api: Api, manager: str, drain: Callable[[], object]) -> None:
    price = [{"amount": 1, "currency": "EUR"}]
    product = on_sale(api, manager, variants=[{"sku": sku, "prices": price} for sku in ("A", "B")])
    stocked(api, manager, "A", 2)
    drain()
    assert words(api, product) == ("low_stock", ["low_stock", "out_of_stock"])
    stocked(api, manager, "B", 9)
    drain()
    assert words(api, product) == ("in_stock", ["low_stock", "in_stock"])
    stocked(api, manager, "B", -9)
    drain()
    assert words(api, product) == ("low_stock", ["low_stock", "out_of_stock"])


def test_a_sale_makes_no_editor_stale(api: Api, manager: str, drain: Callable[[], object]) -> None:
    product = on_sale(api, manager, stock=9)
    drain()
    assert stored(ProductItem.key_of(product["id"])).version == product["version"]
    headers = {"if-match": f'"{product["version"]}"'}
    path = f"/api/v1/products/{product['id']}"
    assert api.patch(path, json={"title": "New"}, token=manager, headers=headers).status == 200
    assert words(api, product)[0] == "in_stock"


def test_fifty_lines_fit(api: Api, manager: str) -> None:
    price = [{"amount": 1, "currency": "EUR"}]
    skus = [f"S-{number:02d}" for number in range(50)]
    for half in (skus[:25], skus[25:]):
        product = on_sale(api, manager, half[0], variants=[{"sku": sku, "prices": price} for sku in half])
    for sku in skus:
        stocked(api, manager, sku, 9)
    assert deliver(message("order.placed", [(sku, 1) for sku in skus])) == []
    assert words(api, product) == ("in_stock", ["in_stock"] * 25)
    assert all(len(ledger(sku)) == 1 for sku in skus)


def test_stock_that_moves_meanwhile_is_looked_at_again(api: Api, manager: str, monkeypatch: pytest.MonkeyPatch) -> None:
    product = on_sale(api, manager, stock=6)
    show = catalog.show_words
    sold: list[Any] = []

    def show_late(tx: Transaction, product_id: str, new: Any) -> None:
        if not sold:
            sold.append(new)
            hold(("MUG-1", 6))
        show(tx, product_id, new)

    monkeypatch.setattr(catalog, "show_words", show_late)
    assert deliver(message("inventory.adjusted", [("MUG-1", 6)])) == []
    assert sold == [{"MUG-1": "in_stock"}]
    assert words(api, product)[0] == "out_of_stock"


def test_a_sku_without_a_product_is_entered_all_the_same(aws: None) -> None:
    assert deliver(message("order.placed", [("GONE", 1)])) == []
    assert len(ledger("GONE")) == 1


def test_a_message_that_cannot_be_read_stops_no_other(api: Api, manager: str) -> None:
    on_sale(api, manager)
    bad = message("order.placed", [("MUG-1", 1)], number=2).model_copy(update={"data": {"lines": [{"sku": "MUG-1"}]}})
    assert deliver(bad, message("order.placed", [("MUG-1", 1)])) == [{"itemIdentifier": "m-0"}]
    assert len(ledger()) == 1


def test_what_is_sent_and_what_comes_back_is_entered(api: Api, manager: str) -> None:
    on_sale(api, manager, stock=6)
    sent = message("fulfillment.shipped", [("MUG-1", 2)], stock="shipped")
    back = message("return.received", [("MUG-1", 1)], number=2, stock="came_back")
    assert deliver(sent, back) == []
    assert ledger() == [("fulfillment.shipped", -2, 0, -2), ("return.received", 1, 1, 0)]


def test_calls_and_policy(api: Api, manager: str) -> None:
    on_sale(api, manager, stock=6)
    with record() as calls:
        deliver(message("inventory.adjusted", [("MUG-1", 6)]))
    assert operations(calls) == [
        "Query",
        "BatchGetItem",
        "BatchGetItem",
        "Query",
        "TransactWriteItems",
        "TransactWriteItems",
    ]
    shelve("MUG-1", 3, bucket=1)
    with record() as more:
        deliver(message("inventory.settings_changed", [], number=3, sku="MUG-1"))
        deliver(message("location.closed", [], number=4, location_id="main"))
    assert "DeleteItem" in {touch.action.partition(":")[2] for touch in more.touches}
    granted_by_the_source = {touch for touch in granted(handler.declaration) if touch.action.startswith("sqs:")}
    assert_exact_policy(handler.declaration, calls.touches | more.touches | granted_by_the_source)
    with record() as quiet:
        deliver(message("inventory.adjusted", [("MUG-1", 0)], number=2))
    assert operations(quiet) == ["Query", "BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert fetch([MovementItem.key_of("MUG-1", f"evt_{2:026d}", 0)])
