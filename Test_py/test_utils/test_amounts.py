"""The rounding policy, and shares that add up."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcart.amounts import allocate, exponent_of, round_share
from pushcart.money import MAX_AMOUNT

AMOUNTS = st.integers(0, MAX_AMOUNT)
WEIGHTS = st.lists(st.integers(0, MAX_AMOUNT), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("amount", "rate", "share"),
    [
        (0, 1900, 0),
        (1, 5000, 1),
        (1, 4999, 0),
        (3, 5000, 2),
        (1999, 1900, 380),
        (150, 700, 11),
        (MAX_AMOUNT, 1, 900719925474),
    ],
)
def test_a_half_goes_up(amount: int, rate: int, share: int) -> None:
    assert round_share(amount, rate, 10_000) == share


@given(AMOUNTS, st.integers(0, 10_000), st.integers(1, 20_000))
def test_what_is_rounded_is_the_nearest_and_of_two_the_greater(amount: int, numerator: int, denominator: int) -> None:
    away = round_share(amount, numerator, denominator) - Fraction(amount * numerator, denominator)
    assert Fraction(-1, 2) < away <= Fraction(1, 2)


@pytest.mark.parametrize(("amount", "numerator", "denominator"), [(-1, 1, 2), (1, -1, 2), (1, 1, 0), (1, 1, -2)])
def test_what_is_no_share_is_refused(amount: int, numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        round_share(amount, numerator, denominator)


@given(AMOUNTS, WEIGHTS)
def test_no_unit_is_lost_and_each_part_is_its_share_up_or_down(amount: int, weights: list[int]) -> None:
    parts, whole = allocate(amount, weights), sum(weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(amount * weight, whole) if whole else Fraction(amount, len(weights))
        assert abs(part - exact) < 1
        assert part <= weight or amount > whole
        assert part == 0 or weight or not whole


@given(AMOUNTS, st.lists(st.integers(0, 10**6), min_size=1, max_size=20), st.randoms())
def test_whoever_weighs_the_same_gets_the_same_but_for_one_unit_in_any_order(
    amount: int, weights: list[int], chance: Random
) -> None:
    shuffled = list(weights)
    chance.shuffle(shuffled)
    once = sorted(zip(weights, allocate(amount, weights), strict=True))
    assert once == sorted(zip(shuffled, allocate(amount, shuffled), strict=True))
    for weight, part in once:
        assert all(abs(part - other) <= 1 for same, other in once if same == weight)


@given(WEIGHTS)
def test_all_of_it_is_given_to_each_by_weight(weights: list[int]) -> None:
    assert allocate(sum(weights), weights) == weights


def test_the_units_left_over_have_one_way_to_go() -> None:
    assert allocate(2, [1, 1, 1]) == [1, 1, 0]
    assert allocate(1, [1, 3]) == [0, 1]
    # Both are owed half a unit: the greater weight has it.
    assert allocate(3, [1, 5]) == [0, 3]
    assert allocate(5, [0, 0]) == [3, 2]
    assert allocate(0, []) == []


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1]), (1, [1, -1]), (1, [])])
def test_what_cannot_be_parted_is_refused(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="no way to part"):
        allocate(amount, weights)


def test_exponents_are_those_of_iso_4217() -> None:
    assert [exponent_of(currency) for currency in ("JPY", "EUR", "BHD")] == [0, 2, 3]
