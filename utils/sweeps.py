"""Work through a list that may be longer than one run: each run goes on where the last one ended, and then afresh.

A run that took the oldest thousand each time would never come to the rest while those stay. Where a run is, is noted
page by page and after the page, so that the page of one which dies is repeated: whatever is done to an item must bear
being done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple, TypeVar

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute

from utils.clock import now
from utils.ephemeral import ephemeral
from utils.models import Item, Key
from utils.queries import Page
from utils.reads import fetch
from utils.transaction import Transaction

KEPT: Final = timedelta(days=2)
"""How long it is known where a run ended. Whoever comes later begins afresh."""

T = TypeVar("T")


class SweepItem(Item):
    """Where the last run of a sweep ended: where the next page begins, nothing where it came to the end."""

    table = ephemeral
    start = JSONAttribute(null=True)
    over = BooleanAttribute(default=False)
    ttl = NumberAttribute()

    @classmethod
    def key_of(cls, name: str) -> Key:
        return Key(cls, f"SWEEP#{name}", "META")


class Swept(NamedTuple):
    """How many items a run dealt with, and whether the list ended with them."""

    items: int
    to_the_end: bool


def sweep(
    name: str,
    page: Callable[[dict[str, Any] | None], Page[T]],
    deal: Callable[[Sequence[T]], None],
    *,
    most: int,
    once: bool = False,
) -> Swept:
    """Deal with a list page by page, from where the last run of the same name ended, at most ``most`` items.

    Parameters
    ----------
    name
        Of the sweep: its place is kept under it.
    page
        Returns the page that begins at a key, or the first one.
    deal
        Is given the items of each page that has any. What it raises ends the run, before that page.
    once
        A list whose end was come to is not begun again under this name.

    Example
    -------
    >>> sweep("open-payments", lambda start: open_until(moment, start=start), ask_after, most=1000)  # doctest: +SKIP
    Swept(items=17, to_the_end=True)
    """
    place = _read(name)
    start, done = place.start if place else None, 0
    if place and place.over and once:
        return Swept(0, to_the_end=True)
    while True:
        found = page(start)
        if found.items:
            deal(found.items)
        done, began, start = done + len(found.items), start, found.last_key
        if start or began or once:
            _note(name, start, over=start is None)
        if start is None or done >= most:
            return Swept(done, start is None)


def _read(name: str) -> SweepItem | None:
    key = SweepItem.key_of(name)
    found = fetch([key]).get(key)
    return found if isinstance(found, SweepItem) else None


def _note(name: str, start: dict[str, Any] | None, *, over: bool) -> None:
    key = SweepItem.key_of(name)
    tx = Transaction()
    tx.put(SweepItem(key.pk, key.sk, start=start, over=over, ttl=int((now() + KEPT).timestamp())))
    tx.commit()
