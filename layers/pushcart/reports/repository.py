"""Every read and write of the ``reports`` table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from pushcart.reports.models import (
    Additions,
    CustomerItem,
    GenerationsItem,
    GoodsItem,
    SalesItem,
    SeenItem,
    StockReportItem,
    customer_of,
    goods_of,
    sales_of,
    stock_of,
)
from utils.clock import now
from utils.errors import Overtaken, Problem
from utils.queries import Page, query
from utils.reads import fetch
from utils.transaction import Transaction
from utils.versions import amend

KEPT: Final = timedelta(days=30)
"""Longer than a message lives, its time among the dead letters included."""
A_PART: Final = 99
"""Sums that one transaction adds to; the note that they were comes on top (100 items at most)."""
_LAST: Final = "\U0010ffff"


class AlreadyCounted(Problem):
    """The event is in this generation's sums."""

    code = "CONFLICT"


def generations() -> GenerationsItem:
    """Return which generations there are, in one call."""
    key = GenerationsItem.only_key()
    found = fetch([key]).get(key)
    return found if isinstance(found, GenerationsItem) else GenerationsItem(key.pk, key.sk, version=0)


def announce_next(kept: GenerationsItem, generation: str | None, *, current: str | None = None) -> None:
    """Write which generation is being made (``None``: none), and which is shown from now on.

    Raises
    ------
    Overtaken
        When somebody else changed it since it was read.
    """
    tx = Transaction()
    if not kept.version:
        kept.version, kept.next = 1, generation
        tx.create(kept, taken=Overtaken())
    else:
        amend(tx, kept, refused=Overtaken(), next=generation, current=current or kept.current)
    tx.commit()


def count(generation: str, event_id: str, additions: Additions) -> bool:
    """Add an event to a generation's sums, once; ``False`` when it was there before.

    What does not fit into one transaction (an order of fifty lines that is called off changes goods and stock of each)
    is added in parts, each once: whoever comes again after a crash adds the rest.
    """
    items = list(additions.items())
    parts = [dict(items[start : start + A_PART]) for start in range(0, len(items), A_PART)]
    added = [
        _count_part(generation, event_id if number == 0 else f"{event_id}#{number}", part)
        for number, part in enumerate(parts)
    ]
    return any(added)


def _count_part(generation: str, name: str, additions: Additions) -> bool:
    tx = Transaction()
    key = SeenItem.key_of(generation, name)
    seen = SeenItem(key.pk, key.sk, ttl=int((now() + KEPT).timestamp()))
    tx.lead(seen, when=SeenItem.pk.does_not_exist(), refused=AlreadyCounted("counted before"))
    for item_key, amounts in additions.items():
        actions = [getattr(item_key.model, name).add(amount) for name, amount in sorted(amounts.items())]
        tx.adjust(item_key, *actions)
    try:
        tx.commit()
    except AlreadyCounted:
        return False
    return True


def sales(generation: str, year: str, *, since: str, until: str, start: dict[str, Any] | None) -> Page[SalesItem]:
    """Return a page of the days of one year, in order: one call."""
    return query(SalesItem, sales_of(generation, year), since=since, until=until + "#" + _LAST, start=start)


def goods(generation: str, month: str, currency: str, *, limit: int, start: dict[str, Any] | None) -> Page[GoodsItem]:
    """Return a page of what was sold of each SKU in a month, by SKU: one call."""
    return query(GoodsItem, goods_of(generation, month, currency), limit=limit, start=start)


def stock(generation: str, *, limit: int, start: dict[str, Any] | None) -> Page[StockReportItem]:
    """Return a page of the stock of every SKU and location, by SKU: one call."""
    return query(StockReportItem, stock_of(generation), limit=limit, start=start)


def of_customer(generation: str, customer_id: str) -> Page[CustomerItem]:
    """Return what a customer bought, by currency: one call."""
    return query(CustomerItem, customer_of(generation, customer_id))
