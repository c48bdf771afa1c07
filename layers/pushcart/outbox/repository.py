"""Every read and write of the ``events`` table."""

from __future__ import annotations

from typing import Any, Final

from pushcart import tables
from pushcart.outbox.models import EventItem, partition_of
from utils.errors import Unavailable
from utils.models import Key
from utils.queries import Page, query
from utils.transaction import Transaction

PENDING: Final = "PENDING#0"


def append(tx: Transaction, event: EventItem) -> None:
    """Append an event. A sequence that is taken means that somebody else moved the aggregate: try again."""
    tx.create(event, taken=Unavailable())


def history(aggregate: str, *, limit: int, start: dict[str, Any] | None = None) -> Page[EventItem]:
    """Return a page of an aggregate's events, oldest first, in one call."""
    return query(EventItem, partition_of(aggregate), limit=limit, start=start, consistent=True)


def day_shard(day: str) -> str:
    """Return the partition of the ``by_day`` index."""
    return f"DAY#{day}#0"


def of_day(day: str, *, start: dict[str, Any] | None = None) -> Page[EventItem]:
    """Return a page of a day's events by their ids, which sort by time."""
    return query(EventItem, day_shard(day), index=tables.events["by_day"], start=start)


def pending_until(moment: str, *, limit: int, start: dict[str, Any] | None = None) -> Page[EventItem]:
    """Return events that occurred at ``moment`` or before and are still not published."""
    return query(EventItem, PENDING, index=tables.events["pending"], until=moment, limit=limit, start=start)


def mark_published(key: Key) -> None:
    """Take an event out of the sparse index; a second time changes nothing."""
    tx = Transaction()
    tx.adjust(key, EventItem.pending_shard.remove(), when=EventItem.pk.exists(), refused=Unavailable())
    tx.commit()
