"""Products and variants as the API answers them."""

from __future__ import annotations

from typing import cast

from pushcart.catalog.models.collection import Collection
from pushcart.catalog.models.products import ProductItem
from pushcart.catalog.models.variants import VariantItem
from pushcart.catalog.schemas.products import PriceRange, Product, ProductSummary
from pushcart.catalog.schemas.values import Availability, Status
from pushcart.catalog.schemas.variants import Variant
from pushcart.catalog.views_of_media import picture_of, url_of
from pushcart.money import Money


def variant_of(item: VariantItem) -> Variant:
    """Show a variant, its prices by currency."""
    return Variant(
        id=item.id,
        sku=item.sku,
        title=item.title,
        options=item.options,
        prices=prices_of(item.prices),
        weight_grams=_whole(item.weight_grams),
        availability=cast(Availability, item.availability),
        created_at=item.created_at,
        updated_at=item.updated_at,
        version=int(item.version),
    )


def prices_of(amounts: dict[str, int]) -> list[Money]:
    """Show prices (currency → minor units) in the order of their currencies."""
    return [Money(amount=amount, currency=currency) for currency, amount in sorted(amounts.items())]


def product_of(found: Collection) -> Product:
    """Show a product with its variants, but for those that were withdrawn."""
    item = found.product
    return Product(
        id=item.id,
        slug=item.slug,
        title=item.title,
        description=item.description,
        status=cast(Status, item.status),
        category_id=item.category_id,
        tags=item.tags,
        attributes=item.attributes,
        media=[picture_of(medium) for medium in found.media if medium.is_ready],
        variants=[variant_of(variant) for variant in found.live],
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
        image=url_of(item.image),
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
