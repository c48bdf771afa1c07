"""Availability words: all that the public learns of a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pushcart.catalog import service as catalog
from pushcart.inventory.models import StockItem
from pushcart.inventory.repository import stock as repository
from utils.rerun import until_settled
from utils.transaction import Transaction


def availability_word(stock: StockItem | None) -> str:
    """Return ``in_stock``, ``low_stock`` or ``out_of_stock``: all that the public learns of a count.

    Example
    -------
    >>> availability_word(None)
    'out_of_stock'
    """
    return word_for(stock.free, int(stock.low_stock_threshold)) if stock else "out_of_stock"


def word_for(units: int, threshold: int) -> str:
    """Return the word for so many units that can be sold."""
    if units <= 0:
        return "out_of_stock"
    return "low_stock" if units <= threshold else "in_stock"


def best_word(stocks: Iterable[StockItem]) -> str:
    """Return the word of the location that has most, all buckets together: a line is taken whole from one."""
    free: Counter[str] = Counter()
    low: dict[str, int] = {}
    for stock in stocks:
        free[stock.location_id] += stock.free
        low[stock.location_id] = int(stock.low_stock_threshold)
    words = [word_for(units, low[location]) for location, units in free.items()]
    return min(words, key=catalog.WORDS.index, default="out_of_stock")


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
    stocks = {sku: repository.everywhere(sku) for sku in skus}
    products = {claim.sku: claim.product_id for claim in reader.read(*map(catalog.sku_key, skus)) if claim}
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
                repository.require_unchanged(tx, stock)
        catalog.show_words(tx, product_id, words)
        tx.commit()
