"""How far an order has come, as values, and the ids of what belongs to it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pushcart.children import child_id, order_id_of
from pushcart.orders.progress import axis, left, with_counted, with_summary

LINES: list[dict[str, Any]] = [{"sku": "MUG", "quantity": 2}, {"sku": "BOWL", "quantity": 1}]
NOTHING: dict[str, dict[str, int]] = {"fulfilled": {}, "returned": {}}
ORDER = "ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"


@given(some.lists(some.integers(min_value=1, max_value=5), max_size=6))
def test_what_is_counted_adds_up_and_what_is_taken_off_is_gone(units: list[int]) -> None:
    progress = NOTHING
    for count in units:
        progress = with_counted(progress, "fulfilled", {"MUG": count})
    assert progress["fulfilled"].get("MUG", 0) == sum(units)
    assert with_counted(progress, "fulfilled", {"MUG": -sum(units)}) == NOTHING
    with pytest.raises(ValueError, match="less than nothing"):
        with_counted(progress, "fulfilled", {"MUG": -sum(units) - 1})


@pytest.mark.parametrize(
    ("fulfilled", "states", "stands"),
    [
        ({}, [], "unfulfilled"),
        ({"MUG": 1}, ["delivered"], "partially_fulfilled"),
        ({"MUG": 2}, ["shipped"], "partially_fulfilled"),
        ({"MUG": 2, "BOWL": 1}, ["delivered", "shipped"], "fulfilled"),
        ({"MUG": 2, "BOWL": 1}, ["delivered", "delivered"], "delivered"),
    ],
)
def test_the_axis_follows_the_parcels(fulfilled: dict[str, int], states: list[str], stands: str) -> None:
    parcels = [{"id": str(number), "status": state} for number, state in enumerate(states)]
    assert axis(LINES, {"fulfilled": fulfilled, "returned": {}}, parcels) == stands


def test_what_is_left_is_in_the_order_of_the_lines() -> None:
    assert list(left(LINES, NOTHING).items()) == [("MUG", 2), ("BOWL", 1)]
    assert left(LINES, {"fulfilled": {"MUG": 2}, "returned": {"MUG": 1}}) == {"BOWL": 1}


def test_a_summary_is_added_or_changed_where_it_stands() -> None:
    first, second = {"id": "ful_1", "status": "shipped"}, {"id": "ful_2", "status": "shipped"}
    assert with_summary([first], second) == [first, second]
    changed = with_summary([first, second], {"id": "ful_1", "tracking": None})
    assert changed == [{"id": "ful_1", "status": "shipped", "tracking": None}, second]


@pytest.mark.parametrize("number", [1, 10, 999])
def test_a_child_leads_to_its_order(number: int) -> None:
    assert order_id_of("ret", child_id("ret", ORDER, number)) == ORDER


@pytest.mark.parametrize("child", ["", "ret_x_1", f"ful_{ORDER[4:]}_1", f"ret_{ORDER[4:]}_0", f"ret_{ORDER[4:]}_1000"])
def test_what_is_no_child_leads_nowhere(child: str) -> None:
    assert order_id_of("ret", child) is None
