"""The rules of the catalogue: what is written, what is sold, and what the public sees of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pushcart.catalog import events, repository
from pushcart.catalog.models import (
    MAX_VARIANTS,
    ProductItem,
    ProductStatus,
    SkuItem,
    VariantItem,
    status_shard,
)
from pushcart.catalog.schemas import (
    NewProduct,
    NewVariant,
    Product,
    ProductChanges,
    ProductQuery,
    ProductSummary,
    Variant,
    VariantPrices,
)
from pushcart.catalog.views import product_of, summary_of, variant_of
from pushcart.money import Money, shop_currency
from pushcart.outbox.service import announce
from utils.errors import InvalidState, NotFound, Overtaken, ValidationFailed
from utils.ids import new_id
from utils.models import Key
from utils.queries import Page
from utils.transaction import Transaction
from utils.versions import amend, expect, overtaken_by

MAX_TITLE: Final = 200
WORDS: Final = ("in_stock", "low_stock", "out_of_stock")
"""From the best down: a product is as available as the best of its variants."""


# -- what others ask ---------------------------------------------------------------------------------------------


def variant_key(product_id: str, sku: str) -> Key:
    """Return the address of a variant; the item has ``title``, ``prices``, ``status``, ``weight_grams``."""
    return VariantItem.key_of(product_id, sku)


def sku_key(sku: str) -> Key:
    """Return the address of what leads from a SKU to its product: ``product_id`` and ``status``."""
    return SkuItem.key_of(sku)


def price_in(variant: VariantItem, currency: str) -> int | None:
    """Return what one costs in ``currency``, in minor units; ``None`` where it is not sold in it."""
    amount = variant.prices.get(currency)
    return None if amount is None else int(amount)


def is_sold(item: VariantItem | SkuItem | None) -> bool:
    """Whether a variant, or what its SKU leads to, can be bought now."""
    return item is not None and item.status == ProductStatus.ACTIVE


# -- writing -----------------------------------------------------------------------------------------------------


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
    variants = [_new_variant(tx, product, new, position) for position, new in enumerate(data.variants)]
    for name, value in _range(variants).items():
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
    product, variants = _read(tx, product_id)
    expect(product, if_match)
    given = {name: value for name, value in changes.given.items() if value != getattr(product, name)}
    if not given:
        return product_of(product, variants)
    if "slug" in given:
        repository.claim_slug(tx, given["slug"], product_id)
        repository.free_slug(tx, product.slug)
    if "title" in given:
        repository.retitle(tx, variants, _renamed(product.title, given["title"]))
    amend(tx, product, refused=overtaken_by(if_match), **given)
    _announce(tx, product, events.product_updated(fields=list(given)))
    return product_of(product, variants)


def add_variant(tx: Transaction, product_id: str, data: NewVariant) -> Variant:
    """Add a variant to a product; it is sold at once where the product is.

    Raises
    ------
    InvalidState
        When the product is archived, or has 45 variants.
    """
    product, variants = _read(tx, product_id)
    if product.status == ProductStatus.ARCHIVED:
        raise InvalidState("The product is archived.")
    if len(variants) >= MAX_VARIANTS:
        raise InvalidState(f"A product has at most {MAX_VARIANTS} variants.")
    position = 1 + max((int(variant.position) for variant in variants), default=-1)
    variant = _new_variant(tx, product, data, position)
    repository.add_variant(tx, variant, field="sku")
    amend(tx, product, refused=Overtaken(), **_range([*variants, variant]))
    _announce(tx, product, events.product_updated(fields=["variants"], sku=variant.sku))
    return variant_of(variant)


def set_prices(tx: Transaction, sku: str, data: VariantPrices, *, if_match: int | None) -> Variant:
    """Replace all prices of a variant. ``if_match`` is the variant's version."""
    claim: SkuItem | None = tx.read_one(sku_key(sku))
    if claim is None:
        raise NotFound("variant")
    product, variants = _read(tx, claim.product_id)
    variant = next(variant for variant in variants if variant.sku == sku)
    expect(variant, if_match)
    amend(tx, variant, refused=overtaken_by(if_match), prices=_by_currency(data.prices))
    amend(tx, product, refused=Overtaken(), **_range(variants))
    _announce(tx, product, events.product_updated(fields=["prices"], sku=sku))
    return variant_of(variant)


