"""Items of the catalogue as the API answers them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from pushcart.catalog.models import ProductItem, VariantItem
from pushcart.catalog.schemas import Availability, PriceRange, Product, ProductSummary, Status, Variant
from pushcart.money import Money


def variant_of(item: VariantItem) -> Variant:
    """Show a variant, its prices by currency."""
    return Variant(
        id=item.id,
        sku=item.sku,
        title=item.title,
        options=item.options,
        prices=[Money(amount=amount, currency=currency) for currency, amount in sorted(item.prices.items())],
        weight_grams=_whole(item.weight_grams),
        availability=cast(Availability, item.availability),
        created_at=item.created_at,
        updated_at=item.updated_at,
        version=int(item.version),
    )


def product_of(item: ProductItem, variants: Sequence[VariantItem]) -> Product:
    """Show a product with its variants."""
    return Product(
        id=item.id,
        slug=item.slug,
        title=item.title,
        description=item.description,
        status=cast(Status, item.status),
        category_id=item.category_id,
        tags=item.tags,
        attributes=item.attributes,
        media=[],
        variants=[variant_of(variant) for variant in variants],
        availability=cast(Availability, item.availability),
        created_at=item.created_at,
        updated_at=item.updated_at,
        version=int(item.version),
    )


def summary_of(item: ProductItem) -> ProductSummary:
    """Show a product as lists do, from what the index projects."""
    return ProductSummary(
        id=item.key.pk.removeprefix("PRODUCT#"),
        slug=item.slug,
        title=item.title,
        status=cast(Status, item.status),
        category_id=item.category_id,
        tags=item.tags,
        image=item.image,
        price_range=_range_of(item),
        availability=cast(Availability, item.availability),
        created_at=item.created_at,
        updated_at=item.updated_at,
        version=int(item.version),
    )


def _range_of(item: ProductItem) -> PriceRange | None:
    lowest, highest = _whole(item.price_min), _whole(item.price_max)
    if lowest is None or highest is None:
        return None
    return PriceRange(
        min=Money(amount=lowest, currency=item.currency), max=Money(amount=highest, currency=item.currency)
    )


def _whole(number: float | None) -> int | None:
    """Return what an optional number attribute holds; PynamoDB's types do not tell that it may be absent."""
    return None if number is None else int(number)
