"""Slugs, titles and price ranges."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcart.catalog.models.variants import VariantItem
from pushcart.catalog.service.parts import price_range, title_with
from pushcart.catalog.service.slugs import slug_of


@given(st.text(min_size=1, max_size=200))
def test_whatever_the_title_the_slug_is_one(title: str) -> None:
    slug = slug_of(title, "prd_01JZ8Q3V5W2K3M4N5P6Q7R8S9T")
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 100


def test_options_stand_behind_the_title_within_its_length() -> None:
    assert title_with("Shirt", {"colour": "red", "size": "M"}) == "Shirt, red, M"
    assert len(title_with("x" * 200, {"size": "y" * 200})) == 200


def variant(**prices: int) -> VariantItem:
    return VariantItem("PRODUCT#1", "VARIANT#A", prices=prices)


@pytest.mark.parametrize(
    ("variants", "found"),
    [
        ([], (None, None, None)),
        ([variant(EUR=5)], (5, 5, "EUR")),
        ([variant(EUR=5, USD=1), variant(EUR=3), variant(USD=9)], (3, 5, "EUR")),
        ([variant(USD=5), variant(GBP=7, USD=4)], (7, 7, "GBP")),
    ],
)
def test_a_range_is_in_the_shops_currency_where_there_is_a_price_in_it(
    variants: list[VariantItem], found: tuple[int | None, int | None, str | None]
) -> None:
    computed = price_range(variants)
    assert (computed["price_min"], computed["price_max"], computed["currency"]) == found
