"""Sums as the API answers them. An attribute that nothing was ever added to is not there, and means nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from pushcart.reports.models import CustomerItem, GoodsItem, SalesItem, StockReportItem
from pushcart.reports.schemas import CustomerSums, GoodsSold, SalesDay, SalesSums, StockReported
from utils.models import Item

_S = TypeVar("_S", SalesDay, GoodsSold, StockReported, CustomerSums)


def sales_day_of(item: SalesItem) -> SalesDay:
    """Show a day's sums in a currency."""
    day, _, currency = str(item.sk).partition("#")
    return _with_sums(SalesDay, item, day=day, currency=currency)


def goods_sold_of(item: GoodsItem) -> GoodsSold:
    """Show what was sold of a SKU."""
    return _with_sums(GoodsSold, item, sku=str(item.sk))


def stock_reported_of(item: StockReportItem) -> StockReported:
    """Show what there is of a SKU at a location."""
    sku, _, location_id = str(item.sk).partition("#")
    return _with_sums(StockReported, item, sku=sku, location_id=location_id)


def customer_sums_of(item: CustomerItem) -> CustomerSums:
    """Show what a customer bought in a currency."""
    return _with_sums(CustomerSums, item, currency=str(item.sk))


def totals_of(days: Iterable[SalesDay]) -> list[SalesSums]:
    """Add days up, by currency."""
    sums: dict[str, Counter[str]] = {}
    for day in days:
        sums.setdefault(day.currency, Counter()).update(day.model_dump(exclude={"day", "currency"}))
    return [SalesSums(currency=currency, **amounts) for currency, amounts in sorted(sums.items())]


def _with_sums(shape: type[_S], item: Item, **names: str) -> _S:
    sums = {name: int(getattr(item, name) or 0) for name in shape.model_fields if name not in names}
    return shape(**names, **sums)  # type: ignore[arg-type]
