"""What a basket comes to: what always holds of it, and each rule by an example."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcart.money import MAX_AMOUNT, MAX_PRICE
from pushcart.pricing.service import Basket, BasketLine, Quote, needs, quote
from Test_py.support.pricing import MOMENT, basket, delivery, promotion, read, taxes

BEFORE, AFTER = "2026-11-20T11:59:59.999Z", "2026-11-20T12:00:00.001Z"

LINES = st.lists(
    st.builds(
        BasketLine,
        sku=st.integers(0, 40).map("SKU-{}".format),
        quantity=st.integers(1, 999),
        unit_price=st.integers(0, 5000) | st.integers(0, MAX_PRICE),
        weight_grams=st.none() | st.integers(0, 10**4),
    ),
    max_size=50,
)
MINIMUMS: st.SearchStrategy[dict[str, int]] = (
    st.just({}) | st.fixed_dictionaries({"EUR": st.integers(0, 10**6)}) | st.just({"USD": 1})
)
CAPS = st.none() | st.integers(1, 5)
PROMOTIONS = st.one_of(
    st.builds(promotion, st.sampled_from("ABC"), basis_points=st.integers(1, 10_000), minimums=MINIMUMS, max_uses=CAPS),
    st.builds(
        promotion,
        st.sampled_from("DEF"),
        st.just("amount"),
        amounts=st.fixed_dictionaries({"EUR": st.integers(1, 10**6)}),
        max_uses=CAPS,
    ),
    st.builds(promotion, st.sampled_from("GHI"), st.just("free_shipping"), minimums=MINIMUMS, max_uses=CAPS),
)
METHODS = st.none() | st.builds(
    delivery,
    steps=st.lists(st.tuples(st.integers(1, 10**5), st.integers(0, MAX_PRICE)), max_size=3).map(
        lambda steps: [*sorted(steps), (None, 999)]
    ),
    free_from=st.none() | st.integers(0, 10**6),
    countries=st.sampled_from([[], ["DE"], ["FR"]]),
)
BOOKS = st.none() | st.builds(
    taxes,
    included=st.booleans(),
    on_shipping=st.booleans(),
    country_wide=st.integers(0, 5000),
    bavaria=st.integers(0, 5000),
)
REGIONS = st.none() | st.sampled_from(["Bavaria", " BAVARIA", "Berlin"])


@st.composite
def asked(draw: st.DrawFn) -> tuple[Basket, list[Any]]:
    """Return a basket, and what was read for it."""
    promotions = draw(st.lists(PROMOTIONS, max_size=3, unique_by=lambda one: one.code))
    method, book = draw(METHODS), draw(BOOKS)
    wanted = Basket(
        "EUR",
        tuple(draw(LINES)),
        tuple(one.code for one in promotions),
        method.id if method else draw(st.none() | st.just("shp_gone")),
        "DE" if book else draw(st.none() | st.just("FR")),
        draw(REGIONS),
    )
    return wanted, [*promotions, *(one for one in (method, book) if one)]


def figures(found: Quote) -> tuple[Any, ...]:
    """Return all that does not depend on the order of the lines."""
    lines = sorted((line.sku, line.subtotal, line.discount, line.tax, line.tax_rate) for line in found.lines)
    return lines, found.promotions, found.shipping, found.totals, found.problems


@given(asked())
def test_totals_always_add_up_and_nothing_is_negative(case: tuple[Basket, list[Any]]) -> None:
    wanted, items = case
    found = quote(wanted, read(*items), MOMENT)
    totals, shipping = found.totals, found.shipping
    assert len(found.lines) == len(wanted.lines)
    for line, given_line in zip(found.lines, wanted.lines, strict=True):
        assert (line.sku, line.subtotal) == (given_line.sku, given_line.unit_price * given_line.quantity)
        assert 0 <= line.discount <= line.subtotal
        assert 0 <= line.tax <= line.subtotal - line.discount
    assert totals["subtotal"] == sum(line.subtotal for line in found.lines)
    assert totals["discount"] == sum(line.discount for line in found.lines) <= totals["subtotal"]
    assert totals["shipping"] == (shipping.amount if shipping else 0)
    assert totals["tax"] == sum(line.tax for line in found.lines) + (shipping.tax if shipping else 0)
    extra = 0 if found.tax_included else totals["tax"]
    assert totals["total"] == totals["subtotal"] - totals["discount"] + totals["shipping"] + extra
    assert min(totals.values()) >= 0
    assert max(totals.values()) <= MAX_AMOUNT
    if found.tax_included:
        assert totals["tax"] <= totals["total"]


@given(asked())
def test_each_code_is_granted_or_told_why_not_and_discounts_are_those_of_the_promotions(
    case: tuple[Basket, list[Any]],
) -> None:
    wanted, items = case
    found = quote(wanted, read(*items), MOMENT)
    granted = [one.code for one in found.promotions]
    told = [one.detail for one in found.problems if one.code.startswith("promotion")]
    assert sorted([*granted, *told]) == sorted(wanted.codes)
    kinds = {item.code: item.kind for item in items if hasattr(item, "code")}
    assert len({kinds[code] for code in granted}) == len(granted)
    off_goods = sum(one.amount for one in found.promotions if kinds[one.code] != "free_shipping")
    assert off_goods == found.totals["discount"]
    assert all(one.amount > 0 or not one.capped for one in found.promotions)
    assert (found.shipping is None) == (
        wanted.shipping_method_id is None or any(one.code.startswith("shipping") for one in found.problems)
    )


@given(asked(), st.randoms())
def test_the_same_goods_and_codes_cost_the_same_in_any_order(case: tuple[Basket, list[Any]], chance: Random) -> None:
    wanted, items = case
    lines, codes = list(wanted.lines), [code.lower() for code in wanted.codes]
    chance.shuffle(lines)
    chance.shuffle(codes)
    shuffled = replace(wanted, lines=tuple(lines), codes=tuple(codes))
    assert figures(quote(wanted, read(*items), MOMENT)) == figures(quote(shuffled, read(*items), MOMENT))


def test_it_needs_five_items_at_most() -> None:
    most = basket(1, codes=("one", "TWO", "two", "c")[:3], shipping_method_id="shp_1", country="DE", region="x")
    assert [key.pk for key in needs(most)] == ["CODE#ONE", "CODE#TWO", "SHIPPING#shp_1", "TAXBOOK#DE"]
    assert needs(basket(1)) == ()
    with pytest.raises(ValueError, match="4 codes"):
        basket(1, codes=("a", "b", "c", "d"))


def test_a_percentage_is_rounded_once_and_parted_to_the_unit() -> None:
    found = quote(basket(999, 999, 999, codes=("save",)), read(promotion("SAVE")), MOMENT)
    assert found.totals["discount"] == 300
    assert [line.discount for line in found.lines] == [100, 100, 100]
    assert quote(basket(5, codes=("save",)), read(promotion("SAVE")), MOMENT).totals["discount"] == 1
    odd = quote(basket(333, 333, 334, codes=("save",)), read(promotion("SAVE", basis_points=3333)), MOMENT)
    assert [line.discount for line in odd.lines] == [111, 111, 111]


def test_a_percentage_comes_first_then_an_amount_that_takes_no_more_than_is_left() -> None:
    both = read(promotion("HALF", basis_points=5000), promotion("TENNER", "amount", amounts={"EUR": 1000}))
    dear = quote(basket(10_000, codes=("TENNER", "HALF")), both, MOMENT)
    assert [(one.code, one.amount) for one in dear.promotions] == [("HALF", 5000), ("TENNER", 1000)]
    cheap = quote(basket(700, 500, codes=("TENNER", "HALF")), both, MOMENT)
    assert [(one.code, one.amount) for one in cheap.promotions] == [("HALF", 600), ("TENNER", 600)]
    assert cheap.totals == {"subtotal": 1200, "discount": 1200, "shipping": 0, "tax": 0, "total": 0}


def test_of_two_of_a_kind_the_better_is_granted_and_the_other_told() -> None:
    some = read(promotion("A", basis_points=500), promotion("B", basis_points=1500), promotion("C", basis_points=1500))
    found = quote(basket(1000, codes=("A", "B", "C")), some, MOMENT)
    assert [(one.code, one.amount) for one in found.promotions] == [("B", 150)]
    assert [(one.code, one.detail) for one in found.problems] == [
        ("promotion_not_combined", "C"),
        ("promotion_not_combined", "A"),
    ]


def test_of_equals_the_one_without_a_cap_is_granted() -> None:
    some = read(promotion("A", max_uses=5), promotion("B"))
    (granted,) = quote(basket(1000, codes=("A", "B")), some, MOMENT).promotions
    assert (granted.code, granted.capped) == ("B", False)


def test_a_use_is_counted_where_there_is_a_cap_and_something_was_saved() -> None:
    item = promotion("CAP", max_uses=1)
    (granted,) = quote(basket(1000, codes=("CAP",)), read(item), MOMENT).promotions
    assert granted.as_data() == {"promotion_id": "prm_CAP", "code": "CAP", "amount": 100, "capped": True}
    assert not quote(basket(0, codes=("CAP",)), read(item), MOMENT).promotions[0].capped


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ({"active": False}, "promotion_unknown"),
        ({"starts_at": AFTER}, "promotion_unknown"),
        ({"starts_at": MOMENT}, None),
        ({"ends_at": AFTER}, None),
        ({"ends_at": MOMENT}, "promotion_ended"),
        ({"starts_at": BEFORE, "ends_at": BEFORE}, "promotion_ended"),
        ({"minimums": {"EUR": 1000}}, None),
        ({"minimums": {"EUR": 1001}}, "promotion_below_minimum"),
        ({"minimums": {"USD": 1}}, "promotion_not_in_currency"),
        ({"kind": "amount", "amounts": {"USD": 1}}, "promotion_not_in_currency"),
    ],
)
def test_a_code_that_is_not_granted_is_told_why(terms: dict[str, Any], problem: str | None) -> None:
    found = quote(basket(1000, codes=("code",)), read(promotion("CODE", **terms)), MOMENT)
    assert [one.code for one in found.problems] == ([problem] if problem else [])
    assert found.totals["discount"] == (0 if problem else 100)


def test_a_code_that_nobody_made_is_told() -> None:
    (problem,) = quote(basket(1000, codes=("nope",)), {}, MOMENT).problems
    assert (problem.code, problem.detail, problem.message) == ("promotion_unknown", "NOPE", "There is no such code.")


@pytest.mark.parametrize(
    ("method", "asked_for", "amount"),
    [
        ({}, {}, 499),
        ({"countries": ["DE", "AT"]}, {"country": "AT"}, 499),
        ({"countries": ["DE"]}, {"country": "FR"}, "shipping_not_to_address"),
        ({"countries": ["DE"]}, {}, "shipping_not_to_address"),
        ({"currency": "USD"}, {}, "shipping_not_in_currency"),
        ({"active": False}, {}, "shipping_unknown"),
        ({"archived_at": MOMENT}, {}, "shipping_unknown"),
        ({"steps": [(1000, 499), (2000, 999)]}, {"weight_grams": 1000}, 499),
        ({"steps": [(1000, 499), (2000, 999)]}, {"weight_grams": 1001}, 999),
        ({"steps": [(1000, 499), (2000, 999)]}, {"weight_grams": 2001}, "shipping_too_heavy"),
        ({"free_from": 2000}, {}, 0),
        ({"free_from": 2001}, {}, 499),
    ],
)
def test_a_delivery_costs_what_its_rate_says_or_is_told_why_not(
    method: dict[str, Any], asked_for: dict[str, Any], amount: int | str
) -> None:
    wanted = basket(2000, shipping_method_id="shp_1", **asked_for)
    found = quote(wanted, read(delivery(**method)), MOMENT)
    if isinstance(amount, str):
        assert found.shipping is None
        assert [(one.code, one.detail) for one in found.problems] == [(amount, "shp_1")]
        assert found.totals["total"] == 2000
    else:
        assert found.shipping is not None
        assert (found.shipping.name, found.shipping.amount) == ("Delivery shp_1", amount)
        assert found.totals["total"] == 2000 + amount


def test_delivery_is_free_from_what_the_goods_come_to_after_discounts_on() -> None:
    items = read(delivery(free_from=1000), promotion("SAVE"))
    assert quote(basket(1000, shipping_method_id="shp_1"), items, MOMENT).totals["shipping"] == 0
    assert quote(basket(1000, codes=("SAVE",), shipping_method_id="shp_1"), items, MOMENT).totals["shipping"] == 499


def test_free_delivery_tells_what_it_saved_and_takes_nothing_off_the_goods() -> None:
    items = read(delivery(), promotion("SHIP", "free_shipping", max_uses=3), taxes(country_wide=1900))
    found = quote(basket(1000, codes=("SHIP",), shipping_method_id="shp_1", country="DE"), items, MOMENT)
    assert [(one.code, one.amount, one.capped) for one in found.promotions] == [("SHIP", 499, True)]
    assert found.totals == {"subtotal": 1000, "discount": 0, "shipping": 0, "tax": 190, "total": 1190}
    without = quote(basket(1000, codes=("SHIP",)), items, MOMENT)
    assert [(one.amount, one.capped) for one in without.promotions] == [(0, False)]


def test_an_empty_basket_is_delivered_for_nothing() -> None:
    found = quote(basket(shipping_method_id="shp_1"), read(delivery()), MOMENT)
    assert found.totals == {"subtotal": 0, "discount": 0, "shipping": 0, "tax": 0, "total": 0}


@pytest.mark.parametrize(
    ("included", "on_shipping", "tax", "total"),
    [(False, True, 284, 1783), (False, False, 189, 1688), (True, True, 239, 1499), (True, False, 159, 1499)],
)
def test_tax_is_on_top_or_contained_and_on_the_delivery_or_not(
    included: bool, on_shipping: bool, tax: int, total: int
) -> None:
    items = read(delivery(steps=((None, 500),)), taxes(country_wide=1900, included=included, on_shipping=on_shipping))
    found = quote(basket(333, 333, 333, shipping_method_id="shp_1", country="DE"), items, MOMENT)
    assert found.tax_included is included
    assert {line.tax_rate for line in found.lines} == {1900}
    assert (found.totals["tax"], found.totals["total"]) == (tax, total)


def test_tax_is_of_what_the_discount_leaves() -> None:
    items = read(promotion("HALF", basis_points=5000), taxes(country_wide=1000))
    found = quote(basket(1000, codes=("HALF",), country="DE"), items, MOMENT)
    assert (found.lines[0].tax, found.totals["total"]) == (50, 550)


@pytest.mark.parametrize(("region", "rate"), [(None, 500), ("Texas", 500), ("california", 900), ("  CALIFORNIA ", 900)])
def test_a_regions_rate_stands_in_place_of_the_countrys(region: str | None, rate: int) -> None:
    items = read(taxes("US", country_wide=500, california=900))
    assert quote(basket(1000, country="US", region=region), items, MOMENT).lines[0].tax_rate == rate


def test_where_no_rate_is_known_there_is_no_tax() -> None:
    items = read(taxes("US", california=900, included=True))
    for wanted in (basket(1000, country="US", region="Texas"), basket(1000, country="FR"), basket(1000)):
        found = quote(wanted, items, MOMENT)
        assert (found.lines[0].tax_rate, found.totals["tax"], found.totals["total"]) == (0, 0, 1000)


def test_units_are_minor_whatever_the_exponent() -> None:
    for currency in ("JPY", "EUR", "BHD"):
        items = read(taxes(country_wide=1000), promotion("SAVE"), delivery(currency=currency))
        wanted = basket(1999, currency=currency, codes=("SAVE",), country="DE", shipping_method_id="shp_1")
        assert quote(wanted, items, MOMENT).totals == {
            "subtotal": 1999,
            "discount": 200,
            "shipping": 499,
            "tax": 230,
            "total": 2528,
        }
