"""Every read and write of the ``catalog`` table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pushcart import tables
from pushcart.catalog.models import (
    CollectionItem,
    ProductItem,
    ProductStatus,
    SkuItem,
    SlugItem,
    VariantItem,
    partition_of,
    status_shard,
)
from utils.errors import Conflict, Overtaken, Problem
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend


def collection(product_id: str, *, consistent: bool = True) -> tuple[ProductItem | None, list[VariantItem]]:
    """Return a product and its variants in their order, in one call. 45 variants are far under a page's 1 MB."""
    items = query(CollectionItem, partition_of(product_id), consistent=consistent).items
    product = next((item for item in items if isinstance(item, ProductItem)), None)
    variants = [item for item in items if isinstance(item, VariantItem)]
    return product, sorted(variants, key=lambda variant: variant.position)


def list_active(*, descending: bool, limit: int, start: dict[str, Any] | None) -> Page[ProductItem]:
    """Return a page of the products that are sold, by when they were created, in one call."""
    shard = status_shard(ProductStatus.ACTIVE)
    index = tables.catalog["by_status"]
    return query(ProductItem, shard, index=index, descending=descending, limit=limit, start=start)


def add_product(tx: Transaction, product: ProductItem) -> None:
    """Append a new product."""
    tx.create(product, taken=Overtaken())


def add_variant(tx: Transaction, variant: VariantItem, *, field: str) -> None:
    """Append a variant and the claim of its SKU; ``field`` is where the request names the SKU."""
    sku: str = variant.sku
    key = SkuItem.key_of(sku)
    claim = SkuItem(
        key.pk, key.sk, sku=sku, product_id=variant.product_id, status=variant.status, created_at=variant.created_at
    )
    tx.create(claim, taken=Conflict("This SKU is taken.", field=field, detail=sku))
    tx.create(variant, taken=Overtaken())


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

    The product's version guards them all: whatever adds a variant counts it up.
    """
    amend(tx, product, status=status.value, status_shard=status_shard(status), refused=refused)
    for variant in variants:
        for model, key in (
            (VariantItem, variant.key),
            (SkuItem, SkuItem.key_of(variant.sku)),
        ):
            tx.adjust(key, model.status.set(status.value), when=model.pk.exists(), refused=Overtaken())
        variant.status = status.value


def set_words(
    tx: Transaction, product: ProductItem, variants: Iterable[VariantItem], words: Mapping[str, str], best: str
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


def retitle(tx: Transaction, variants: Iterable[VariantItem], title_of: Callable[[VariantItem], str]) -> None:
    """Append new titles, where ``title_of`` gives another one than there is."""
    for variant in variants:
        title = title_of(variant)
        if title != variant.title:
            action = VariantItem.title.set(title)
            tx.adjust(variant.key, action, when=VariantItem.pk.exists(), refused=Overtaken())
            variant.title = title
