"""Where the units for an order are taken from (docs/adr/0017).

Each line is taken whole from one location, and from one bucket of it. Where the place that a line was seen at has not
enough any more, all places of the SKU are looked at, in one Query, before it is said to be sold out.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence

from pushcart.inventory.errors import InsufficientStock
from pushcart.inventory.models import Place, ReservedLine, StockItem, Wanted
from pushcart.inventory.repository import stock as repository
from utils.errors import Problem, merged
from utils.transaction import Transaction

Taken = Counter[tuple[str, Place]]
"""What earlier lines of the same order take from each place."""


def allocate(
    tx: Transaction,  # noqa: ARG001 - reads go past it, since a Query is no part of a transaction
    wants: Sequence[Wanted],
    stocks: Sequence[StockItem | None],
) -> list[ReservedLine]:
    """Decide where each line is taken from. Nothing is promised by it yet.

    Parameters
    ----------
    wants
        What is wanted, at most fifty lines.
    stocks
        What was read at each one's place (:func:`~pushcart.inventory.service.stock_key`), in the same order.

    Returns
    -------
    list[ReservedLine]
        One for each that is wanted, in the same order; what :func:`~pushcart.inventory.service.reserve` takes.

    Raises
    ------
    InsufficientStock
        One entry for each SKU that no location has enough of, with the most that one location has.

    Example
    -------
    >>> allocate(tx, [Wanted("MUG-1", 2)], tx.read(stock_key("MUG-1")))  # doctest: +SKIP
    [ReservedLine(sku='MUG-1', location_id='main', quantity=2, bucket=0)]
    """
    lines: list[ReservedLine] = []
    short: list[Problem] = []
    taken: Taken = Counter()
    for want, stock in zip(wants, stocks, strict=True):
        place = stock.place if stock and _free(stock, taken) >= want.quantity else None
        try:
            place = place or look_around(want.sku, want.quantity, repository.everywhere(want.sku), taken)
        except InsufficientStock as problem:
            short.append(problem)
            continue
        taken[want.sku, place] += want.quantity
        lines.append(ReservedLine(want.sku, place.location_id, want.quantity, place.bucket))
    if short:
        raise merged(short)
    return lines


def look_around(sku: str, quantity: int, stocks: Iterable[StockItem], taken: Taken | None = None) -> Place:
    """Return a place that has enough, and gather it there first where only several buckets together have.

    Gathering is a transaction of its own: it sells nothing and moves no unit from its location, so that it may stand
    even if the order fails. The places that have enough are taken by lot, since many who come at once read the same.

    Raises
    ------
    InsufficientStock
        When no location has enough.
    Overtaken
        When units that were to be gathered were sold meanwhile; it can run again.
    """
    taken = taken if taken is not None else Counter()
    locations: dict[str, list[StockItem]] = {}
    for stock in stocks:
        locations.setdefault(stock.location_id, []).append(stock)
    enough = [stock for all_of in locations.values() for stock in all_of if _free(stock, taken) >= quantity]
    if enough:
        return random.choice(enough).place  # noqa: S311 - spreads load, and guards nothing
    sums = {location: sum(_free(stock, taken) for stock in all_of) for location, all_of in locations.items()}
    best = max(sums, key=lambda location: sums[location], default=None)
    if best is None or sums[best] < quantity:
        raise InsufficientStock(sku, requested=quantity, available=sums[best] if best else 0)
    return _gather(sku, quantity, locations[best], taken)


def hint(stocks: Iterable[StockItem | None]) -> Place:
    """Return where a line is best looked for first: the place that has most.

    Example
    -------
    >>> hint([])
    Place(location_id='main', bucket=0)
    """
    found = [stock for stock in stocks if stock is not None]
    return max(found, key=lambda stock: stock.free).place if found else Place()


def _free(stock: StockItem, taken: Taken) -> int:
    return stock.free - taken[stock.sku, stock.place]


def _gather(sku: str, quantity: int, buckets: Sequence[StockItem], taken: Taken) -> Place:
    fullest, *others = sorted(buckets, key=lambda stock: -_free(stock, taken))
    missing = quantity - _free(fullest, taken)
    changes: dict[Place, int] = {fullest.place: missing}
    for bucket in others:
        moved = min(missing, max(0, _free(bucket, taken)))
        if moved:
            changes[bucket.place] = -moved
            missing -= moved
    tx = Transaction()
    repository.move_free(tx, sku, changes)
    tx.commit()
    return fullest.place
