"""Variants of a product: added, changed, withdrawn."""

from __future__ import annotations

from typing import Any

from pushcart.catalog import events
from pushcart.catalog.models.collection import Collection
from pushcart.catalog.models.products import ProductStatus
from pushcart.catalog.models.variants import MAX_EVER, MAX_VARIANTS, SkuItem, VariantItem
from pushcart.catalog.repository import products, variants
from pushcart.catalog.schemas.variants import NewVariant, Variant, VariantChanges
from pushcart.catalog.service.announcing import announce_change
from pushcart.catalog.service.offering import sku_key
from pushcart.catalog.service.parts import new_variant, price_range, read_for_change, title_with
from pushcart.catalog.service.storefront import best_of
from pushcart.catalog.views import variant_of
from utils.errors import InvalidState, NotFound, Overtaken
from utils.transaction import Transaction
from utils.versions import amend, expect, overtaken_by


def add_variant(tx: Transaction, product_id: str, data: NewVariant) -> Variant:
    """Add a variant to a product; it is sold at once where the product is.

    Raises
    ------
    InvalidState
        When the product is archived, or has 45 variants, or 150 with those that were withdrawn.
    """
    found = read_for_change(tx, product_id)
    product = found.product
    if product.status == ProductStatus.ARCHIVED:
        raise InvalidState("The product is archived.")
    if len(found.live) >= MAX_VARIANTS:
        raise InvalidState(f"A product has at most {MAX_VARIANTS} variants.")
    if len(found.variants) >= MAX_EVER:
        raise InvalidState(f"A product has had at most {MAX_EVER} variants. Make another product.")
    position = 1 + max((int(variant.position) for variant in found.variants), default=-1)
    variant = new_variant(tx, product, data, position)
    variants.add_variant(tx, variant, field="sku")
    amend(tx, product, refused=Overtaken(), **price_range([*found.live, variant]))
    announce_change(tx, product, events.product_updated(fields=["variants"], sku=variant.sku))
    return variant_of(variant)


def change_variant(tx: Transaction, sku: str, changes: VariantChanges, *, if_match: int | None) -> Variant:
    """Change what is said of a variant. ``if_match`` is the variant's version.

    One that was named after its product and its options is named after its new options too.
    """
    found, variant = read_variant(tx, sku)
    refuse_withdrawn(variant)
    expect(variant, if_match)
    given = _different(found, variant, changes.given)
    if given:
        amend(tx, variant, refused=overtaken_by(if_match), **given)
        amend(tx, found.product, refused=Overtaken())
        announce_change(tx, found.product, events.product_updated(fields=list(given), sku=sku))
    return variant_of(variant)


def withdraw_variant(tx: Transaction, sku: str, *, if_match: int | None) -> None:
    """Sell a variant no more; the rest of its product goes on. Its SKU stays claimed: orders and stock speak of it.

    Raises
    ------
    InvalidState
        When it is the last one of a product that is sold.
    """
    found, variant = read_variant(tx, sku)
    expect(variant, if_match)
    if variant.is_withdrawn:
        return
    rest = [one for one in found.live if one is not variant]
    if not rest and found.product.status == ProductStatus.ACTIVE:
        raise InvalidState("This is the last variant of a product that is sold. Archive the product instead.")
    variants.withdraw(tx, variant, refused=overtaken_by(if_match))
    word = best_of(one.availability for one in rest)
    products.set_offer(tx, found.product, availability=word, **price_range(rest))
    announce_change(tx, found.product, events.product_updated(fields=["variants"], sku=sku))


def read_variant(tx: Transaction, sku: str) -> tuple[Collection, VariantItem]:
    """Read a variant for a change, with its product: two calls, since a SKU does not tell whose it is."""
    claim: SkuItem | None = tx.read_one(sku_key(sku))
    if claim is None:
        raise NotFound("variant")
    found = read_for_change(tx, claim.product_id)
    return found, found.variant(sku)


def refuse_withdrawn(variant: VariantItem) -> None:
    """Refuse to change what was withdrawn: there is no way back, and nobody would see it."""
    if variant.is_withdrawn:
        raise InvalidState("The variant was withdrawn.")


def _different(found: Collection, variant: VariantItem, given: dict[str, Any]) -> dict[str, Any]:
    """Return what a change makes different. Without a title of its own a variant is called by what it is."""
    title, options = found.product.title, given.get("options", variant.options)
    follows = variant.title == title_with(title, variant.options)
    if given.get("title", "" if not follows else None) is None:
        given = given | {"title": title_with(title, options)}
    return {name: value for name, value in given.items() if value != getattr(variant, name)}
