"""``make growth``: a route that costs more in a larger shop is named, and one that does not is left alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra.access_patterns.capacity import Cost
from infra.access_patterns.measure import Pattern
from infra.growth.clones import ulid_of
from infra.growth.measure import WHOLE, Size, compare
from utils.declarations import Loaded

TOP = Path(__file__).resolve().parents[2]
LIST = Pattern("list_products", "GET /api/v1/products", (("Query", 1),), ("catalog.by_status",), Cost(read=2.5))
ORDER = Pattern("place_order", "POST /api/v1/orders", (("BatchGetItem", 2),), (), Cost(read=9, write=40))


def test_what_costs_the_same_is_left_alone() -> None:
    assert compare([LIST, ORDER], [LIST, ORDER]) == []


@pytest.mark.parametrize(
    ("larger", "told"),
    [
        (Cost(read=3), "2.5 read and 0 write units, and in the large shop Query 1, 3 read"),
        (Cost(read=2.5, write=1), "0 write units, and in the large shop Query 1, 2.5 read and 1 write"),
    ],
)
def test_what_costs_more_is_named(larger: Cost, told: str) -> None:
    dearer = Pattern(LIST.function, LIST.source, LIST.calls, LIST.indexes, larger)
    (growth,) = compare([LIST, ORDER], [dearer, ORDER])
    assert str(growth).startswith("list_products (GET /api/v1/products): ")
    assert told in str(growth)


def test_another_call_counts_though_it_costs_nothing_more() -> None:
    busier = Pattern(LIST.function, LIST.source, (("Query", 2),), LIST.indexes, LIST.cost)
    assert [growth.small.function for growth in compare([LIST], [busier])] == ["list_products"]


def test_what_answers_with_all_there_is_may_grow_and_says_why(functions: list[Loaded]) -> None:
    name, reason = next(iter(WHOLE.items()))
    whole = Pattern(name, LIST.source, LIST.calls, LIST.indexes, LIST.cost)
    assert compare([whole], [Pattern(name, LIST.source, (("Query", 3),), LIST.indexes, Cost(read=22.5))]) == []
    assert set(WHOLE) <= {one.declaration.name for one in functions}
    assert reason


def test_ids_and_sizes_are_told() -> None:
    assert ulid_of("ret_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1") == "01JZ8Q3V5W2K3M4N5P6Q7R8S9T"
    with pytest.raises(ValueError, match="holds no ULID"):
        ulid_of("ret_1")
    assert str(Size(10_000, 100_000)) == "10,000 products, 100,000 orders"


@pytest.mark.integration
def test_a_route_that_reads_more_in_a_larger_shop_is_found() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "Test_py.support.growing"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stderr
    told = [line for line in ran.stdout.splitlines() if line and not line.startswith("{")]
    assert told[:2] == ["0", "1"], told
    assert told[2].startswith("list_products (GET /api/v1/products): Query 2, ")
    assert len(told) == 3
