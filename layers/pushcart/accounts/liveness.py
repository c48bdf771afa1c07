"""Whether what a token stands on (a session, an API key, a client) still lives: read at most once a minute.

An access token by itself is good for ten minutes, whatever becomes of its session. The authorizer therefore looks; with
its cache the gateway asks it once a minute for each token, and where it has none this process remembers as long.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from utils.clock import now
from utils.models import Item, Key
from utils.reads import fetch

REMEMBERED: Final = timedelta(seconds=60)
MOST: Final = 1000
"""Items that one process remembers, at about 2 KB each."""


class Recent:
    """Items as they were less than a minute ago; what is not there is not remembered, since anybody can ask for it."""

    def __init__(self) -> None:
        self._items: OrderedDict[tuple[str, str], tuple[datetime, Item]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._items)

    def item(self, key: Key, *, afresh: bool) -> Item | None:
        """Return the item at ``key``; ``afresh``: as it is now, by one consistent read.

        Raises
        ------
        utils.errors.Unavailable
            When it has to be read, and the table cannot be.
        """
        held = None if afresh else self._items.get((key.pk, key.sk))
        if held and held[0] <= now() < held[0] + REMEMBERED:
            return held[1]
        moment, found = now(), fetch([key]).get(key)
        self._items.pop((key.pk, key.sk), None)
        if found is not None:
            self._items[key.pk, key.sk] = (moment, found)
            if len(self._items) > MOST:
                self._items.popitem(last=False)
        return found

    def forget(self) -> None:
        """Remember nothing, as a new process does."""
        self._items.clear()


RECENT: Final = Recent()
"""This process's own."""
