"""A shopper's question, put to the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pushcart.money import shop_currency
from pushcart.search.ports import Facets, Findings, Place, Wanted
from pushcart.search.provider import index
from pushcart.search.schemas import (
    CountedAttribute,
    CountedValue,
    SearchHit,
    SearchQuery,
    SearchSummary,
    pairs_in,
    price_range,
    tags_in,
)
from pushcart.search.words import words_of
from utils.errors import InvalidCursor, ValidationFailed
from utils.queries import Found

MAX_WORDS: Final = 16


def search(query: SearchQuery, start: dict[str, Any] | None) -> Found[SearchHit, SearchSummary]:
    """Find what is sold, a page of it, with what all that was found is made of.

    A page goes on where the one before ended: after its last hit's place in the order. What is neither new nor changed
    since is shown once, whatever copy of the index answers.

    Raises
    ------
    ValidationFailed
        When there are more than 16 words, or no price can be between the two that are given.
    Unavailable
        When there is no index that can be reached.
    """
    wanted = _wanted(query, start)
    findings = index().find(wanted)
    last = {"v": findings.next.value, "i": findings.next.id} if findings.next else None
    hits = [_hit(shown, wanted.currency) for shown in findings.hits]
    return Found(hits, last, _summary(findings, wanted.currency))


def _wanted(query: SearchQuery, start: dict[str, Any] | None) -> Wanted:
    if query.price_min is not None and query.price_max is not None and query.price_min > query.price_max:
        raise ValidationFailed("No price is between these two.", field="price_min", detail="greater than price_max")
    return Wanted(
        words=_words(query.q),
        category_id=query.category_id,
        tags=tags_in(query.tag or ""),
        attributes=pairs_in(query.attributes) if query.attributes else (),
        currency=query.currency or shop_currency(),
        price_min=query.price_min,
        price_max=query.price_max,
        availability=(query.availability,) if query.availability else (),
        sort=query.sort,
        limit=query.limit,
        after=_place(start),
    )


def _words(text: str) -> tuple[str, ...] | None:
    if not text.strip():
        return None
    words = words_of(text)
    if len(words) > MAX_WORDS:
        raise ValidationFailed(f"At most {MAX_WORDS} words are searched for.", field="q", detail=f"{len(words)} words")
    return words


def _place(start: dict[str, Any] | None) -> Place | None:
    if start is None:
        return None
    try:
        return Place(start["v"], start["i"])
    except KeyError:
        raise InvalidCursor(
            "The cursor does not belong to this list. Start again without it.", field="cursor"
        ) from None


def _hit(shown: dict[str, Any], currency: str) -> SearchHit:
    rest = {name: value for name, value in shown.items() if name != "prices"}
    return SearchHit(**rest, status="active", price_range=price_range(currency, shown["prices"].get(currency)))


def _summary(findings: Findings, currency: str) -> SearchSummary:
    facets = findings.facets
    return SearchSummary(
        total=findings.total,
        categories=_counted(facets.categories),
        tags=_counted(facets.tags),
        attributes=_attributes(facets),
        availability=_counted(facets.availability),
        price_range=price_range(currency, facets.price),
    )


def _counted(counts: Sequence[tuple[str, int]]) -> list[CountedValue]:
    return [CountedValue(value=value, count=count) for value, count in counts]


def _attributes(facets: Facets) -> list[CountedAttribute]:
    by_name: dict[str, list[tuple[str, int]]] = {}
    for (name, value), count in facets.attributes:
        by_name.setdefault(name, []).append((value, count))
    return [CountedAttribute(name=name, values=_counted(counts)) for name, counts in sorted(by_name.items())]
