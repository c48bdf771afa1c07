"""Announcing what became of products and categories: the one place that knows who is told besides the topic."""

from __future__ import annotations

from typing import Final

from pushcart import queues
from pushcart.catalog import events
from pushcart.catalog.models.categories import CategoryItem
from pushcart.catalog.models.products import ProductItem, ProductStatus
from pushcart.outbox.service import Target, announce
from utils.ids import new_id
from utils.transaction import Transaction

AGAIN_AFTER_SECONDS: Final = 90
"""Longer than the search's worker takes: whoever read a product before its category moved has written by then."""

SEARCH: Final = Target(queues.search)
_PRODUCT: Final = (SEARCH,)
_MOVED: Final = (SEARCH, Target(queues.search, delay_seconds=AGAIN_AFTER_SECONDS))


def announce_change(tx: Transaction, item: ProductItem | CategoryItem, happening: events.Happening) -> None:
    """Append the event of a change, whose sequence is the version that the change made."""
    told = _found_by_search(item) if isinstance(item, ProductItem) else _MOVED if events.moves(happening) else ()
    announce(tx, aggregate=item.id, sequence=int(item.version), targets=told, **happening)


def announce_words(tx: Transaction, product_id: str) -> None:
    """Append that the search is to look at a product again whose availability has changed, but nothing else of it."""
    happening = events.shelf_changed(product_id)
    announce(tx, aggregate=new_id("shf"), sequence=1, targets=_PRODUCT, on_topic=False, **happening)


def _found_by_search(product: ProductItem) -> tuple[Target, ...]:
    """Whom to tell of a product: a draft has never been found by the search."""
    return () if product.status == ProductStatus.DRAFT else _PRODUCT
