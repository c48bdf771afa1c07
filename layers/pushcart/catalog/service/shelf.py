"""The words by which products are available, as stock tells them."""

from __future__ import annotations

from collections.abc import Mapping

from pushcart.catalog.repository import products
from pushcart.catalog.service.announcing import announce_words
from pushcart.catalog.service.storefront import best_of
from utils.transaction import Transaction


def show_words(tx: Transaction, product_id: str, words: Mapping[str, str]) -> None:
    """Append the availability words of some variants (SKU → word), and the product's: its best variant's."""
    found = products.collection(product_id)
    if found is None:
        return
    after = best_of(words.get(variant.sku, variant.availability) for variant in found.live)
    products.set_words(tx, found.product, found.variants, words, after)
    if after != found.product.availability:
        announce_words(tx, product_id)
