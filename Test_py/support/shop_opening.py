"""A shop set up from nothing, by its own API: what is sold, where it lies, what it costs and how it comes to people."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from Test_py.support.story import API, Story

PRODUCTS: Final = 20
SIZES: Final = ("S", "L")
PRICES: Final = {"EUR": 2000, "USD": 2200}
"""What the first product costs; each one after it a hundred more."""
AT_MAIN: Final = 5
ELSEWHERE: Final = 4
PERCENT: Final = 10
VAT: Final = 1900
SALES_TAX: Final = 888
DELIVERY: Final = {"EUR": 490, "USD": 690}


@dataclass(frozen=True, slots=True)
class Opened:
    """What the story sells, and how."""

    run: str
    skus: list[str]
    location_id: str
    code: str
    shipping_method_id: str


def open_shop(story: Story, admin: str) -> Opened:
    """Set a shop up: categories, products with variants in two currencies, stock at two locations, a promotion,
    delivery and taxes. What an earlier telling has left there is left alone."""
    run = uuid.uuid4().hex[:8]
    skus = _products(story, admin, run)
    location_id = _stock(story, admin, run, skus)
    code = f"TEN{run}".upper()
    promotion = {"name": "Ten percent", "code": code, "kind": "percentage", "basis_points": PERCENT * 100}
    _made(story, admin, "promotions", {**promotion, "max_uses": 5})
    rates = [{"currency": currency, "amount": amount} for currency, amount in DELIVERY.items()]
    method = _made(story, admin, "shipping-methods", {"name": f"Parcel {run}", "rates": rates})
    for country, rate, included in (("DE", VAT, True), ("US", SALES_TAX, False)):
        _tax(story, admin, country, rate, included=included)
    return Opened(run, skus, location_id, code, method["id"])


def price_of(number: int, currency: str) -> int:
    """Return what a variant of the ``number``-th product costs."""
    return PRICES[currency] + 100 * number


def _products(story: Story, admin: str, run: str) -> list[str]:
    clothes = _made(story, admin, "categories", {"title": f"Clothes {run}", "slug": f"clothes-{run}"})
    shirts = {"title": f"Shirts {run}", "slug": f"shirts-{run}", "parent_id": clothes["id"]}
    category = _made(story, admin, "categories", shirts)
    skus: list[str] = []
    for number in range(PRODUCTS):
        prices = [{"amount": price_of(number, currency), "currency": currency} for currency in PRICES]
        variants = [
            {"sku": f"SHIRT-{run}-{number}-{size}", "options": {"size": size}, "prices": prices, "weight_grams": 180}
            for size in SIZES
        ]
        body = {"title": f"Shirt {number} of {run}", "category_id": category["id"], "tags": [run], "variants": variants}
        product = _made(story, admin, "products", body)
        assert story.call("POST", f"{API}/products/{product['id']}/publish", token=admin).data["status"] == "active"
        skus += [str(variant["sku"]) for variant in variants]
    listed = story.call("GET", f"{API}/products?category_id={category['id']}&limit=100").data
    assert len(listed) == PRODUCTS
    return skus


def _stock(story: Story, admin: str, run: str, skus: list[str]) -> str:
    location = _made(story, admin, "locations", {"name": f"Back room {run}"})
    for sku in skus:
        for location_id, units in (("main", AT_MAIN), (location["id"], ELSEWHERE)):
            body = {"delta": units, "reason": "received", "location_id": location_id}
            _made(story, admin, f"inventory/{sku}/adjustments", body)
    return str(location["id"])


def _tax(story: Story, admin: str, country: str, rate: int, *, included: bool) -> None:
    body = {"name": f"Tax of {country}", "country": country, "basis_points": rate, "included": included}
    told = story.call("POST", f"{API}/tax-rates", body, token=admin)
    assert told.status == 201 or told.json["errors"][0]["code"] == "CONFLICT", told.json


def _made(story: Story, admin: str, collection: str, body: Any) -> Any:
    return story.call("POST", f"{API}/{collection}", body, token=admin).data
