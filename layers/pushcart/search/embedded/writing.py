"""Entries into a file, and out of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from hashlib import blake2b

from pushcart.search.embedded.files import ATTRIBUTE, CATEGORY, TAG
from pushcart.search.ports import Entry


def apply(connection: sqlite3.Connection, entries: Mapping[str, Entry | None]) -> bool:
    """Bring a file into line with the truth about some products, and return whether anything in it has changed."""
    changed = False
    with connection:
        for product_id, entry in entries.items():
            kept = connection.execute("SELECT number, digest FROM products WHERE id = ?", (product_id,)).fetchone()
            digest = _digest(entry) if entry else None
            if digest == (kept[1] if kept else None):
                continue
            if kept is not None:
                _remove(connection, kept[0])
            if entry is not None:
                _add(connection, entry, digest)
            changed = True
    return changed


def _digest(entry: Entry) -> bytes:
    """Tell one content from another, so that what has not changed is not written."""
    return blake2b(json.dumps(entry).encode(), digest_size=16).digest()


def _remove(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("DELETE FROM products WHERE number = ?", (number,))
    connection.execute("DELETE FROM prices WHERE product = ?", (number,))
    connection.execute("DELETE FROM labels WHERE product = ?", (number,))
    connection.execute("DELETE FROM words WHERE rowid = ?", (number,))


def _add(connection: sqlite3.Connection, entry: Entry, digest: bytes | None) -> None:
    shown = json.dumps(entry.shown, ensure_ascii=False, separators=(",", ":"))
    row = (entry.id, entry.availability, entry.created_at, shown, digest)
    number = connection.execute(
        "INSERT INTO products (id, availability, created_at, shown, digest) VALUES (?, ?, ?, ?, ?)", row
    ).lastrowid
    prices = [(number, currency, lowest, highest) for currency, (lowest, highest) in entry.prices.items()]
    connection.executemany("INSERT INTO prices VALUES (?, ?, ?, ?)", prices)
    labels = {
        *((number, CATEGORY, "", value) for value in entry.category_ids),
        *((number, TAG, "", value) for value in entry.tags),
        *((number, ATTRIBUTE, name, value) for name, value in entry.attributes),
    }
    connection.executemany("INSERT INTO labels VALUES (?, ?, ?, ?)", sorted(labels, key=repr))
    words = (number, " ".join(entry.name), " ".join(entry.labels), " ".join(entry.text))
    connection.execute("INSERT INTO words (rowid, name, labels, text) VALUES (?, ?, ?, ?)", words)
