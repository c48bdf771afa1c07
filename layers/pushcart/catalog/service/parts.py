"""Pieces that writing products and variants share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pushcart.catalog.models.collection import Collection
from pushcart.catalog.models.products import ProductItem
from pushcart.catalog.models.variants import VariantItem
from pushcart.catalog.repository import categories, products
from pushcart.catalog.schemas.variants import NewVariant
from pushcart.money import Money, shop_currency
from utils.errors import NotFound, ValidationFailed
from utils.ids import new_id
from utils.transaction import Transaction

MAX_TITLE: Final = 200


def read_for_change(tx: Transaction, product_id: str) -> Collection:
    """Read a product for a change. What must hold first is verified first: a replayed request decides nothing anew."""
    tx.verify_preconditions()
    found = products.collection(product_id)
    if found is None:
        raise NotFound("product")
    return found


def require_category(tx: Transaction, category_id: str | None) -> None:
    """Append that the category that a product is put into is there when it is written."""
    if category_id is not None:
        missing = ValidationFailed("There is no such category.", field="category_id", detail=category_id)
        categories.require_live(tx, category_id, refused=missing)


def new_variant(tx: Transaction, product: ProductItem, data: NewVariant, position: int) -> VariantItem:
    """Return a variant as it is first stored, with the status of its product."""
    key = VariantItem.key_of(product.id, data.sku)
    return VariantItem(
        key.pk,
        key.sk,
        id=new_id("var"),
        sku=data.sku,
        product_id=product.id,
        title=data.title or title_with(product.title, data.options),
        options=data.options,
        prices=by_currency(data.prices),
        weight_grams=data.weight_grams,
        position=position,
        status=product.status,
        created_at=tx.moment,
        updated_at=tx.moment,
    )


def title_with(title: str, options: Mapping[str, str]) -> str:
    """Return a title with the values of options behind it.

    Example
    -------
    >>> title_with("T-shirt", {"colour": "red", "size": "M"})
    'T-shirt, red, M'
    """
    return ", ".join([title, *options.values()])[:MAX_TITLE]


def renamed(before: str, after: str) -> Callable[[VariantItem], str]:
    """Return how variants are called after their product's new title: those that were named after the old one."""

    def title_of(variant: VariantItem) -> str:
        follows = variant.title == title_with(before, variant.options)
        return title_with(after, variant.options) if follows else variant.title

    return title_of


def by_currency(prices: Sequence[Money]) -> dict[str, int]:
    """Return prices as an item holds them: currency → minor units."""
    return {price.currency: price.amount for price in prices}


def price_range(variants: Sequence[VariantItem]) -> dict[str, Any]:
    """Return the lowest and highest price, in the shop's currency where any is sold in that, or else in another."""
    currencies = {currency for variant in variants for currency in variant.prices}
    if not currencies:
        return {"price_min": None, "price_max": None, "currency": None}
    currency = shop_currency() if shop_currency() in currencies else min(currencies)
    amounts = [variant.prices[currency] for variant in variants if currency in variant.prices]
    return {"price_min": min(amounts), "price_max": max(amounts), "currency": currency}
