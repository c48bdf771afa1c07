"""A product's collection: all that lies under its partition key, read by one Query."""

from __future__ import annotations

from typing import Any, NamedTuple

from pushcart import tables
from pushcart.catalog.models.media import MEDIA_PREFIX, MediaItem
from pushcart.catalog.models.products import ProductItem
from pushcart.catalog.models.variants import VARIANT_PREFIX, VariantItem
from utils.models import Item


class CollectionItem(Item):
    """Reads a product's collection: each item as what it is, known by its sort key."""

    table = tables.catalog

    @classmethod
    def from_raw_data(cls, data: dict[str, Any]) -> Any:
        sort_key: str = data["sk"]["S"]
        if sort_key == "META":
            return ProductItem.from_raw_data(data)
        if sort_key.startswith(VARIANT_PREFIX):
            return VariantItem.from_raw_data(data)
        if sort_key.startswith(MEDIA_PREFIX):
            return MediaItem.from_raw_data(data)
        return super().from_raw_data(data)


class Collection(NamedTuple):
    """A product and what belongs to it: its variants in their order, those that were withdrawn among them, and its
    pictures, the oldest first, those that are waited for or were rejected among them."""

    product: ProductItem
    variants: list[VariantItem]
    media: tuple[MediaItem, ...] = ()

    @property
    def live(self) -> list[VariantItem]:
        """The variants that were not withdrawn: those that are shown, and sold when the product is."""
        return [variant for variant in self.variants if not variant.is_withdrawn]

    def variant(self, sku: str) -> VariantItem:
        """Return the variant ``sku``, which is there because its SKU is claimed for this product."""
        return next(variant for variant in self.variants if variant.sku == sku)
