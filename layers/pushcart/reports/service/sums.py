"""What an event adds to which sum: the whole of the projection, without a table in sight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pushcart.inventory import service as inventory
from pushcart.reports.models import Additions, CustomerItem, GoodsItem, SalesItem, StockReportItem
from utils.messages import EventMessage
from utils.models import Key

_TOTALS: Final = ("subtotal", "discount", "shipping", "tax", "total")


def additions(generation: str, event: EventMessage) -> Additions:
    """Return what ``event`` adds to the sums of ``generation``; nothing for one that no sum is made of.

    Example
    -------
    >>> additions("1", captured)  # doctest: +SKIP
    {Key(SalesItem, '1#SALES#2026', '2026-11-20#EUR'): Counter({'captured': 1999})}
    """
    sums: Additions = {}
    for key, amounts in _parts(generation, event):
        sums.setdefault(key, Counter()).update({name: amount for name, amount in amounts.items() if amount})
    return {key: amounts for key, amounts in sums.items() if amounts}


def _parts(generation: str, event: EventMessage) -> Iterator[tuple[Key, Mapping[str, int]]]:
    make = _MAKERS.get(event.type)
    if make is not None:
        yield from make(generation, event.occurred_at[:10], event.data)
    elif event.type.startswith("payment.") and event.data.get("currency"):
        yield from _money(generation, event.occurred_at[:10], event.data)
    yield from _stock(generation, event)


def _sold(generation: str, day: str, data: Mapping[str, Any]) -> Iterator[tuple[Key, Mapping[str, int]]]:
    currency, lines, totals = data["currency"], data["lines"], data["totals"]
    units = sum(int(line["quantity"]) for line in lines)
    amounts = {name: int(totals[name]) for name in _TOTALS}
    yield SalesItem.key_of(generation, day, currency), {"orders": 1, "units": units, **amounts}
    for line in lines:
        sold = {name: int(line[name]) for name in ("total", "discount", "tax")}
        goods = {"orders": 1, "units": int(line["quantity"]), **sold}
        yield GoodsItem.key_of(generation, day[:7], currency, line["sku"]), goods
    yield from _bought(generation, data)


def _claimed(generation: str, _: str, data: Mapping[str, Any]) -> Iterator[tuple[Key, Mapping[str, int]]]:
    """A guest's order that was sold becomes a customer's; one that was not is counted when it is."""
    if data["was_sold"]:
        yield from _bought(generation, data)


def _bought(generation: str, data: Mapping[str, Any]) -> Iterator[tuple[Key, Mapping[str, int]]]:
    if data["customer_id"]:
        units = sum(int(line["quantity"]) for line in data["lines"])
        bought = {"orders": 1, "units": units, "total": int(data["totals"]["total"])}
        yield CustomerItem.key_of(generation, data["customer_id"], data["currency"]), bought


def _called_off(generation: str, day: str, data: Mapping[str, Any]) -> Iterator[tuple[Key, Mapping[str, int]]]:
    if not data.get("was_sold"):
        return
    currency = data["currency"]
    lost = {"cancelled_orders": 1, "cancelled_total": int(data["totals"]["total"])}
    yield SalesItem.key_of(generation, day, currency), lost
    for line in data["lines"]:
        goods = {"cancelled_units": int(line["quantity"]), "cancelled_total": int(line["total"])}
        yield GoodsItem.key_of(generation, day[:7], currency, line["sku"]), goods
    if data["customer_id"]:
        yield CustomerItem.key_of(generation, data["customer_id"], currency), lost


def _money(generation: str, day: str, data: Mapping[str, Any]) -> Iterator[tuple[Key, Mapping[str, int]]]:
    moved = {"captured": int(data.get("took", 0)), "refunded": int(data.get("gave_back", 0))}
    yield SalesItem.key_of(generation, day, data["currency"]), moved


def _stock(generation: str, event: EventMessage) -> Iterator[tuple[Key, Mapping[str, int]]]:
    for line in inventory.ledger_lines(event.type, event.data):
        change = line.change
        yield (
            StockReportItem.key_of(generation, line.sku, line.location_id),
            {
                "on_hand": change.on_hand,
                "available": change.available,
                "reserved": change.reserved,
                "came_in": max(change.on_hand, 0),
                "went_out": max(-change.on_hand, 0),
            },
        )


_Maker = Callable[[str, str, Mapping[str, Any]], Iterator[tuple[Key, Mapping[str, int]]]]
_MAKERS: Final[dict[str, _Maker]] = {
    "order.confirmed": _sold,
    "order.cancelled": _called_off,
    "order.claimed": _claimed,
}
