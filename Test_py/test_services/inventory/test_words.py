"""Availability words, and what the ledger makes of events."""

from __future__ import annotations

import pytest

from pushcart.inventory.events import Effect, adjusted, ledger_lines
from pushcart.inventory.models import StockItem
from pushcart.inventory.service import availability_word


@pytest.mark.parametrize(
    ("available", "threshold", "word"),
    [(0, 5, "out_of_stock"), (1, 5, "low_stock"), (5, 5, "low_stock"), (6, 5, "in_stock"), (1, 0, "in_stock")],
)
def test_a_count_becomes_a_word(available: int, threshold: int, word: str) -> None:
    stock = StockItem("SKU#A", "LOC#main", sku="A", available=available, low_stock_threshold=threshold)
    assert availability_word(stock) == word


def test_what_was_never_counted_is_out_of_stock() -> None:
    assert availability_word(None) == "out_of_stock"


def test_an_adjustment_is_one_line_of_the_ledger() -> None:
    happening = adjusted(sku="A", location_id="main", delta=-3, reason="damaged")
    (line,) = ledger_lines(happening["type"], happening["data"])
    assert (line.sku, line.location_id, line.change) == ("A", "main", Effect(-3, -3, 0))


def test_an_event_without_lines_moves_nothing() -> None:
    assert ledger_lines("order.placed", {}) == []
    assert ledger_lines("payment.captured", {"lines": [{"sku": "A", "location_id": "main", "quantity": 1}]}) == []
