"""What a cart comes to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pushcart.carts.models import CartItem, CartLine
from pushcart.carts.offers import Offer
from pushcart.carts.service.appraisal import Appraisal
from pushcart.carts.service.offers import shown_as
from pushcart.money import MAX_PRICE

PRICES = st.none() | st.integers(min_value=0, max_value=MAX_PRICE)
LINES = st.lists(
    st.tuples(st.integers(1, 999), PRICES, st.integers(0, MAX_PRICE), st.booleans(), st.integers(0, 2000)), max_size=50
)


@given(LINES)
def test_totals_are_the_sum_of_the_lines_and_no_unit_is_lost(
    drawn: list[tuple[int, int | None, int, bool, int]],
) -> None:
    moment = "2026-01-02T03:04:05.000Z"
    lines, offers = [], {}
    for number, (quantity, price, seen, is_sold, available) in enumerate(drawn):
        sku = f"S-{number}"
        lines.append(CartLine(f"lin_{number}", "prd_1", sku, "Title", quantity, seen))
        offers[sku] = Offer("Title", is_sold, {} if price is None else {"EUR": price}, available)
    cart = CartItem(
        "CART#1",
        "META",
        id="crt_1",
        currency="EUR",
        lines=lines,
        expires_at=moment,
        created_at=moment,
        updated_at=moment,
    )
    shown = shown_as(cart, Appraisal(offers, {}, moment))
    expected = sum(quantity * (price or 0) for quantity, price, _, is_sold, _ in drawn if is_sold)
    assert shown.totals.total.amount == shown.totals.subtotal.amount == expected
    assert sum(item.total.amount for item in shown.items) == expected
    told = {problem.sku for problem in shown.problems}
    for line, (quantity, price, seen, is_sold, available) in zip(lines, drawn, strict=True):
        fine = is_sold and price == seen and available >= quantity
        assert (line.sku in told) is not fine


def test_lines_survive_a_newer_version_of_the_code() -> None:
    raw = {
        "pk": {"S": "CART#1"},
        "sk": {"S": "META"},
        "lines": {
            "S": '[{"id":"lin_1","product_id":"prd_1","sku":"A","title":"T","quantity":2,"unit_price":5,"gift":true}]'
        },
    }
    cart = CartItem.from_raw_data(raw)
    assert cart.lines == [CartLine("lin_1", "prd_1", "A", "T", 2, 5, "main", 0)]
    assert cart.codes == [], "and an older one's"
