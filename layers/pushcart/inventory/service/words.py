"""Availability words: all that the public learns of a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from pushcart.catalog import service as catalog
from pushcart.inventory import events
from pushcart.inventory.models import StockItem
from pushcart.inventory.repository import stock as repository
from pushcart.inventory.repository.places import location_key, settings_key
from pushcart.inventory.service.arranging import put_right
from pushcart.outbox.service import announce
from utils.ids import new_id
from utils.models import Key
from utils.rerun import until_settled
from utils.transaction import Transaction

OUT: Final = "out_of_stock"
AT_ONCE: Final = 40
MOST_KEYS: Final = 100
MOST_PIECES: Final = 95
"""A product's item comes on top."""


def availability_word(stock: StockItem | None) -> str:
    """Return ``in_stock``, ``low_stock`` or ``out_of_stock``: all that the public learns of a count.

    Example
    -------
    >>> availability_word(None)
    'out_of_stock'
    """
    return word_for(stock.free, int(stock.low_stock_threshold)) if stock else OUT


def word_for(units: int, threshold: int) -> str:
    """Return the word for so many units that can be sold."""
    if units <= 0:
        return OUT
    return "low_stock" if units <= threshold else "in_stock"


def best_word(stocks: Iterable[StockItem]) -> str:
    """Return the word of the location that has most, all buckets together: a line is taken whole from one."""
    free: Counter[str] = Counter()
    low: dict[str, int] = {}
    for stock in stocks:
        free[stock.location_id] += stock.free
        low[stock.location_id] = int(stock.low_stock_threshold)
    words = [word_for(units, low[location]) for location, units in free.items()]
    return min(words, key=catalog.WORDS.index, default=OUT)


def bring_up_to_date(skus: Iterable[str]) -> None:
    """Bring what hangs on stock up to date: its places into shape, and then the words that the public sees.

    A word is written, product by product, only if the stock is still as it was when the word was made of it; whoever
    moved it in the meantime makes this run again.
    """
    wanted = sorted(set(skus))
    for start in range(0, len(wanted), AT_ONCE):
        until_settled(partial(_bring_up_to_date, wanted[start : start + AT_ONCE]))


def _bring_up_to_date(skus: Sequence[str]) -> None:
    stocks = {sku: repository.everywhere(sku) for sku in skus}
    locations = sorted({stock.location_id for places in stocks.values() for stock in places})
    keys = [*map(catalog.sku_key, skus), *map(settings_key, skus), *map(location_key, locations)]
    found = _read(keys)
    claims, settings, declared = found[: len(skus)], found[len(skus) : 2 * len(skus)], found[2 * len(skus) :]
    active = {location: item is None or item.active for location, item in zip(locations, declared, strict=True)}
    for sku, kept in zip(skus, settings, strict=True):
        if put_right(stocks[sku], kept, active):
            stocks[sku] = repository.everywhere(sku)
    _write_words(stocks, {claim.sku: claim.product_id for claim in claims if claim})


def _write_words(stocks: Mapping[str, Sequence[StockItem]], products: Mapping[str, str]) -> None:
    variants = _read([catalog.variant_key(product_id, sku) for sku, product_id in products.items()])
    changed: dict[str, list[Any]] = {}
    for variant in variants:
        if variant is not None and best_word(stocks[variant.sku]) != variant.availability:
            changed.setdefault(variant.product_id, []).append(variant)
    for product_id, all_of in changed.items():
        for some in _fitting(all_of, stocks):
            _write_words_of(product_id, some, stocks)


def _write_words_of(product_id: str, variants: Sequence[Any], stocks: Mapping[str, Sequence[StockItem]]) -> None:
    tx = Transaction()
    words = {variant.sku: best_word(stocks[variant.sku]) for variant in variants}
    for variant in variants:
        for stock in stocks[variant.sku]:
            repository.require_unchanged(tx, stock)
        if variant.availability == OUT:
            announce(tx, aggregate=new_id("stk"), sequence=1, **events.available_again(variant.sku))
    catalog.show_words(tx, product_id, words)
    tx.commit()


def _fitting(variants: Sequence[Any], stocks: Mapping[str, Sequence[StockItem]]) -> Iterator[list[Any]]:
    """Yield as many at a time as one transaction takes: each variant's places, the variant itself and an event."""
    some: list[Any] = []
    pieces = 0
    for variant in variants:
        needed = len(stocks[variant.sku]) + 2
        if some and pieces + needed > MOST_PIECES:
            yield some
            some, pieces = [], 0
        some.append(variant)
        pieces += needed
    yield some


def _read(keys: Sequence[Key]) -> list[Any]:
    reader = Transaction(batch=True)
    return [item for start in range(0, len(keys), MOST_KEYS) for item in reader.read(*keys[start : start + MOST_KEYS])]
