"""What the public sees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pushcart.catalog.models.products import OUT_OF_STOCK, ProductStatus
from pushcart.catalog.repository import products
from pushcart.catalog.schemas.products import CatalogueQuery, Product, ProductQuery, ProductSummary
from pushcart.catalog.views import product_of, summary_of
from utils.errors import NotFound
from utils.queries import Page

WORDS: Final = ("in_stock", "low_stock", "out_of_stock")
"""From the best down: a product is as available as the best of its variants."""


def show_product(product_id: str) -> Product:
    """Show a product that is sold, in one call. A draft or an archived one is a 404, as if it were not there.

    Not read consistently: the answer may be kept for a minute anyway, and this is half the price.
    """
    found = products.collection(product_id, consistent=False)
    if found is None or found.product.status != ProductStatus.ACTIVE:
        raise NotFound("product")
    return product_of(found)


def list_products(query: ProductQuery, start: dict[str, Any] | None) -> Page[ProductSummary]:
    """List what is sold, in all or in one category, in one call a page.

    A category that is not there, or was archived, is not looked up: it lists what names it.
    """
    return listed(query, ProductStatus.ACTIVE, start)


def listed(query: ProductQuery | CatalogueQuery, status: str, start: dict[str, Any] | None) -> Page[ProductSummary]:
    """List the products of a status, in all or in one category, in one call a page."""
    descending, limit = query.sort.startswith("-"), query.limit
    if query.category_id is None:
        page = products.list_by_status(status, descending=descending, limit=limit, start=start)
    else:
        page = products.list_by_category(query.category_id, status, descending=descending, limit=limit, start=start)
    return Page([summary_of(product) for product in page.items], page.last_key)


def best_of(words: Iterable[str]) -> str:
    """Return the best of some availability words; what has none is out of stock.

    Example
    -------
    >>> best_of(["out_of_stock", "low_stock"]), best_of([])
    ('low_stock', 'out_of_stock')
    """
    return min(words, key=WORDS.index, default=OUT_OF_STOCK)
