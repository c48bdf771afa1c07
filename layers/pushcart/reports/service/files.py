"""Reports as files: CSV, or a workbook that spreadsheet programs open. No text in them is taken for a formula."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from typing import Any, Final

from pushcart.reports import repository
from pushcart.reports.schemas import SalesDay, SalesFileQuery, StockFileQuery, StockReported
from pushcart.reports.service import showing
from pushcart.reports.views import stock_reported_of
from utils import spreadsheets
from utils.declarations import Package
from utils.envelope import Answer
from utils.errors import InvalidState
from utils.forms import read_fields
from utils.schemas import read_values

SPREADSHEETS: Final = Package("spreadsheets", ())
"""Imported when a workbook is asked for: a CSV needs none of it."""
PAGE: Final = 1000
MAX_ROWS: Final = 20_000
"""A function answers with at most 6 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html); a
row of stock is 60 bytes."""


def download_sales(raw_query: str) -> Answer:
    """Return a file of sales by day, as a :class:`SalesFileQuery` asks for it."""
    query = read_values(SalesFileQuery, {**read_fields(raw_query)})
    report = showing.show_sales(query)
    name = f"sales {report.first} to {report.last}"
    return _file(name, list(SalesDay.model_fields), report.days, query.format)


def download_stock(raw_query: str) -> Answer:
    """Return a file of the stock, as a :class:`StockFileQuery` asks for it.

    Raises
    ------
    InvalidState
        When there are more than 20,000 rows, which no answer can hold.
    """
    query = read_values(StockFileQuery, {**read_fields(raw_query)})
    generation = repository.generations().current
    rows: list[StockReported] = []
    start = None
    while len(rows) <= MAX_ROWS:
        page = repository.stock(generation, limit=PAGE, start=start)
        rows += [stock_reported_of(item) for item in page.items]
        start = page.last_key
        if start is None:
            return _file("stock", list(StockReported.model_fields), rows, query.format)
    raise InvalidState(f"There are more than {MAX_ROWS} rows. Page through GET /reports/inventory.")


def _file(name: str, columns: list[str], rows: Iterable[Any], kind: str) -> Answer:
    table = [[getattr(row, column) for column in columns] for row in rows]
    headers = {
        "content-type": spreadsheets.MEDIA_TYPES[kind],
        "content-disposition": f'attachment; filename="{name.replace(" ", "-")}.{kind}"',
    }
    if kind == "csv":
        return Answer(200, spreadsheets.csv_of(columns, table), headers)
    content = spreadsheets.workbook_of({name: (columns, table)})
    return Answer(200, b64encode(content).decode(), headers, base64=True)
