"""The items of the ``catalog`` table. A product and its variants are one collection, read by one Query."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key

MAX_VARIANTS: Final = 45
"""A transaction holds 100 pieces. Creating or publishing writes each variant and its SKU's claim, and five more."""
OUT_OF_STOCK: Final = "out_of_stock"
VARIANT_PREFIX: Final = "VARIANT#"


class ProductStatus(StrEnum):
    """Being written, sold, or withdrawn."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class ProductItem(Item):
    """A product. ``version`` counts every change of it or its variants, and is the sequence of its events.

    ``availability`` and ``shelf`` are projected from stock and leave ``version`` alone, so that a sale does not make
    an editor's ``If-Match`` stale; ``shelf`` counts the projections.
    """

    table = tables.catalog
    id = UnicodeAttribute()
    slug = UnicodeAttribute()
    title = UnicodeAttribute()
    description = UnicodeAttribute(default="")
    status = UnicodeAttribute(default=ProductStatus.DRAFT.value)
    status_shard = UnicodeAttribute()
    category_id = UnicodeAttribute(null=True)
    tags = JSONAttribute(default=list)
    attributes = JSONAttribute(default=dict)
    image = UnicodeAttribute(null=True)
    price_min = NumberAttribute(null=True)
    price_max = NumberAttribute(null=True)
    currency = UnicodeAttribute(null=True)
    availability = UnicodeAttribute(default=OUT_OF_STOCK)
    shelf = NumberAttribute(default=0)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, product_id: str) -> Key:
        return Key(cls, partition_of(product_id), "META")


class VariantItem(Item):
    """Something that can be bought. ``prices`` is currency → minor units; ``status`` is the product's, copied."""

    table = tables.catalog
    id = UnicodeAttribute()
    sku = UnicodeAttribute()
    product_id = UnicodeAttribute()
    title = UnicodeAttribute()
    options = JSONAttribute(default=dict)
    prices = JSONAttribute()
    weight_grams = NumberAttribute(null=True)
    position = NumberAttribute(default=0)
    status = UnicodeAttribute(default=ProductStatus.DRAFT.value)
    availability = UnicodeAttribute(default=OUT_OF_STOCK)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, product_id: str, sku: str) -> Key:
        return Key(cls, partition_of(product_id), VARIANT_PREFIX + sku)


class SkuItem(Item):
    """Claims a SKU for one variant, for ever, and leads from the SKU to its product."""

    table = tables.catalog
    sku = UnicodeAttribute()
    product_id = UnicodeAttribute()
    status = UnicodeAttribute(default=ProductStatus.DRAFT.value)
    created_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, sku: str) -> Key:
        return Key(cls, f"SKU#{sku}", "META")


class SlugItem(Item):
    """Claims a slug for one product."""

    table = tables.catalog
    product_id = UnicodeAttribute()

    @classmethod
    def key_of(cls, slug: str) -> Key:
        return Key(cls, f"SLUG#{slug}", "META")


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
        return super().from_raw_data(data)


def partition_of(product_id: str) -> str:
    return f"PRODUCT#{product_id}"


def status_shard(status: str) -> str:
    """Return the partition of the ``by_status`` index."""
    return f"{status}#0"
