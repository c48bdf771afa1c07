"""The ``reports`` queue: every event is in the sums once, whatever comes twice, late or in another order."""

from __future__ import annotations

import random
from typing import Any

import pytest

from functions.reports.on_report_event import handler
from infra.local.moto_tables import stored_items
from infra.local.recorder import granted, record
from pushcart import tables
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.reporting import CUSTOMER, cancelled, confirmed, deliver, event, paid
from Test_py.support.shopkeeping import operations
from utils.messages import EventMessage
from utils.transaction import Transaction

LINE = {"sku": "MUG-1", "location_id": "main", "bucket": 0}


def sums() -> dict[tuple[str, str], dict[str, int]]:
    """Return every sum that is stored, by its key."""
    raw = stored_items(tables.reports)
    return {
        (one["pk"]["S"], one["sk"]["S"]): {name: int(value["N"]) for name, value in one.items() if "N" in value}
        for one in raw
        if "#SEEN#" not in one["pk"]["S"]
    }


def season() -> list[EventMessage]:
    return [
        event("inventory.adjusted", reason="received", lines=[{**LINE, "quantity": 9}]),
        event("order.placed", lines=[{**LINE, "quantity": 2}]),
        confirmed(("MUG-1", 2, 2500), discount=500),
        paid(2490),
        event("fulfillment.shipped", stock="shipped", lines=[{**LINE, "quantity": 2}]),
        event("return.received", stock="came_back", lines=[{**LINE, "quantity": 1}]),
        paid(gave_back=1000, day="2026-01-05"),
        confirmed(("CUP-1", 1, 900), currency="JPY", customer_id=None),
        cancelled(("CUP-1", 1, 900), currency="JPY", customer_id=None, day="2026-01-03"),
    ]


def test_what_was_sold_paid_moved_and_bought_adds_up(aws: None) -> None:
    assert deliver(*season()) == []
    assert sums() == {
        ("1#SALES#2026", "2026-01-02#EUR"): {
            "orders": 1,
            "units": 2,
            "subtotal": 2500,
            "discount": 500,
            "shipping": 490,
            "tax": 100,
            "total": 2490,
            "captured": 2490,
        },
        ("1#SALES#2026", "2026-01-05#EUR"): {"refunded": 1000},
        ("1#SALES#2026", "2026-01-02#JPY"): {
            "orders": 1,
            "units": 1,
            "subtotal": 900,
            "shipping": 490,
            "tax": 100,
            "total": 1390,
        },
        ("1#SALES#2026", "2026-01-03#JPY"): {"cancelled_orders": 1, "cancelled_total": 1390},
        ("1#GOODS#2026-01#EUR", "MUG-1"): {"orders": 1, "units": 2, "total": 2500, "discount": 500},
        ("1#GOODS#2026-01#JPY", "CUP-1"): {
            "orders": 1,
            "units": 1,
            "total": 900,
            "cancelled_units": 1,
            "cancelled_total": 900,
        },
        ("1#STOCK#0", "MUG-1#main"): {
            "on_hand": 8,
            "available": 8,
            "reserved": 0,
            "came_in": 10,
            "went_out": 2,
        },
        ("1#STOCK#0", "CUP-1#main"): {"available": 1, "reserved": -1},
        (f"1#CUSTOMER#{CUSTOMER}", "EUR"): {"orders": 1, "units": 2, "total": 2490},
    }


@pytest.mark.parametrize("seed", range(5))
def test_twice_and_in_any_order_it_is_the_same(aws: None, seed: int) -> None:
    told = season()
    deliver(*told)
    once = sums()
    again = [*told, *told, *season_again(told)]
    random.Random(seed).shuffle(again)
    deliver(*again)
    assert sums() == once


def season_again(told: list[EventMessage]) -> list[EventMessage]:
    return [EventMessage.model_validate_json(one.model_dump_json()) for one in told]


def test_an_order_that_was_never_sold_is_no_cancelled_sale(aws: None) -> None:
    deliver(cancelled(("MUG-1", 2, 2500), was_sold=False))
    assert sums() == {("1#STOCK#0", "MUG-1#main"): {"available": 2, "reserved": -2}}


@pytest.mark.parametrize("was_sold", [True, False])
def test_a_claimed_order_counts_for_its_customer_where_it_was_sold(aws: None, was_sold: bool) -> None:
    data: dict[str, Any] = {**confirmed(("MUG-1", 2, 2500)).data, "stock": "kept", "was_sold": was_sold}
    deliver(event("order.claimed", **data | {"customer_id": "usr_7"}))
    bought = {("1#CUSTOMER#usr_7", "EUR"): {"orders": 1, "units": 2, "total": 2990}}
    assert sums() == (bought if was_sold else {})


FIFTY = [(f"SKU-{number}", 1, 100) for number in range(50)]


def test_fifty_lines_are_one_transaction(aws: None) -> None:
    assert deliver(confirmed(*FIFTY)) == []
    assert len([key for key in sums() if "#GOODS#" in key[0]]) == 50


def test_fifty_lines_that_were_sold_and_are_called_off_take_two_and_add_up_once(aws: None) -> None:
    """Each line is goods and stock, and there are the day and the customer: more than a transaction holds."""
    told = cancelled(*FIFTY)
    with record() as calls:
        assert deliver(told) == []
    assert operations(calls).count("TransactWriteItems") == 2
    once = sums()
    assert [len([key for key in once if kind in key[0]]) for kind in ("#GOODS#", "#STOCK#")] == [50, 50]
    assert once["1#SALES#2026", "2026-01-02#EUR"] == {"cancelled_orders": 1, "cancelled_total": 5490}
    assert deliver(told) == []
    assert sums() == once


def test_a_crash_between_the_two_is_made_good_by_the_next_delivery(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    told, tried = cancelled(*FIFTY), iter((False, True, False, False))
    commit = Transaction.commit

    def dying(tx: Transaction) -> None:
        if next(tried):
            raise RuntimeError("the worker dies")
        commit(tx)

    monkeypatch.setattr(Transaction, "commit", dying)
    assert len(deliver(told)) == 1
    monkeypatch.undo()
    assert deliver(told) == []
    half_and_rest = sums()
    assert {one["cancelled_units"] for key, one in half_and_rest.items() if "#GOODS#" in key[0]} == {1}
    assert {one["available"] for key, one in half_and_rest.items() if "#STOCK#" in key[0]} == {1}
    assert half_and_rest[f"1#CUSTOMER#{CUSTOMER}", "EUR"] == {"cancelled_orders": 1, "cancelled_total": 5490}


def test_what_no_sum_is_made_of_costs_no_call(aws: None) -> None:
    with record() as calls:
        assert deliver(event("order.expired", lines=[]), event("product.created", skus=[])) == []
    assert list(calls) == []


def test_it_does_no_more_than_its_policy_allows(aws: None) -> None:
    with record() as calls:
        deliver(confirmed(("MUG-1", 1, 100)))
    trigger = {one for one in granted(handler.declaration) if one.action.startswith("sqs:")}
    assert_exact_policy(handler.declaration, calls.touches | trigger)
