"""A question as OpenSearch's query language has it, and its answer as the port has it.

What a caller sent is a value everywhere, in ``term``, ``prefix`` and ``range``; no query string is parsed.
https://docs.opensearch.org/latest/query-dsl/
"""

from __future__ import annotations

from typing import Any, Final

from pushcart.search.ports import (
    MOST_ATTRIBUTES,
    MOST_CATEGORIES,
    MOST_TAGS,
    PREFIX_WEIGHTS,
    WHOLE_NAME_WEIGHT,
    Counts,
    Facets,
    Findings,
    Place,
    Wanted,
)

Clause = dict[str, Any]

_MOST: Final = {"category_ids": MOST_CATEGORIES, "tags": MOST_TAGS, "attributes": MOST_ATTRIBUTES, "availability": 3}


def question(wanted: Wanted) -> Clause:
    """Return the body of ``_search``: a hit more than the page has, so that it shows whether there is another."""
    asked: Clause = {
        "size": wanted.limit + 1,
        "track_total_hits": True,
        "_source": ["shown"],
        "query": {"bool": {"filter": _filters(wanted), "must": _matches(wanted.words or ())}},
        "sort": [sorted_by(wanted), {"id": {"order": order_of(wanted)}}],
        "aggs": {name: _counts(name, most) for name, most in _MOST.items()}
        | {
            "lowest": {"min": {"field": f"lowest.{wanted.currency}"}},
            "highest": {"max": {"field": f"highest.{wanted.currency}"}},
        },
    }
    if wanted.after:
        asked["search_after"] = list(wanted.after)
    return asked


def findings(wanted: Wanted, told: dict[str, Any]) -> Findings:
    """Return what ``_search`` answered."""
    found = told["hits"]["hits"]
    page, counts = found[: wanted.limit], told["aggregations"]
    last = page[-1]["sort"] if len(found) > wanted.limit else None
    lowest, highest = counts["lowest"]["value"], counts["highest"]["value"]
    pairs = [(value.partition(":"), count) for value, count in _counted(counts["attributes"])]
    return Findings(
        hits=[hit["_source"]["shown"] for hit in page],
        next=Place(_whole(last[0]), last[1]) if last else None,
        total=told["hits"]["total"]["value"],
        facets=Facets(
            categories=_counted(counts["category_ids"]),
            tags=_counted(counts["tags"]),
            attributes=[((name, value), count) for (name, _, value), count in pairs],
            availability=_counted(counts["availability"]),
            price=None if lowest is None else (int(lowest), int(highest)),
        ),
    )


def sorted_by(wanted: Wanted) -> Clause:
    """Return the field that is sorted by, and how. A currency that nothing is sold in has no field yet."""
    order = {"order": order_of(wanted)}
    if wanted.sort in ("price", "-price"):
        return {f"lowest.{wanted.currency}": {**order, "unmapped_type": "long"}}
    return {"_score" if wanted.sort == "relevance" else "created_at": order}


def order_of(wanted: Wanted) -> str:
    """Return how is sorted; ids go along, so that of what is equal the newest is first, but for rising prices."""
    return "asc" if wanted.sort == "price" else "desc"


def _matches(words: tuple[str, ...]) -> list[Clause]:
    """Return a clause for each word, which must stand somewhere and counts a constant for each field."""
    clauses = []
    for word in words:
        is_last = word is words[-1]
        kind = "prefix" if is_last else "term"
        counted = [_constant(kind, field, word, weight) for field, weight in PREFIX_WEIGHTS.items()]
        if is_last:
            counted.append(_constant("term", "name", word, WHOLE_NAME_WEIGHT))
        clauses.append({"bool": {"should": counted, "minimum_should_match": 1}})
    return clauses


def _constant(kind: str, field: str, word: str, weight: int) -> Clause:
    return {"constant_score": {"filter": {kind: {field: {"value": word}}}, "boost": weight}}


def _filters(wanted: Wanted) -> list[Clause]:
    exact = [("tags", tag) for tag in wanted.tags]
    exact += [("attributes", f"{name}:{value}") for name, value in wanted.attributes]
    if wanted.category_id is not None:
        exact.append(("category_ids", wanted.category_id))
    clauses: list[Clause] = [{"term": {field: {"value": value}}} for field, value in exact]
    if wanted.availability:
        clauses.append({"terms": {"availability": list(wanted.availability)}})
    if wanted.needs_price:
        clauses.append({"exists": {"field": f"lowest.{wanted.currency}"}})
    if wanted.price_min is not None:
        clauses.append({"range": {f"highest.{wanted.currency}": {"gte": wanted.price_min}}})
    if wanted.price_max is not None:
        clauses.append({"range": {f"lowest.{wanted.currency}": {"lte": wanted.price_max}}})
    return clauses


def _counts(field: str, most: int) -> Clause:
    return {"terms": {"field": field, "size": most, "order": [{"_count": "desc"}, {"_key": "asc"}]}}


def _counted(told: dict[str, Any]) -> Counts:
    return [(bucket["key"], bucket["doc_count"]) for bucket in told["buckets"]]


def _whole(value: float | str) -> int | str:
    """Scores come as floats, and are sums of whole weights."""
    return value if isinstance(value, str) else int(value)
