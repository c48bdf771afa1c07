"""A question in SQL. What a caller sent is a parameter everywhere, and a quoted string within FTS5's own language.

What is found is written into a table in memory, of which the page and each count are then taken.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Final

from pushcart.search.embedded.files import ATTRIBUTE, CATEGORY, TAG
from pushcart.search.ports import (
    MOST_ATTRIBUTES,
    MOST_CATEGORIES,
    MOST_TAGS,
    PREFIX_WEIGHTS,
    WHOLE_NAME_WEIGHT,
    Facets,
    Findings,
    Place,
    Wanted,
)

SORT_VALUES: Final = {"relevance": "s.score", "newest": "p.created_at", "price": "c.lowest", "-price": "c.lowest"}
_COUNTED: Final = (
    "SELECT {columns}, count(*) FROM found f CROSS JOIN labels l ON l.product = f.product AND l.kind = ?"
    " GROUP BY {columns} ORDER BY count(*) DESC, {columns} LIMIT ?"
)


def find(connection: sqlite3.Connection, wanted: Wanted) -> Findings:
    """Answer a question. The connection is the caller's alone meanwhile."""
    question, parameters = _question(wanted)
    connection.execute("DROP TABLE IF EXISTS temp.found")
    connection.execute(f"CREATE TEMP TABLE found AS {question}", parameters)
    (total,) = connection.execute("SELECT count(*) FROM found").fetchone()
    rows = _page(connection, wanted)
    more = len(rows) > wanted.limit
    hits = rows[: wanted.limit]
    last = Place(hits[-1][0], hits[-1][1]) if more else None
    facets = _facets(connection) if total else Facets()
    return Findings(hits=[json.loads(shown) for _, _, shown in hits], next=last, total=total, facets=facets)


def _question(wanted: Wanted) -> tuple[str, list[Any]]:
    parameters: list[Any] = []
    scored, source = "", "(SELECT 0 AS score) s CROSS JOIN products p"
    if wanted.words:
        scored = _scored(wanted.words, parameters)
        source = "scored s CROSS JOIN products p ON p.number = s.product"
    parameters.append(wanted.currency)
    conditions = []
    for condition, given in _conditions(wanted):
        conditions.append(f"AND {condition}")
        parameters += given
    return (
        f"{scored} SELECT p.number AS product, p.id AS id, {SORT_VALUES[wanted.sort]} AS place,"  # noqa: S608
        f" c.lowest AS lowest, c.highest AS highest, p.availability AS availability FROM {source}"
        f" LEFT JOIN prices c ON c.product = p.number AND c.currency = ? WHERE 1 {' '.join(conditions)}"
    ), parameters


def _scored(words: tuple[str, ...], parameters: list[Any]) -> str:
    """Return a table, for the question's head, of the products in which each word stands, and what all come to.

    It is made once and read first: left to itself, SQLite asks for the words again for every product.
    """
    matches = []
    for number, word in enumerate(words):
        is_last = number == len(words) - 1
        beginning = " *" if is_last else ""
        asked = [(weight, f"{field} : {_quoted(word)}{beginning}") for field, weight in PREFIX_WEIGHTS.items()]
        if is_last:
            asked.append((WHOLE_NAME_WEIGHT, f"name : {_quoted(word)}"))
        for weight, match in asked:
            matches.append("SELECT rowid AS product, ? AS word, ? AS weight FROM words WHERE words MATCH ?")
            parameters += (number, weight, match)
    parameters.append(len(words))
    return (
        "WITH scored AS MATERIALIZED (SELECT product, sum(weight) AS score"  # noqa: S608
        f" FROM ({' UNION ALL '.join(matches)}) GROUP BY product HAVING count(DISTINCT word) = ?)"
    )


def _quoted(word: str) -> str:
    """Return a word as FTS5's string, in which nothing means anything.

    Source: https://www.sqlite.org/fts5.html#fts5_strings
    """
    return '"' + word.replace('"', '""') + '"'


def _conditions(wanted: Wanted) -> list[tuple[str, list[Any]]]:
    labels = [(TAG, "", tag) for tag in wanted.tags] + [(ATTRIBUTE, *pair) for pair in wanted.attributes]
    if wanted.category_id is not None:
        labels.append((CATEGORY, "", wanted.category_id))
    labelled = "p.number IN (SELECT product FROM labels WHERE kind = ? AND name = ? AND value = ?)"
    conditions: list[tuple[str, list[Any]]] = [(labelled, list(label)) for label in labels]
    if wanted.availability:
        listed = ", ".join("?" for _ in wanted.availability)
        conditions.append((f"p.availability IN ({listed})", list(wanted.availability)))
    if wanted.needs_price:
        conditions.append(("c.lowest IS NOT NULL", []))
    if wanted.price_min is not None:
        conditions.append(("c.highest >= ?", [wanted.price_min]))
    if wanted.price_max is not None:
        conditions.append(("c.lowest <= ?", [wanted.price_max]))
    return conditions


def _page(connection: sqlite3.Connection, wanted: Wanted) -> list[tuple[Any, str, str]]:
    upward = wanted.sort == "price"
    order, beyond = ("ASC", ">") if upward else ("DESC", "<")
    after = f"WHERE (f.place, f.id) {beyond} (?, ?)" if wanted.after else ""
    return connection.execute(
        f"SELECT f.place, f.id, p.shown FROM found f CROSS JOIN products p ON p.number = f.product {after}"  # noqa: S608
        f" ORDER BY f.place {order}, f.id {order} LIMIT ?",
        (*(wanted.after or ()), wanted.limit + 1),
    ).fetchall()


def _facets(connection: sqlite3.Connection) -> Facets:
    def counted(columns: str, kind: str, most: int) -> list[Any]:
        return connection.execute(_COUNTED.format(columns=columns), (kind, most)).fetchall()

    lowest, highest = connection.execute("SELECT min(lowest), max(highest) FROM found").fetchone()
    words = "SELECT availability, count(*) FROM found GROUP BY availability ORDER BY count(*) DESC, availability"
    return Facets(
        categories=counted("value", CATEGORY, MOST_CATEGORIES),
        tags=counted("value", TAG, MOST_TAGS),
        attributes=[
            ((name, value), count) for name, value, count in counted("name, value", ATTRIBUTE, MOST_ATTRIBUTES)
        ],
        availability=connection.execute(words).fetchall(),
        price=None if lowest is None else (lowest, highest),
    )
