"""Variants of a product and their prices."""

from __future__ import annotations

from pushcart.catalog import events, repository
from pushcart.catalog.models import MAX_VARIANTS, ProductStatus, SkuItem
from pushcart.catalog.schemas import NewVariant, Variant, VariantPrices
from pushcart.catalog.service.offering import sku_key
from pushcart.catalog.service.parts import announce_change, by_currency, new_variant, price_range, read_for_change
from pushcart.catalog.views import variant_of
from utils.errors import InvalidState, NotFound, Overtaken
from utils.transaction import Transaction
from utils.versions import amend, expect, overtaken_by


def add_variant(tx: Transaction, product_id: str, data: NewVariant) -> Variant:
    """Add a variant to a product; it is sold at once where the product is.

    Raises
    ------
    InvalidState
        When the product is archived, or has 45 variants.
    """
    product, variants = read_for_change(tx, product_id)
    if product.status == ProductStatus.ARCHIVED:
        raise InvalidState("The product is archived.")
    if len(variants) >= MAX_VARIANTS:
        raise InvalidState(f"A product has at most {MAX_VARIANTS} variants.")
    position = 1 + max((int(variant.position) for variant in variants), default=-1)
    variant = new_variant(tx, product, data, position)
    repository.add_variant(tx, variant, field="sku")
    amend(tx, product, refused=Overtaken(), **price_range([*variants, variant]))
    announce_change(tx, product, events.product_updated(fields=["variants"], sku=variant.sku))
    return variant_of(variant)


def set_prices(tx: Transaction, sku: str, data: VariantPrices, *, if_match: int | None) -> Variant:
    """Replace all prices of a variant. ``if_match`` is the variant's version."""
    claim: SkuItem | None = tx.read_one(sku_key(sku))
    if claim is None:
        raise NotFound("variant")
    product, variants = read_for_change(tx, claim.product_id)
    variant = next(variant for variant in variants if variant.sku == sku)
    expect(variant, if_match)
    amend(tx, variant, refused=overtaken_by(if_match), prices=by_currency(data.prices))
    amend(tx, product, refused=Overtaken(), **price_range(variants))
    announce_change(tx, product, events.product_updated(fields=["prices"], sku=sku))
    return variant_of(variant)
