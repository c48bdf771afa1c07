"""What staff sees: drafts and archived products too, on routes that no cache keeps (docs/adr/0003)."""

from __future__ import annotations

from typing import Any

from pushcart.catalog.repository import products
from pushcart.catalog.schemas.products import CatalogueQuery, Product, ProductSummary
from pushcart.catalog.service.storefront import listed
from pushcart.catalog.views import product_of
from utils.errors import NotFound
from utils.queries import Page


def list_catalogue(query: CatalogueQuery, start: dict[str, Any] | None) -> Page[ProductSummary]:
    """List the products of one status, in one call a page."""
    return listed(query, query.status, start)


def show_catalogue_product(product_id: str) -> Product:
    """Show a product whatever its status is, in one call, read consistently: staff goes on from what it wrote."""
    found = products.collection(product_id)
    if found is None:
        raise NotFound("product")
    return product_of(found)
