"""Variants and the claims of their SKUs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pushcart.catalog.models.products import ProductStatus
from pushcart.catalog.models.variants import SkuItem, VariantItem
from utils.errors import Conflict, Overtaken, Problem
from utils.transaction import Transaction
from utils.versions import amend


def add_variant(tx: Transaction, variant: VariantItem, *, field: str) -> None:
    """Append a variant and the claim of its SKU; ``field`` is where the request names the SKU."""
    sku: str = variant.sku
    key = SkuItem.key_of(sku)
    claim = SkuItem(
        key.pk, key.sk, sku=sku, product_id=variant.product_id, status=variant.status, created_at=variant.created_at
    )
    tx.create(claim, taken=Conflict("This SKU is taken.", field=field, detail=sku))
    tx.create(variant, taken=Overtaken())


def retitle(tx: Transaction, variants: Iterable[VariantItem], title_of: Callable[[VariantItem], str]) -> None:
    """Append new titles, where ``title_of`` gives another one than there is."""
    for variant in variants:
        title = title_of(variant)
        if title != variant.title:
            action = VariantItem.title.set(title)
            tx.adjust(variant.key, action, when=VariantItem.pk.exists(), refused=Overtaken())
            variant.title = title


def withdraw(tx: Transaction, variant: VariantItem, *, refused: Problem) -> None:
    """Append that a variant is not sold any more. The claim of its SKU stays, and leads to nothing that is sold."""
    archived = ProductStatus.ARCHIVED.value
    amend(tx, variant, refused=refused, status=archived, deleted_at=tx.moment)
    claim, action = SkuItem.key_of(variant.sku), SkuItem.status.set(archived)
    tx.adjust(claim, action, when=SkuItem.pk.exists(), refused=Overtaken())
