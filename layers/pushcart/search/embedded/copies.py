"""This process's copy of the index, which most questions are answered from without asking AWS anything."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Final

from pushcart.search.embedded import store
from pushcart.search.embedded.files import open_to_read
from pushcart.search.embedded.store import Corrupt, Pointer
from utils.clock import now
from utils.errors import Unavailable
from utils.log import log_exception, logger

FRESH_SECONDS: Final = 30
"""How long a copy is used before it is asked whether there is a newer one."""
_LOOKS: Final = 2
"""A file that is gone when it is read was pointed at no more: the pointer is read again, once."""


class Copy:
    """The latest file that could be had, opened to be read.

    None of its trouble is the caller's as long as there is a former file: what cannot be reached or is corrupt is
    logged, and tried again after :data:`FRESH_SECONDS`. Where there is no index yet, each question looks for one.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._pointer: Pointer | None = None
        self._connection: sqlite3.Connection | None = None
        self._checked_at: datetime | None = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """Lend the connection, to one thread at a time; ``None`` where there is no index.

        Raises
        ------
        Unavailable
            When there is no former file, and the bucket cannot be reached or holds a corrupt one.
        """
        with self._lock:
            if not self._is_fresh():
                self._refresh()
            yield self._connection

    def forget(self) -> None:
        """Begin anew: the next question looks for the index."""
        with self._lock:
            if self._connection:
                self._connection.close()
            self._connection = self._pointer = self._checked_at = None
            if self._folder:
                self._folder.cleanup()
            self._folder = None

    def _is_fresh(self) -> bool:
        if self._connection is None or self._checked_at is None:
            return False
        # A clock that was set back must not keep a copy for longer than it should be.
        return abs((now() - self._checked_at).total_seconds()) < FRESH_SECONDS

    def _refresh(self) -> None:
        try:
            self._take_current()
        except (Corrupt, Unavailable, sqlite3.DatabaseError) as trouble:
            log_exception("search index not read", trouble)
            if self._connection is None:
                raise Unavailable from trouble
        self._checked_at = now()

    def _take_current(self) -> None:
        for _ in range(_LOOKS):
            current = store.pointer()
            if current is None or current == self._pointer:
                return
            content = store.content(current)
            if content is not None:
                self._open(current, content)
                return
        logger.warning("search index is gone where the pointer points")

    def _open(self, current: Pointer, content: bytes) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="pushcart-search-")
        path = Path(self._folder.name, Path(current.key).name)
        arriving = path.with_suffix(".part")
        arriving.write_bytes(content)
        arriving.replace(path)
        fresh = open_to_read(path)
        fresh.execute("SELECT count(*) FROM products").fetchone()
        former, self._connection, self._pointer = self._connection, fresh, current
        if former is not None:
            former.close()
        for other in Path(self._folder.name).iterdir():
            if other != path:
                other.unlink()


copy: Final = Copy()
"""Of this process."""
