"""A product, and the claim of its slug."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key

OUT_OF_STOCK: Final = "out_of_stock"


class ProductStatus(StrEnum):
    """Being written, sold, or withdrawn."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class ProductItem(Item):
    """A product. ``version`` counts every change of it or its variants, and is the sequence of its events.

    ``availability`` and ``shelf`` are projected from stock and leave ``version`` alone, so that a sale does not make
    an editor's ``If-Match`` stale; ``shelf`` counts the projections. What is in no category has no ``category_shard``.
    """

    table = tables.catalog
    id = UnicodeAttribute()
    slug = UnicodeAttribute()
    title = UnicodeAttribute()
    description = UnicodeAttribute(default="")
    status = UnicodeAttribute(default=ProductStatus.DRAFT.value)
    status_shard = UnicodeAttribute()
    category_id = UnicodeAttribute(null=True)
    category_shard = UnicodeAttribute(null=True)
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


class SlugItem(Item):
    """Claims a slug for one product."""

    table = tables.catalog
    product_id = UnicodeAttribute()

    @classmethod
    def key_of(cls, slug: str) -> Key:
        return Key(cls, f"SLUG#{slug}", "META")


def partition_of(product_id: str) -> str:
    return f"PRODUCT#{product_id}"


def status_shard(status: str) -> str:
    """Return the partition of the ``by_status`` index."""
    return f"{status}#0"


def category_shard(category_id: str | None, status: str) -> str | None:
    """Return the partition of the ``by_category`` index; ``None`` for what is in no category, and so not in it."""
    return None if category_id is None else f"{category_id}#{status}"
