"""Writing products: drafts, changes, publishing, archiving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pushcart.catalog import events
from pushcart.catalog.models.collection import Collection
from pushcart.catalog.models.products import ProductItem, ProductStatus, category_shard, status_shard
from pushcart.catalog.repository import products, variants
from pushcart.catalog.schemas.products import NewProduct, Product, ProductChanges, ProductReplacement
from pushcart.catalog.schemas.variants import NewVariant
from pushcart.catalog.service.announcing import announce_change
from pushcart.catalog.service.parts import (
    new_variant,
    price_range,
    read_for_change,
    renamed,
    require_category,
)
from pushcart.catalog.service.slugs import slug_of
from pushcart.catalog.views import product_of
from utils.errors import InvalidState, Overtaken, ValidationFailed
from utils.ids import new_id
from utils.transaction import Transaction
from utils.versions import amend, expect, overtaken_by


def create_product(tx: Transaction, data: NewProduct) -> Product:
    """Write a draft with its variants. SKUs and the slug are claimed in the same transaction.

    Raises
    ------
    ValidationFailed
        When a SKU comes twice, or there is no such category.
    """
    _refuse_repeated(data.variants)
    product_id, draft = new_id("prd"), ProductStatus.DRAFT
    key = ProductItem.key_of(product_id)
    product = ProductItem(
        key.pk,
        key.sk,
        id=product_id,
        slug=data.slug or slug_of(data.title, product_id),
        title=data.title,
        description=data.description,
        status_shard=status_shard(draft),
        category_id=data.category_id,
        category_shard=category_shard(data.category_id, draft),
        tags=data.tags,
        attributes=data.attributes,
        created_at=tx.moment,
        updated_at=tx.moment,
    )
    made = Collection(product, [new_variant(tx, product, new, place) for place, new in enumerate(data.variants)])
    for name, value in price_range(made.variants).items():
        setattr(product, name, value)
    require_category(tx, data.category_id)
    products.claim_slug(tx, product.slug, product_id)
    products.add_product(tx, product)
    for place, variant in enumerate(made.variants):
        variants.add_variant(tx, variant, field=f"variants.{place}.sku")
    announce_change(tx, product, events.product_created(skus=[variant.sku for variant in made.variants]))
    return product_of(made)


def replace_product(tx: Transaction, product_id: str, data: ProductReplacement, *, if_match: int | None) -> Product:
    """Say all anew that is said of a product; what is left out is empty from then on. Its variants stay."""
    return _change(tx, product_id, data.given, if_match=if_match)


def change_product(tx: Transaction, product_id: str, changes: ProductChanges, *, if_match: int | None) -> Product:
    """Change what is said of a product. Variants that were named after it are named after it still."""
    return _change(tx, product_id, changes.given, if_match=if_match)


def publish_product(tx: Transaction, product_id: str) -> Product:
    """Sell a product from now on. One that is sold already stays as it is.

    Raises
    ------
    InvalidState
        When it has no variant, so that there is nothing to buy.
    """
    found = read_for_change(tx, product_id)
    if not found.live:
        raise InvalidState("A product without variants cannot be sold. Add one first.")
    if found.product.status != ProductStatus.ACTIVE:
        products.set_status(tx, found.product, found.live, ProductStatus.ACTIVE, refused=Overtaken())
        announce_change(tx, found.product, events.product_published())
    return product_of(found)


def archive_product(tx: Transaction, product_id: str, *, if_match: int | None) -> None:
    """Withdraw a product. Its SKUs and its slug stay claimed: orders speak of them."""
    found = read_for_change(tx, product_id)
    expect(found.product, if_match)
    if found.product.status != ProductStatus.ARCHIVED:
        products.set_status(tx, found.product, found.live, ProductStatus.ARCHIVED, refused=overtaken_by(if_match))
        announce_change(tx, found.product, events.product_archived())


def _change(tx: Transaction, product_id: str, wanted: dict[str, Any], *, if_match: int | None) -> Product:
    found = read_for_change(tx, product_id)
    product = found.product
    expect(product, if_match)
    given = {name: value for name, value in wanted.items() if value != getattr(product, name)}
    if not given:
        return product_of(found)
    fields = list(given)
    if "slug" in given:
        products.claim_slug(tx, given["slug"], product_id)
        products.free_slug(tx, product.slug)
    if "title" in given:
        variants.retitle(tx, found.live, renamed(product.title, given["title"]))
    if "category_id" in given:
        require_category(tx, given["category_id"])
        given["category_shard"] = category_shard(given["category_id"], product.status)
    amend(tx, product, refused=overtaken_by(if_match), **given)
    announce_change(tx, product, events.product_updated(fields=fields))
    return product_of(found)


def _refuse_repeated(wanted: Sequence[NewVariant]) -> None:
    seen: set[str] = set()
    for position, variant in enumerate(wanted):
        if variant.sku in seen:
            raise ValidationFailed("This SKU comes twice.", field=f"variants.{position}.sku", detail=variant.sku)
        seen.add(variant.sku)
