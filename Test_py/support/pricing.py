"""Promotions, deliveries and taxes as they are stored, without a table: what the engine is asked with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pushcart.pricing.models import CodeItem, ShippingItem, TaxBookItem, region_key
from pushcart.pricing.service import Basket, BasketLine
from utils.models import Key

MOMENT = "2026-11-20T12:00:00.000Z"


def promotion(code: str, kind: str = "percentage", **terms: Any) -> CodeItem:
    """Return a promotion as it stands under its code; 10 % unless told otherwise."""
    key = CodeItem.key_of(code)
    known: dict[str, Any] = {"basis_points": 1000} if kind == "percentage" and "basis_points" not in terms else {}
    return CodeItem(key.pk, key.sk, promotion_id=f"prm_{code}", code=code, kind=kind, **known, **terms)


def delivery(
    method_id: str = "shp_1",
    *,
    steps: Sequence[tuple[int | None, int]] = ((None, 499),),
    free_from: int | None = None,
    currency: str = "EUR",
    **fields: Any,
) -> ShippingItem:
    """Return a way to deliver; 4.99 EUR to everywhere unless told otherwise."""
    key = ShippingItem.key_of(method_id)
    rates = {currency: {"steps": [list(step) for step in steps], "free_from": free_from}}
    return ShippingItem(key.pk, key.sk, id=method_id, name=f"Delivery {method_id}", rates=rates, **fields)


def taxes(country: str = "DE", *, included: bool = False, on_shipping: bool = True, **rates: int) -> TaxBookItem:
    """Return a country's book: basis points by region, ``country_wide`` for all of it."""
    key = TaxBookItem.key_of(country)
    regions = {"" if region == "country_wide" else region_key(region): rate for region, rate in rates.items()}
    return TaxBookItem(
        key.pk,
        key.sk,
        included=included,
        rates={
            region: {"id": f"tax_{region}", "basis_points": rate, "on_shipping": on_shipping}
            for region, rate in regions.items()
        },
    )


def read(*items: Any) -> Mapping[Key, Any]:
    """Return items as a caller has read them."""
    return {item.key: item for item in items}


def basket(*prices: int, quantity: int = 1, weight_grams: int | None = None, **fields: Any) -> Basket:
    """Return a basket with a SKU for each price."""
    lines = [BasketLine(f"SKU-{number}", quantity, price, weight_grams) for number, price in enumerate(prices)]
    return Basket(fields.pop("currency", "EUR"), tuple(lines), **fields)
