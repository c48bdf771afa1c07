"""The port to search indexes, by a SQLite file in a bucket."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from pushcart.search.embedded import asking, store, writing
from pushcart.search.embedded.copies import copy
from pushcart.search.embedded.files import CATEGORY, open_to_read, open_to_write
from pushcart.search.embedded.store import Corrupt, Pointer
from pushcart.search.ports import Findings, IndexLost, Truth, Wanted
from utils.errors import Overtaken
from utils.log import log_exception
from utils.rerun import until_settled

IDS_A_PAGE: Final = 50_000
"""Each page reads the file again."""


class Embedded:
    """:class:`~pushcart.search.ports.SearchIndex` in a file.

    A question costs no call to AWS while the copy is fresh, one when it is asked whether it still is the current one,
    two when it was not. A revision costs a read of the pointer, of the file, and two writes.
    """

    def find(self, wanted: Wanted) -> Findings:
        with copy.reading() as connection:
            return Findings() if connection is None or wanted.is_vain else asking.find(connection, wanted)

    def ids(self, *, category_id: str | None = None, after: str = "") -> list[str]:
        within = "number IN (SELECT product FROM labels WHERE kind = ? AND value = ?) AND" if category_id else ""
        question = f"SELECT id FROM products WHERE {within} id > ? ORDER BY id LIMIT ?"  # noqa: S608 - constants
        given = (CATEGORY, category_id) if category_id else ()
        _, content, _ = _latest()
        if content is None:
            return []
        with tempfile.TemporaryDirectory(prefix="pushcart-search-") as folder:
            path = Path(folder, "index.sqlite")
            path.write_bytes(content)
            connection = open_to_read(path)
            try:
                rows = connection.execute(question, (*given, after, IDS_A_PAGE)).fetchall()
            finally:
                connection.close()
        return [product_id for (product_id,) in rows]

    def revise(self, product_ids: Sequence[str], truth: Truth) -> None:
        if until_settled(partial(_revise, product_ids, truth)):
            raise IndexLost


def _revise(product_ids: Sequence[str], truth: Truth) -> bool:
    """Revise once, and return whether it was done to an empty file, because there was no other."""
    # The pointer comes first: whoever changes the file after the truth was read is noticed.
    before, content, tag = _latest()
    entries = truth(product_ids)
    with tempfile.TemporaryDirectory(prefix="pushcart-search-") as folder:
        path = Path(folder, "index.sqlite")
        if content is not None:
            path.write_bytes(content)
        connection = open_to_write(path)
        try:
            changed = writing.apply(connection, entries)
        finally:
            connection.close()
        lost = content is None
        if (changed or lost) and store.publish(path.read_bytes(), before, tag) is None:
            raise Overtaken
    return lost


def _latest() -> tuple[Pointer | None, bytes | None, str | None]:
    """Return the current file's pointer, the file, and the pointer's tag; no file where there is none to build on."""
    try:
        before = store.pointer()
        if before is None:
            return None, None, None
        content = store.content(before)
    except Corrupt as corrupt:
        log_exception("search index is corrupt", corrupt)
        return None, None, store.tag_of_pointer()
    return before, content, before.tag
