"""Entries and questions for the tests of the search."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from pushcart.search.embedded.copies import copy
from pushcart.search.ports import Entry, Findings, IndexLost, SearchIndex, Truth, Wanted
from pushcart.search.words import words_of

SEARCH = "/api/v1/search"


def entry(product_id: str, title: str = "Mug", **fields: Any) -> Entry:
    """Return what is kept of a product at 10.00 EUR that is in stock."""
    prices = fields.get("prices", {"EUR": (1000, 1000)})
    attributes = tuple(fields.get("attributes", ()))
    tags = tuple(fields.get("tags", ()))
    return Entry(
        id=product_id,
        name=words_of(title),
        labels=words_of(" ".join((*tags, *(value for _, value in attributes)))),
        text=words_of(fields.get("description", "")),
        category_ids=tuple(fields.get("category_ids", ())),
        tags=tags,
        attributes=attributes,
        prices=prices,
        availability=fields.get("availability", "in_stock"),
        created_at=fields.get("created_at", f"2026-01-01T00:00:00.{len(product_id):03d}Z"),
        shown={"id": product_id, "title": title, "prices": {name: list(span) for name, span in prices.items()}},
    )


def truth(*entries: Entry) -> Truth:
    """Return a truth in which there is nothing but some entries."""
    known = {one.id: one for one in entries}
    return lambda product_ids: {product_id: known.get(product_id) for product_id in product_ids}


def keep(index: SearchIndex, *entries: Entry) -> None:
    """Write some entries, whether or not there was an index."""
    with suppress(IndexLost):
        index.revise([one.id for one in entries], truth(*entries))


def ask(index: SearchIndex, text: str | None = None, **fields: Any) -> Findings:
    """Put a question."""
    copy.forget()
    words = None if text is None else words_of(text)
    return index.find(Wanted(words=words, **{"currency": "EUR", **fields}))


def ids(findings: Findings) -> list[str]:
    return [hit["id"] for hit in findings.hits]


def every_page(index: SearchIndex, text: str | None = None, **fields: Any) -> list[Sequence[str]]:
    """Return the ids of all pages, page by page."""
    pages: list[Sequence[str]] = []
    after = None
    while True:
        found = ask(index, text, after=after, **fields)
        pages.append(ids(found))
        after = found.next
        if after is None:
            return pages
