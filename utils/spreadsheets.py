"""Tables as files: CSV (RFC 4180) and workbooks (Office Open XML). What is text stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from utils.data_helpers import inert_cell
from utils.name_helpers import sanitize_sheet_name

MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Row = Sequence[str | int | None]


def csv_of(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Return a table as CSV with a head, its texts inert: a program that opens it runs none of them.

    Example
    -------
    >>> csv_of(["sku", "units"], [["=HYPERLINK()", 2]])
    "sku,units\\r\\n'=HYPERLINK(),2\\r\\n"
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([inert_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()


def workbook_of(sheets: Mapping[str, tuple[Sequence[str], Iterable[Row]]]) -> bytes:
    """Return a workbook with one sheet for each name: its columns and its rows.

    Texts are written as texts, whatever they begin with; numbers as numbers. A name that Excel would refuse is made
    one that it takes.
    """
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    names: list[str] = []
    head = book.add_format({"bold": True})
    for name, (columns, rows) in sheets.items():
        names.append(sanitize_sheet_name(name, taken=names))
        sheet = book.add_worksheet(names[-1])
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(columns):
            sheet.write_string(0, column, title, head)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                _write(sheet, number, column, cell)
    book.close()
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, cell: str | int | None) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif cell is not None:
        sheet.write_number(row, column, cell)
