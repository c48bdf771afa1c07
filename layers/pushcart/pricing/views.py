"""Promotions, ways to deliver and rates of tax as the API answers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pushcart.money import Money
from pushcart.pricing.models import PromotionItem, ShippingItem, TaxRateItem, UsesItem
from pushcart.pricing.schemas.promotions import Kind, Promotion
from pushcart.pricing.schemas.shipping import ShippingMethod, ShippingRate, WeightStep
from pushcart.pricing.schemas.taxes import TaxRate


def promotion_of(item: PromotionItem, uses: UsesItem | None = None) -> Promotion:
    """Show a promotion; ``uses`` where they were read."""
    most = _number(item.max_uses)
    return Promotion(
        id=item.id,
        name=item.name,
        code=item.code,
        kind=cast(Kind, item.kind),
        basis_points=_number(item.basis_points),
        amounts=_amounts(item.amounts),
        minimum_subtotals=_amounts(item.minimums),
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        max_uses=most,
        used=None if most is None or uses is None else int(uses.used),
        active=bool(item.active),
        archived_at=item.archived_at,
        created_at=item.created_at,
        updated_at=item.updated_at,
        version=int(item.version),
    )


def method_of(item: ShippingItem) -> ShippingMethod:
    """Show a way to deliver."""
    return ShippingMethod(
        id=item.id,
        name=item.name,
        countries=item.countries,
        rates=[_rate(currency, rate) for currency, rate in sorted(item.rates.items())],
        active=bool(item.active),
        archived_at=item.archived_at,
        created_at=item.created_at,
        updated_at=item.updated_at,
        version=int(item.version),
    )


def tax_rate_of(item: TaxRateItem) -> TaxRate:
    """Show a rate of tax."""
    return TaxRate(
        id=item.id,
        name=item.name,
        country=item.country,
        region=item.region,
        basis_points=int(item.basis_points),
        included=bool(item.included),
        applies_to_shipping=bool(item.applies_to_shipping),
        archived_at=item.archived_at,
        created_at=item.created_at,
        updated_at=item.updated_at,
        version=int(item.version),
    )


def _rate(currency: str, rate: Mapping[str, Any]) -> ShippingRate:
    steps = rate["steps"]
    flat = steps[0][1] if steps[0][0] is None else None
    by_weight = [] if flat is not None else [WeightStep(max_grams=most, amount=amount) for most, amount in steps]
    return ShippingRate(currency=currency, amount=flat, steps=by_weight, free_from=rate.get("free_from"))


def _amounts(amounts: Mapping[str, int]) -> list[Money]:
    return [Money(amount=amount, currency=currency) for currency, amount in sorted(amounts.items())]


def _number(value: Any) -> int | None:
    return None if value is None else int(value)
