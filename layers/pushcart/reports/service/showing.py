"""Reports as staff asks for them: which generation is shown, and its sums; two calls, or one more a page."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from pushcart.reports import repository
from pushcart.reports.schemas import (
    MAX_DAYS,
    CustomerReport,
    GoodsQuery,
    GoodsSold,
    SalesQuery,
    SalesReport,
    StockReported,
    StockReportQuery,
)
from pushcart.reports.views import customer_sums_of, goods_sold_of, sales_day_of, stock_reported_of, totals_of
from utils.clock import now
from utils.errors import NotFound
from utils.queries import Page

_CUSTOMER_ID: Final = re.compile(r"usr_[0-9A-HJKMNP-TV-Z]{26}")
DAYS: Final = 30
"""How many days are shown to who names none."""


def show_sales(query: SalesQuery) -> SalesReport:
    """Show sales by day: one call for the generation, and one for each year that the days touch."""
    first, last = _days(query)
    generation = repository.generations().current
    items = [item for year in range(first.year, last.year + 1) for item in _year(generation, year, first, last)]
    days = [day for day in map(sales_day_of, items) if query.currency in {None, day.currency}]
    return SalesReport(first=first.isoformat(), last=last.isoformat(), days=days, totals=totals_of(days))


def _days(query: SalesQuery) -> tuple[date, date]:
    today = now().date()
    if query.first and not query.last:
        first = date.fromisoformat(query.first)
        return first, max(first, min(today, _moved(first, MAX_DAYS - 1)))
    last = date.fromisoformat(query.last) if query.last else today
    return date.fromisoformat(query.first) if query.first else _moved(last, 1 - DAYS), last


def _moved(day: date, days: int) -> date:
    """Return the day so many days later, or the last that there is; earlier ones where ``days`` is negative."""
    ordinal = min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal())
    return date.fromordinal(ordinal)


def _year(generation: str, year: int, first: date, last: date) -> list[Any]:
    found: list[Any] = []
    start = None
    while True:
        page = repository.sales(generation, f"{year:04d}", since=first.isoformat(), until=last.isoformat(), start=start)
        found += page.items
        start = page.last_key
        if start is None:
            return found


def list_goods(query: GoodsQuery, start: dict[str, Any] | None) -> Page[GoodsSold]:
    """List what was sold of each SKU in a month."""
    generation = repository.generations().current
    page = repository.goods(generation, query.month, query.currency, limit=query.limit, start=start)
    return Page([goods_sold_of(item) for item in page.items], page.last_key)


def list_stock(query: StockReportQuery, start: dict[str, Any] | None) -> Page[StockReported]:
    """List the stock of every SKU and location."""
    page = repository.stock(repository.generations().current, limit=query.limit, start=start)
    return Page([stock_reported_of(item) for item in page.items], page.last_key)


def show_customer(customer_id: str) -> CustomerReport:
    """Show what a customer bought, by currency: nothing, where they did not, or where nobody has this id any more.

    Raises
    ------
    NotFound
        When it is no customer's id.
    """
    if not _CUSTOMER_ID.fullmatch(customer_id):
        raise NotFound("customer")
    page = repository.of_customer(repository.generations().current, customer_id)
    return CustomerReport(customer_id=customer_id, bought=[customer_sums_of(item) for item in page.items])