def publish_product(tx: Transaction, product_id: str) -> Product:
    """Sell a product from now on. One that is sold already stays as it is.

    Raises
    ------
    InvalidState
        When it has no variant, so that there is nothing to buy.
    """
    product, variants = _read(tx, product_id)
    if not variants:
        raise InvalidState("A product without variants cannot be sold. Add one first.")
    if product.status != ProductStatus.ACTIVE:
        repository.set_status(tx, product, variants, ProductStatus.ACTIVE, refused=Overtaken())
        _announce(tx, product, events.product_published())
    return product_of(product, variants)


def archive_product(tx: Transaction, product_id: str, *, if_match: int | None) -> None:
    """Withdraw a product. Its SKUs and its slug stay claimed: orders speak of them."""
    product, variants = _read(tx, product_id)
    expect(product, if_match)
    if product.status != ProductStatus.ARCHIVED:
        repository.set_status(tx, product, variants, ProductStatus.ARCHIVED, refused=overtaken_by(if_match))
        _announce(tx, product, events.product_archived())


# -- what the public sees ----------------------------------------------------------------------------------------


def show_product(product_id: str) -> Product:
    """Show a product that is sold, in one call. A draft or an archived one is a 404, as if it were not there.

    Not read consistently: the answer may be kept for a minute anyway, and this is half the price.
    """
    product, variants = repository.collection(product_id, consistent=False)
    if product is None or product.status != ProductStatus.ACTIVE:
        raise NotFound("product")
    return product_of(product, variants)


def list_products(query: ProductQuery, start: dict[str, Any] | None) -> Page[ProductSummary]:
    """List what is sold, in one call a page."""
    page = repository.list_active(descending=query.sort.startswith("-"), limit=query.limit, start=start)
    return Page([summary_of(product) for product in page.items], page.last_key)


def show_words(tx: Transaction, product_id: str, words: Mapping[str, str]) -> None:
    """Append the availability words of some variants (SKU → word), and the product's: its best variant's."""
    product, variants = repository.collection(product_id)
    if product is None:
        return
    after = [words.get(variant.sku, variant.availability) for variant in variants]
    repository.set_words(tx, product, variants, words, min(after, key=WORDS.index))


# -- details -----------------------------------------------------------------------------------------------------


def _read(tx: Transaction, product_id: str) -> tuple[ProductItem, list[VariantItem]]:
    """Read a product for a change. What must hold first is verified first: a replayed request decides nothing anew."""
    tx.verify_preconditions()
    product, variants = repository.collection(product_id)
    if product is None:
        raise NotFound("product")
    return product, variants


def _announce(tx: Transaction, product: ProductItem, happening: events.Happening) -> None:
    announce(tx, aggregate=product.id, sequence=int(product.version), **happening)


def _new_variant(tx: Transaction, product: ProductItem, data: NewVariant, position: int) -> VariantItem:
    key = VariantItem.key_of(product.id, data.sku)
    return VariantItem(
        key.pk,
        key.sk,
        id=new_id("var"),
        sku=data.sku,
        product_id=product.id,
        title=data.title or _title_of(product.title, data.options),
        options=data.options,
        prices=_by_currency(data.prices),
        weight_grams=data.weight_grams,
        position=position,
        status=product.status,
        created_at=tx.moment,
        updated_at=tx.moment,
    )


def _title_of(title: str, options: Mapping[str, str]) -> str:
    return ", ".join([title, *options.values()])[:MAX_TITLE]


def _renamed(before: str, after: str) -> Callable[[VariantItem], str]:
    """Return how variants are called after their product's new title: those that were named after the old one."""

    def title_of(variant: VariantItem) -> str:
        follows = variant.title == _title_of(before, variant.options)
        return _title_of(after, variant.options) if follows else variant.title

    return title_of


def _by_currency(prices: Sequence[Money]) -> dict[str, int]:
    return {price.currency: price.amount for price in prices}


def _range(variants: Sequence[VariantItem]) -> dict[str, Any]:
    """Return the lowest and highest price, in the shop's currency where any is sold in that, or else in another."""
    currencies = {currency for variant in variants for currency in variant.prices}
    if not currencies:
        return {"price_min": None, "price_max": None, "currency": None}
    currency = shop_currency() if shop_currency() in currencies else min(currencies)
    amounts = [variant.prices[currency] for variant in variants if currency in variant.prices]
    return {"price_min": min(amounts), "price_max": max(amounts), "currency": currency}


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
