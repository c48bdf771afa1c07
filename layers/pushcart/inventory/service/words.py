"""Availability words: all that the public learns of a count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pushcart.catalog import service as catalog
from pushcart.inventory import repository
from pushcart.inventory.models import LOCATIONS, StockItem
from utils.rerun import until_settled
from utils.transaction import Transaction


def availability_word(stock: StockItem | None) -> str:
    """Return ``in_stock``, ``low_stock`` or ``out_of_stock``: all that the public learns of a count.

    Example
    -------
    >>> availability_word(None)
    'out_of_stock'
    """
    if stock is None or stock.available <= 0:
        return "out_of_stock"
    return "low_stock" if stock.available <= stock.low_stock_threshold else "in_stock"


def best_word(stocks: Iterable[StockItem | None]) -> str:
    """Return the word of the location that has most: a line is taken whole from one."""
    return min(map(availability_word, stocks), key=catalog.WORDS.index)


def bring_words_up_to_date(skus: Iterable[str]) -> None:
    """Write the availability word of each SKU that has another one now, product by product.

    A word is written only if the stock is still as it was when the word was made of it; whoever moved it in the
    meantime makes this run again.
    """
    wanted = sorted(skus)
    if wanted:
        until_settled(lambda: _write_words(wanted))


def _write_words(skus: Sequence[str]) -> None:
    reader = Transaction(batch=True)
    keys = [StockItem.key_of(sku, location) for sku in skus for location in LOCATIONS]
    found = reader.read(*keys, *map(catalog.sku_key, skus))
    stocks = {sku: found[at * len(LOCATIONS) : (at + 1) * len(LOCATIONS)] for at, sku in enumerate(skus)}
    products = {claim.sku: claim.product_id for claim in found[len(keys) :] if claim}
    variants = reader.read(*(catalog.variant_key(product_id, sku) for sku, product_id in products.items()))
    changed: dict[str, dict[str, str]] = {}
    for variant in variants:
        word = best_word(stocks[variant.sku])
        if word != variant.availability:
            changed.setdefault(variant.product_id, {})[variant.sku] = word
    for product_id, words in changed.items():
        tx = Transaction()
        for sku in words:
            for stock in stocks[sku]:
                if stock is not None:
                    repository.require_unchanged(tx, stock)
        catalog.show_words(tx, product_id, words)
        tx.commit()
