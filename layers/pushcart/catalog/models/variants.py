"""A variant of a product, and the claim of its SKU."""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from pushcart.catalog.models.products import OUT_OF_STOCK, ProductStatus, partition_of
from utils.models import Item, Key

MAX_VARIANTS: Final = 45
"""A transaction holds 100 pieces. Creating or publishing writes each variant and its SKU's claim, and six more."""
MAX_EVER: Final = 150
"""With those that were withdrawn, which stay in the collection: it has to be far under a page's 1 MB."""
VARIANT_PREFIX: Final = "VARIANT#"


class VariantItem(Item):
    """Something that can be bought. ``prices`` is currency → minor units; ``status`` is the product's, copied.

    One that was withdrawn by itself has ``deleted_at``, and is archived whatever its product is.
    """

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
    deleted_at = UnicodeAttribute(null=True)

    @classmethod
    def key_of(cls, product_id: str, sku: str) -> Key:
        return Key(cls, partition_of(product_id), VARIANT_PREFIX + sku)

    @property
    def is_withdrawn(self) -> bool:
        return bool(self.deleted_at)


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
