"""What the public sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pushcart.catalog import repository
from pushcart.catalog.models import ProductStatus
from pushcart.catalog.schemas import Product, ProductQuery, ProductSummary
from pushcart.catalog.views import product_of, summary_of
from utils.errors import NotFound
from utils.queries import Page
from utils.transaction import Transaction

WORDS: Final = ("in_stock", "low_stock", "out_of_stock")
"""From the best down: a product is as available as the best of its variants."""


def show_product(product_id: str) -> Product:
    """Show a product that is sold, in one call. A draft or an archived one is a 404, as if it were not there.

    Not read consistently: the answer may be kept for a minute anyway, and this is half the price.
    """
    product, variants = repository.collection(product_id, consistent=False)
    if product is None or product.status != ProductStatus.ACTIVE:
        raise NotFound("product")
    return product_of(product, variants)


def list_products(query: ProductQuery, start: dict[str, Any] | None) -> Page[ProductSummary]:
    """List what is sold, in one call a page."""
    page = repository.list_active(descending=query.sort.startswith("-"), limit=query.limit, start=start)
    return Page([summary_of(product) for product in page.items], page.last_key)


def show_words(tx: Transaction, product_id: str, words: Mapping[str, str]) -> None:
    """Append the availability words of some variants (SKU → word), and the product's: its best variant's."""
    product, variants = repository.collection(product_id)
    if product is None:
        return
    after = [words.get(variant.sku, variant.availability) for variant in variants]
    repository.set_words(tx, product, variants, words, min(after, key=WORDS.index))
