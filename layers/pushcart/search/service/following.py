"""What events mean for the index: which products are to be looked at again.

An event is a hint and nothing more: what is kept of a product is made of what the catalogue says now. So it matters
neither how often events come nor in which order. A whole batch of them is one revision.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pushcart.catalog import service as catalog
from pushcart.catalog.service import ProductDocument
from pushcart.search.ports import Entry, IndexLost
from pushcart.search.provider import index
from pushcart.search.service.refreshing import ask_again, refresh_all
from pushcart.search.words import words_of
from utils.batches import Batch
from utils.errors import Problem
from utils.log import log_exception
from utils.messages import EventMessage

ACTIVE: Final = "active"
CATEGORY_UPDATED: Final = "category.updated"


def heed(batch: Batch) -> None:
    """Bring the index into line with what a batch of events is about.

    A product that cannot be read holds up no other: its events alone are handed out again.
    """
    about = {message.id: _products(message) for message in batch.messages}
    unread: set[str] = set()

    def truth(product_ids: Sequence[str]) -> dict[str, Entry | None]:
        unread.clear()
        entries: dict[str, Entry | None] = {}
        for product_id in product_ids:
            try:
                entries[product_id] = entry_of(catalog.document_of(product_id))
            except Problem:
                raise
            except Exception as error:  # noqa: BLE001 - one product's trouble is not the others'
                log_exception("not read for the search", error, product_id=product_id)
                unread.add(product_id)
        return entries

    wanted = sorted({product_id for products in about.values() for product_id in products})
    if wanted:
        try:
            index().revise(wanted, truth)
        except IndexLost:
            refresh_all()
    for message in batch.messages:
        if unread & about[message.id]:
            batch.fail(message)
        elif message.type == CATEGORY_UPDATED:
            _follow_category(message.aggregate)


def entry_of(document: ProductDocument | None) -> Entry | None:
    """Return what is kept of a product; ``None`` for what is not sold."""
    if document is None or document.status != ACTIVE:
        return None
    options = [(name, value) for name, values in document.options.items() for value in values]
    attributes = tuple(dict.fromkeys([*document.attributes.items(), *options]))
    prices = {currency: (span.lowest, span.highest) for currency, span in document.prices.items()}
    return Entry(
        id=document.id,
        name=words_of(" ".join((document.title, *document.skus))),
        labels=words_of(" ".join((*document.tags, *(value for _, value in attributes)))),
        text=words_of(document.description),
        category_ids=document.category_ids,
        tags=document.tags,
        attributes=attributes,
        prices=prices,
        availability=document.availability,
        created_at=document.created_at,
        shown={
            "id": document.id,
            "slug": document.slug,
            "title": document.title,
            "category_id": document.category_id,
            "tags": list(document.tags),
            "image": document.image,
            "prices": {currency: list(span) for currency, span in prices.items()},
            "availability": document.availability,
            "created_at": document.created_at,
            "updated_at": document.updated_at,
            "version": document.version,
        },
    )


def _products(message: EventMessage) -> set[str]:
    """Return the products that an event is about: itself, those that it names, or none."""
    data = message.data
    if "product_ids" in data:
        return set(map(str, data["product_ids"]))
    if "product_id" in data:
        return {str(data["product_id"])}
    return {message.aggregate} if message.type.startswith("product.") else set()


def _follow_category(category_id: str) -> None:
    """Have all that is in a category that was moved, or below it, looked at again, a few at a time."""
    after = ""
    while page := index().ids(category_id=category_id, after=after):
        ask_again(page)
        after = page[-1]
