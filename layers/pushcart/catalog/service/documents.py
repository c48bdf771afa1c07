"""What the search is told of a product, and of which products it is told."""

from __future__ import annotations

from typing import Any, NamedTuple

from pushcart.catalog.models.categories import CategoryItem
from pushcart.catalog.models.collection import Collection
from pushcart.catalog.models.products import ProductStatus
from pushcart.catalog.repository import categories, products
from pushcart.catalog.views_of_media import url_of
from utils.queries import Page
from utils.transaction import Transaction

IDS_A_PAGE = 100


class PriceSpan(NamedTuple):
    """The lowest and the highest price among a product's variants, in minor units of one currency."""

    lowest: int
    highest: int


class ProductDocument(NamedTuple):
    """A product as one document. ``category_ids`` are its category's ancestors, from the top, and its category.

    ``options`` is what its variants differ in → the values that there are; ``prices`` is currency → span; ``version``
    is the product's, by which the later of two documents is known.
    """

    id: str
    slug: str
    title: str
    description: str
    status: str
    category_id: str | None
    category_ids: tuple[str, ...]
    tags: tuple[str, ...]
    attributes: dict[str, str]
    options: dict[str, tuple[str, ...]]
    skus: tuple[str, ...]
    prices: dict[str, PriceSpan]
    availability: str
    image: str | None
    created_at: str
    updated_at: str
    version: int


def document_of(product_id: str) -> ProductDocument | None:
    """Return a product as one document, whatever its status is; ``None`` when there is none.

    A Query, and a GetItem where it is in a category. Variants that were withdrawn are not in it.

    Example
    -------
    >>> document = document_of("prd_01J9ZC8Q0V5W2K3M4N5P6Q7R8S")  # doctest: +SKIP
    >>> document.prices["EUR"].lowest  # doctest: +SKIP
    1999
    """
    found = products.collection(product_id)
    return None if found is None else _document(found)


def active_ids(start: dict[str, Any] | None = None) -> Page[str]:
    """Return a page of the ids of what is sold, the oldest first, in one call: ``last_key`` is the next one's start."""
    page = products.list_by_status(ProductStatus.ACTIVE, descending=False, limit=IDS_A_PAGE, start=start)
    return Page([product.key.pk.removeprefix("PRODUCT#") for product in page.items], page.last_key)


def _document(found: Collection) -> ProductDocument:
    product = found.product
    return ProductDocument(
        id=product.id,
        slug=product.slug,
        title=product.title,
        description=product.description,
        status=product.status,
        category_id=product.category_id,
        category_ids=_category_ids(product.category_id),
        tags=tuple(product.tags),
        attributes=product.attributes,
        options=_options(found),
        skus=tuple(variant.sku for variant in found.live),
        prices=_spans(found),
        availability=product.availability,
        image=url_of(product.image),
        created_at=product.created_at,
        updated_at=product.updated_at,
        version=int(product.version),
    )


def _category_ids(category_id: str | None) -> tuple[str, ...]:
    if category_id is None:
        return ()
    (category,) = categories.find(Transaction(), category_id)
    ancestors: list[str] = category.path if isinstance(category, CategoryItem) else []
    return (*ancestors, category_id)


def _options(found: Collection) -> dict[str, tuple[str, ...]]:
    values: dict[str, dict[str, None]] = {}
    for variant in found.live:
        for name, value in variant.options.items():
            values.setdefault(name, {})[value] = None
    return {name: tuple(each) for name, each in values.items()}


def _spans(found: Collection) -> dict[str, PriceSpan]:
    amounts: dict[str, list[int]] = {}
    for variant in found.live:
        for currency, amount in variant.prices.items():
            amounts.setdefault(currency, []).append(int(amount))
    return {currency: PriceSpan(min(each), max(each)) for currency, each in amounts.items()}
