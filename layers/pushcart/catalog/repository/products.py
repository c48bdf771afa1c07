"""Products: read with all that belongs to them, listed by status or category, written under their version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pushcart import tables
from pushcart.catalog.models.collection import Collection, CollectionItem
from pushcart.catalog.models.media import MediaItem
from pushcart.catalog.models.products import (
    ProductItem,
    ProductStatus,
    SlugItem,
    category_shard,
    partition_of,
    status_shard,
)
from pushcart.catalog.models.variants import SkuItem, VariantItem
from utils.errors import Conflict, Overtaken, Problem
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend


def collection(product_id: str, *, consistent: bool = True) -> Collection | None:
    """Return a product with what belongs to it, in one call; ``None`` when there is none.

    150 variants, most of them withdrawn, are far under a page's 1 MB.
    """
    items = query(CollectionItem, partition_of(product_id), consistent=consistent).items
    product = next((item for item in items if isinstance(item, ProductItem)), None)
    if product is None:
        return None
    variants = [item for item in items if isinstance(item, VariantItem)]
    media = tuple(item for item in items if isinstance(item, MediaItem) and not item.is_gone)
    return Collection(product, sorted(variants, key=lambda variant: variant.position), media)


def list_by_status(
    status: str, *, descending: bool, limit: int, start: dict[str, Any] | None = None
) -> Page[ProductItem]:
    """Return a page of the products of a status, by when they were created, in one call."""
    index = tables.catalog["by_status"]
    return query(ProductItem, status_shard(status), index=index, descending=descending, limit=limit, start=start)


def list_by_category(
    category_id: str, status: str, *, descending: bool, limit: int, start: dict[str, Any] | None = None
) -> Page[ProductItem]:
    """Return a page of a category's products of a status, by when they were created, in one call."""
    index, shard = tables.catalog["by_category"], str(category_shard(category_id, status))
    return query(ProductItem, shard, index=index, descending=descending, limit=limit, start=start)


def add_product(tx: Transaction, product: ProductItem) -> None:
    """Append a new product."""
    tx.create(product, taken=Overtaken())


def claim_slug(tx: Transaction, slug: str, product_id: str) -> None:
    """Append the claim of a slug."""
    key = SlugItem.key_of(slug)
    taken = Conflict("This slug is taken.", field="slug", detail=slug)
    tx.create(SlugItem(key.pk, key.sk, product_id=product_id), taken=taken)


def free_slug(tx: Transaction, slug: str) -> None:
    """Append that a slug can be claimed again."""
    tx.remove(SlugItem.key_of(slug))


def set_status(
    tx: Transaction, product: ProductItem, variants: Sequence[VariantItem], status: ProductStatus, *, refused: Problem
) -> None:
    """Append a product's status and its copies: in the variants, and in the claims of their SKUs.

    The product's version guards them all: whatever adds or withdraws a variant counts it up.
    """
    shards: dict[str, Any] = {
        "status_shard": status_shard(status),
        "category_shard": category_shard(product.category_id, status),
    }
    amend(tx, product, status=status.value, refused=refused, **shards)
    for variant in variants:
        for model, key in (
            (VariantItem, variant.key),
            (SkuItem, SkuItem.key_of(variant.sku)),
        ):
            tx.adjust(key, model.status.set(status.value), when=model.pk.exists(), refused=Overtaken())
        variant.status = status.value


def set_words(
    tx: Transaction, product: ProductItem, variants: Sequence[VariantItem], words: Mapping[str, str], best: str
) -> None:
    """Append availability words of variants, and the product's own. No version moves: a sale makes no editor stale."""
    for variant in variants:
        if variant.sku in words:
            action = VariantItem.availability.set(words[variant.sku])
            tx.adjust(variant.key, action, when=VariantItem.pk.exists(), refused=Overtaken())
    tx.adjust(
        product.key,
        ProductItem.availability.set(best),
        ProductItem.shelf.set(ProductItem.shelf + 1),
        when=ProductItem.shelf == product.shelf,
        refused=Overtaken(),
    )


def set_offer(tx: Transaction, product: ProductItem, **values: Any) -> None:
    """Append what a product sums up of its variants, its availability among it, which stock writes too."""
    unmoved = ProductItem.shelf == product.shelf
    amend(tx, product, refused=Overtaken(), when=unmoved, shelf=product.shelf + 1, **values)
