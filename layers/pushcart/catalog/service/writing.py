"""Writing products: drafts, changes, publishing, archiving."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from pushcart.catalog import events, repository
from pushcart.catalog.models import ProductItem, ProductStatus, status_shard
from pushcart.catalog.schemas import NewProduct, NewVariant, Product, ProductChanges
from pushcart.catalog.service.parts import announce_change, new_variant, price_range, read_for_change, renamed
from pushcart.catalog.views import product_of
from pushcart.outbox.service import announce
from utils.errors import InvalidState, Overtaken, ValidationFailed
from utils.ids import new_id
from utils.transaction import Transaction
from utils.versions import amend, expect, overtaken_by


def create_product(tx: Transaction, data: NewProduct) -> Product:
    """Write a draft with its variants. SKUs and the slug are claimed in the same transaction."""
    _refuse_repeated(data.variants)
    product_id = new_id("prd")
    key = ProductItem.key_of(product_id)
    product = ProductItem(
        key.pk,
        key.sk,
        id=product_id,
        slug=data.slug or _slug_of(data.title, product_id),
        title=data.title,
        description=data.description,
        status_shard=status_shard(ProductStatus.DRAFT),
        tags=data.tags,
        attributes=data.attributes,
        created_at=tx.moment,
        updated_at=tx.moment,
    )
    variants = [new_variant(tx, product, new, position) for position, new in enumerate(data.variants)]
    for name, value in price_range(variants).items():
        setattr(product, name, value)
    repository.claim_slug(tx, product.slug, product_id)
    repository.add_product(tx, product)
    for position, variant in enumerate(variants):
        repository.add_variant(tx, variant, field=f"variants.{position}.sku")
    happening = events.product_created(skus=[variant.sku for variant in variants])
    announce(tx, aggregate=product_id, sequence=1, **happening)
    return product_of(product, variants)


def change_product(tx: Transaction, product_id: str, changes: ProductChanges, *, if_match: int | None) -> Product:
    """Change what is said of a product. Variants that were named after it are named after it still."""
    product, variants = read_for_change(tx, product_id)
    expect(product, if_match)
    given = {name: value for name, value in changes.given.items() if value != getattr(product, name)}
    if not given:
        return product_of(product, variants)
    if "slug" in given:
        repository.claim_slug(tx, given["slug"], product_id)
        repository.free_slug(tx, product.slug)
    if "title" in given:
        repository.retitle(tx, variants, renamed(product.title, given["title"]))
    amend(tx, product, refused=overtaken_by(if_match), **given)
    announce_change(tx, product, events.product_updated(fields=list(given)))
    return product_of(product, variants)


def publish_product(tx: Transaction, product_id: str) -> Product:
    """Sell a product from now on. One that is sold already stays as it is.

    Raises
    ------
    InvalidState
        When it has no variant, so that there is nothing to buy.
    """
    product, variants = read_for_change(tx, product_id)
    if not variants:
        raise InvalidState("A product without variants cannot be sold. Add one first.")
    if product.status != ProductStatus.ACTIVE:
        repository.set_status(tx, product, variants, ProductStatus.ACTIVE, refused=Overtaken())
        announce_change(tx, product, events.product_published())
    return product_of(product, variants)


def archive_product(tx: Transaction, product_id: str, *, if_match: int | None) -> None:
    """Withdraw a product. Its SKUs and its slug stay claimed: orders speak of them."""
    product, variants = read_for_change(tx, product_id)
    expect(product, if_match)
    if product.status != ProductStatus.ARCHIVED:
        repository.set_status(tx, product, variants, ProductStatus.ARCHIVED, refused=overtaken_by(if_match))
        announce_change(tx, product, events.product_archived())


def _slug_of(title: str, product_id: str) -> str:
    """Return the title in the letters that a slug may have, or the id where it has none of them (other scripts)."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:100].rstrip("-") or product_id.lower().replace("_", "-")


def _refuse_repeated(variants: Sequence[NewVariant]) -> None:
    seen: set[str] = set()
    for position, variant in enumerate(variants):
        if variant.sku in seen:
            raise ValidationFailed("This SKU comes twice.", field=f"variants.{position}.sku", detail=variant.sku)
        seen.add(variant.sku)
