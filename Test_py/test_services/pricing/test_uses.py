"""Uses of capped promotions: never more than there may be, and given back once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pushcart.pricing.models import UsesItem
from pushcart.pricing.schemas.promotions import NewPromotion
from pushcart.pricing.service import claim_again, claim_uses, counted, create_promotion, quote, release_uses
from Test_py.support.pricing import MOMENT, basket, check_out, end_unpaid, promotion, promotion_body, quoted, read, used
from utils.errors import Conflict, InvalidState, Problem
from utils.models import Key
from utils.transaction import Transaction

CROWD, CAP = 64, 10
NUMBERS = count(1)
WANTED = basket(1000, codes=("SAVE10",))


def made(code: str = "SAVE10", **fields: Any) -> str:
    """Return the id of a promotion of 10 %."""
    tx = Transaction()
    promotion_id = create_promotion(tx, NewPromotion(**promotion_body(code, **fields))).id
    tx.commit()
    return promotion_id


def order(number: int) -> UsesItem:
    """Return an item that is written with the use, as an order is."""
    return UsesItem(f"ORDER#{number}", "META", used=0)


@pytest.mark.usefixtures("aws")
def test_of_a_crowd_exactly_as_many_as_the_cap_get_it_and_nobody_else_leaves_a_trace() -> None:
    promotion_id, quote = made(max_uses=CAP), quoted(WANTED)

    def buy(number: int) -> str:
        tx = Transaction()
        tx.create(order(number), taken=Conflict("twice"))
        claim_uses(tx, quote)
        try:
            tx.commit()
        except Problem as problem:
            return f"{problem.code} {problem.entries[0].detail}"
        return "sold"

    with ThreadPoolExecutor(16) as pool:
        ends = Counter(pool.map(buy, range(CROWD)))
    assert ends == {"sold": CAP, "INVALID_STATE promotion_used_up: SAVE10": CROWD - CAP}
    keys: list[Key] = [order(number).key for number in range(CROWD)]
    assert sum(item is not None for item in Transaction().read(*keys)) == CAP
    assert used(promotion_id) == CAP


@pytest.mark.usefixtures("aws")
def test_what_is_given_back_can_be_taken_again_and_no_more_than_was_taken() -> None:
    promotion_id = made(max_uses=1)
    quote = quoted(WANTED)
    kept = check_out(quote)
    with pytest.raises(InvalidState) as used_up:
        check_out(quote)
    message = "This promotion is used up. Take its code out of the cart and order again."
    detail = "promotion_used_up: SAVE10"
    assert used_up.value.entries[0] == ("INVALID_STATE", message, "promotions", detail)
    end_unpaid(kept)
    assert used(promotion_id) == 0
    check_out(quote)
    end_unpaid(kept)
    with pytest.raises(Conflict):
        end_unpaid(kept)
    assert used(promotion_id) == 0


@pytest.mark.usefixtures("aws")
def test_an_order_that_lives_again_is_counted_though_the_cap_was_reached() -> None:
    promotion_id = made(max_uses=1)
    quote = quoted(WANTED)
    kept = check_out(quote)
    end_unpaid(kept)
    check_out(quote)
    tx = Transaction()
    claim_again(tx, kept)
    tx.commit()
    assert used(promotion_id) == 2
    end_unpaid(kept)
    with pytest.raises(InvalidState):
        check_out(quote)


@pytest.mark.usefixtures("aws")
def test_what_is_not_counted_is_not_written() -> None:
    promotion_id = made()
    quote = quoted(WANTED)
    tx = Transaction()
    claim_uses(tx, quote)
    release_uses(tx, [one.as_data() for one in quote.promotions])
    # An order from before uses were counted.
    release_uses(tx, [{"promotion_id": promotion_id, "code": "SAVE10", "amount": 100}])
    claim_again(tx, [one.as_data() for one in quote.promotions])
    assert tx.is_empty
    assert used(promotion_id) == 0


@pytest.mark.usefixtures("aws")
def test_each_promotion_that_is_used_up_is_told() -> None:
    made("TEN", max_uses=1)
    made("FIVER", kind="amount", basis_points=None, amounts=[{"amount": 500, "currency": "EUR"}], max_uses=1)
    quote = quoted(basket(1000, codes=("TEN", "FIVER")))
    check_out(quote)
    with pytest.raises(InvalidState) as used_up:
        check_out(quote)
    assert [entry.detail for entry in used_up.value.entries] == ["promotion_used_up: TEN", "promotion_used_up: FIVER"]


@pytest.mark.usefixtures("aws")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 4), st.lists(st.booleans(), max_size=20))
def test_the_count_is_that_of_the_orders_that_live(cap: int, story: list[bool]) -> None:
    """``True``: somebody checks out; ``False``: the oldest order that lives ends unpaid."""
    code = f"CODE-{next(NUMBERS)}"
    promotion_id = made(code, max_uses=cap)
    quote = quoted(basket(1000, codes=(code,)))
    live: list[list[dict[str, Any]]] = []
    for buys in story:
        if not buys:
            if live:
                end_unpaid(live.pop(0))
        elif len(live) < cap:
            live.append(check_out(quote))
        else:
            with pytest.raises(InvalidState):
                check_out(quote)
        assert used(promotion_id) == len(live) <= cap


@pytest.mark.parametrize(("taken", "most", "codes"), [(4, 5, []), (5, 5, ["promotion_used_up"]), (9, None, [])])
def test_who_read_the_count_is_told_that_a_promotion_is_used_up(taken: int, most: int | None, codes: list[str]) -> None:
    asked = basket(1000, codes=("SAVE10", "OTHER"))
    found = read(promotion("SAVE10", max_uses=most), promotion("OTHER", "free_shipping"))
    assert [problem.code for problem in quote(asked, found, MOMENT).problems] == []
    keys = counted(found)
    assert keys == ((UsesItem.key_of("prm_SAVE10"),) if most else ())
    uses = [UsesItem(key.pk, key.sk, used=taken, most=most) for key in keys]
    told = quote(asked, {**found, **read(*uses)}, MOMENT)
    assert [problem.code for problem in told.problems] == codes
    assert told.totals["discount"] == (0 if codes else 100)
