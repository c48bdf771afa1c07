"""SQLite files of the index: their tables, and how they are opened.

``words`` is told apart by one rule on both sides (:mod:`pushcart.search.words`), so the tokenizer has nothing to fold:
``ascii`` takes every other sign as part of a word. ``detail=column`` keeps in which field a word stands, and not where.
https://www.sqlite.org/fts5.html
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

TABLES: Final = """
CREATE TABLE products (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, availability TEXT NOT NULL, created_at TEXT NOT NULL,
    shown TEXT NOT NULL, digest BLOB NOT NULL
);
CREATE TABLE prices (
    product INTEGER NOT NULL, currency TEXT NOT NULL, lowest INTEGER NOT NULL, highest INTEGER NOT NULL,
    PRIMARY KEY (product, currency)
) WITHOUT ROWID;
CREATE TABLE labels (
    product INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (product, kind, name, value)
) WITHOUT ROWID;
CREATE INDEX labelled ON labels (kind, name, value, product);
CREATE VIRTUAL TABLE words USING fts5 (name, labels, text, tokenize = 'ascii', detail = 'column');
"""
CATEGORY: Final = "category"
TAG: Final = "tag"
ATTRIBUTE: Final = "attribute"


def open_to_write(path: Path) -> sqlite3.Connection:
    """Open a file that nobody else has, and make its tables if it is new. What is left half done is thrown away."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")
    if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        connection.executescript(TABLES)
    return connection


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a file that nobody writes to any more; sums of a question are kept in memory beside it."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection
