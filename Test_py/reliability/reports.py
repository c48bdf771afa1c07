"""What the reports must say once all is at rest: the sums of the orders, payments and places themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from pushcart.reports.models import GoodsItem, SalesItem, StockReportItem
from pushcart.states import OrderStatus
from Test_py.reliability.books import Books, read_sums

SOLD = {OrderStatus.CONFIRMED, OrderStatus.PROCESSING, OrderStatus.COMPLETED}
Sums = Counter[tuple[str, ...]]


def at_rest(books: Books) -> Iterator[str]:
    """Yield where the sums, whose only source are events, differ from what the items say."""
    pairs = {
        "sales": (_sales_told(read_sums(SalesItem)), _sales(books)),
        "goods": (_goods_told(read_sums(GoodsItem)), _goods(books)),
        "units reserved": (_reserved_told(read_sums(StockReportItem)), _reserved(books)),
    }
    for what, (told, counted) in pairs.items():
        for key in sorted(told.keys() | counted.keys()):
            if told[key] != counted[key]:
                yield f"8: of {what}, {' '.join(key)}: the report says {told[key]}, the items {counted[key]}"


def _sales(books: Books) -> Sums:
    sums: Sums = Counter()
    for order in books.orders.values():
        if order.status in SOLD:
            sums[order.currency, "orders"] += 1
            sums[order.currency, "total"] += int(order.totals["total"])
    for payment in (one for all_of in books.payments.values() for one in all_of):
        sums[payment.currency, "captured"] += int(payment.captured)
        sums[payment.currency, "refunded"] += int(payment.refunded)
    return sums


def _sales_told(items: Iterable[SalesItem]) -> Sums:
    sums: Sums = Counter()
    for item in items:
        currency = item.sk.partition("#")[2]
        sums[currency, "orders"] += int(item.orders or 0) - int(item.cancelled_orders or 0)
        sums[currency, "total"] += int(item.total or 0) - int(item.cancelled_total or 0)
        sums[currency, "captured"] += int(item.captured or 0)
        sums[currency, "refunded"] += int(item.refunded or 0)
    return sums


def _goods(books: Books) -> Sums:
    sums: Sums = Counter()
    for order in books.orders.values():
        if order.status in SOLD:
            for line in order.lines:
                sums[line["sku"], "units"] += int(line["quantity"])
                sums[line["sku"], "total"] += int(line["total"])
    return sums


def _goods_told(items: Iterable[GoodsItem]) -> Sums:
    sums: Sums = Counter()
    for item in items:
        sums[item.sk, "units"] += int(item.units or 0) - int(item.cancelled_units or 0)
        sums[item.sk, "total"] += int(item.total or 0) - int(item.cancelled_total or 0)
    return sums


def _reserved(books: Books) -> Sums:
    sums: Sums = Counter()
    for stock in books.stock:
        sums[stock.sku, str(stock.location_id)] += int(stock.reserved)
    return sums


def _reserved_told(items: Iterable[StockReportItem]) -> Sums:
    sums: Sums = Counter()
    for item in items:
        sku, _, location_id = item.sk.partition("#")
        sums[sku, location_id] += int(item.reserved or 0)
    return sums
