"""Pouring one cart into another loses nothing without telling it."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pushcart.carts.merging import pour
from pushcart.carts.models import MAX_CODES, MAX_LINES, MAX_QUANTITY, CartLine

SKUS = [f"S-{number}" for number in range(70)]
QUANTITIES = st.dictionaries(st.sampled_from(SKUS), st.integers(1, MAX_QUANTITY), max_size=MAX_LINES)
CODES = st.lists(st.sampled_from("ABCDEF"), max_size=MAX_CODES, unique=True)


def lines_of(quantities: dict[str, int], whose: str) -> list[CartLine]:
    return [CartLine(f"lin_{whose}_{sku}", "prd_1", sku, "T", count, 5) for sku, count in quantities.items()]


def full(start: int = 0) -> dict[str, int]:
    return {f"S-{number}": 1 for number in range(start, start + MAX_LINES)}


@given(QUANTITIES, QUANTITIES, CODES, CODES)
def test_every_unit_and_every_code_is_in_the_cart_or_told(
    own: dict[str, int], guests: dict[str, int], codes: list[str], more: list[str]
) -> None:
    poured = pour(lines_of(own, "own"), codes, more_lines=lines_of(guests, "guests"), more_codes=more)
    held = Counter({line.sku: line.quantity for line in poured.lines})
    told = Counter({one.sku: one.quantity for one in poured.left_out if one.sku})
    assert held + told == Counter(own) + Counter(guests)
    assert all(held[sku] >= count for sku, count in own.items()), "what was the customer's own stays"
    assert len(poured.lines) == len(held) <= MAX_LINES
    assert all(0 < line.quantity <= MAX_QUANTITY for line in poured.lines)
    left_codes = [one.code for one in poured.left_out if one.code]
    assert set(poured.codes) | set(left_codes) == set(codes) | set(more)
    assert poured.codes[: len(codes)] == codes
    assert len(poured.codes) <= MAX_CODES


@given(QUANTITIES, QUANTITIES)
def test_something_is_left_out_only_where_there_is_no_room(own: dict[str, int], guests: dict[str, int]) -> None:
    poured = pour(lines_of(own, "own"), [], more_lines=lines_of(guests, "guests"), more_codes=[])
    held = {line.sku: line.quantity for line in poured.lines}
    for one in poured.left_out:
        if one.reason == "quantity_limit":
            assert held[one.sku] == MAX_QUANTITY
        else:
            assert len(held) == MAX_LINES
            assert one.sku not in held
    ids = [line.id for line in poured.lines]
    assert len(ids) == len(set(ids))


def test_a_full_cart_takes_more_of_what_it_holds_and_nothing_else() -> None:
    poured = pour(lines_of(full(), "own"), [], more_lines=lines_of(full(49), "guests"), more_codes=[])
    assert {line.sku: line.quantity for line in poured.lines} == full() | {"S-49": 2}
    assert [one.sku for one in poured.left_out] == [f"S-{number}" for number in range(50, 99)]


def test_the_first_cart_s_line_is_the_one_that_stays() -> None:
    own, theirs = lines_of({"S-1": 1}, "own"), lines_of({"S-1": 2, "S-2": 1}, "guests")
    poured = pour(own, [], more_lines=theirs, more_codes=[])
    assert [(line.id, line.quantity) for line in poured.lines] == [("lin_own_S-1", 3), ("lin_guests_S-2", 1)]
