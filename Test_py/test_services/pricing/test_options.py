"""The deliveries that are offered to a basket."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.recorder import record
from pushcart.pricing.schemas.promotions import NewPromotion
from pushcart.pricing.schemas.shipping import NewShippingMethod
from pushcart.pricing.schemas.taxes import NewTaxRate
from pushcart.pricing.service import (
    ShippingOption,
    archive_method,
    create_method,
    create_promotion,
    create_rate,
    needs,
    shipping_options,
)
from Test_py.support.pricing import basket, method_body, promotion_body, tax_body
from utils.transaction import Transaction

pytestmark = pytest.mark.usefixtures("aws")


def method(name: str, amount: int = 499, **fields: Any) -> str:
    """Return the id of a way to deliver that was made just now."""
    tx = Transaction()
    rates = [{"currency": "EUR", "amount": amount, "free_from": fields.pop("free_from", None)}]
    made = create_method(tx, NewShippingMethod(**method_body(name=name, rates=rates, **fields)))
    tx.commit()
    return made.id


def test_what_goes_there_is_offered_the_cheapest_first() -> None:
    post, parcel, courier = method("Post", 499), method("Parcel", 499, countries=["DE"]), method("Courier", 1999)
    method("Elsewhere", 1, countries=["FR"])
    method("Not now", 1, active=False)
    gone = method("Gone", 1)
    tx = Transaction()
    archive_method(tx, gone, if_match=None)
    tx.commit()
    assert shipping_options(Transaction(), basket(1000, country="DE")) == [
        ShippingOption(parcel, "Parcel", 499, 0),
        ShippingOption(post, "Post", 499, 0),
        ShippingOption(courier, "Courier", 1999, 0),
    ]
    assert [one.name for one in shipping_options(Transaction(), basket(1000))] == ["Post", "Courier"]
    assert shipping_options(Transaction(), basket(1000, currency="JPY")) == []


def test_it_is_offered_at_what_it_would_cost_this_basket() -> None:
    method("Post", 500, free_from=1000)
    tx = Transaction()
    create_rate(tx, NewTaxRate(**tax_body()))
    create_promotion(tx, NewPromotion(**promotion_body("TEN")))
    create_promotion(tx, NewPromotion(**promotion_body("SHIP", kind="free_shipping", basis_points=None)))
    tx.commit()

    def offered(price: int, *codes: str) -> tuple[int, int]:
        (one,) = shipping_options(Transaction(), basket(price, country="GB", codes=codes))
        return one.amount, one.tax

    assert [offered(999), offered(1000), offered(1000, "TEN"), offered(5, "SHIP")] == [
        (500, 100),
        (0, 0),
        (500, 100),
        (0, 0),
    ]


def test_it_is_one_query_and_one_read_which_the_caller_may_have_made() -> None:
    method("Post")
    wanted = basket(1000, country="GB", codes=("TEN",))
    with record() as calls:
        shipping_options(Transaction(), wanted)
    assert [call.operation for call in calls] == ["BatchGetItem", "Query"]
    tx, keys = Transaction(), needs(wanted)
    found = dict(zip(keys, tx.read(*keys), strict=True))
    with record() as calls:
        assert len(shipping_options(tx, wanted, found)) == 1
    assert [call.operation for call in calls] == ["Query"]
