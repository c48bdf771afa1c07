"""Draws an invoice as a PDF, the same bytes each time.

fpdf2 is a layer of its own, so it is imported only when something is drawn, by the worker that names
:data:`DOCUMENTS`. The fonts come in the same layer: PDF's own know Latin-1 alone, and people's names do not keep to it.
They are DejaVu Sans, cut down to Latin, Greek, Cyrillic, Armenian and Hebrew letters and the signs of currencies
(docs/adr/0019); for any other letter, such as Chinese, a box is drawn.

Source: https://py-pdf.github.io/fpdf2/Unicode.html
"""

from __future__ import annotations

import logging
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pushcart.orders.invoice_models import InvoiceItem
from pushcart.orders.invoice_sheet import rows_of, sums_of, taxes_of
from pushcart.orders.models import OrderItem
from utils.clock import parse
from utils.declarations import Package

if TYPE_CHECKING:
    from fpdf import FPDF

DOCUMENTS: Final = Package("documents", ("fpdf",))

FONT: Final = "DejaVu"
FILES: Final = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
COLUMNS: Final = ("Item", "Quantity", "Price", "Discount", "Tax", "Total")
WIDTHS: Final = (70, 20, 26, 24, 16, 30)
"""In millimetres; together the width of the page between its margins."""
SMALL, PLAIN, LARGE = 8, 9, 18
LINE: Final = 5


class FontMissing(RuntimeError):
    """The layer ``documents`` has not the fonts that an invoice is drawn with."""


def draw(order: OrderItem, invoice: InvoiceItem) -> bytes:
    """Return the PDF of an invoice.

    Its time is that of the invoice and not of the drawing, and its identifier is made of its content, so that drawing
    it again gives the same bytes.

    Raises
    ------
    FontMissing
        When the fonts are not there.
    """
    pdf = _page(invoice)
    _head(pdf, order, invoice)
    _lines(pdf, order)
    _sums(pdf, order)
    return bytes(pdf.output())


def _page(invoice: InvoiceItem) -> FPDF:
    from fpdf import FPDF

    # It warns of each letter that the font has not: parts of people's names, which belong in no log.
    logging.getLogger("fpdf").setLevel(logging.ERROR)

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-15)
            self.set_font(FONT, size=SMALL)
            self.cell(0, LINE, f"Invoice {invoice.number}, page {self.page_no()} of {{nb}}", align="C")

    pdf = Paper(format="A4")
    pdf.set_creation_date(parse(invoice.issued_at))
    pdf.set_title(f"Invoice {invoice.number}")
    pdf.set_producer("Pushcart")
    pdf.set_margins(12, 15)
    pdf.set_auto_page_break(auto=True, margin=20)
    for style, name in FILES.items():
        pdf.add_font(FONT, style, _font(name))
    pdf.add_page()
    return pdf


def _head(pdf: FPDF, order: OrderItem, invoice: InvoiceItem) -> None:
    sheet: dict[str, Any] = invoice.sheet
    pdf.set_font(FONT, "B", LARGE)
    _line(pdf, "Invoice", height=10)
    facts = [f"Number: {invoice.number}", f"Date: {invoice.issued_at[:10]}"]
    facts += [f"Order: {order.number}", f"Ordered on: {order.placed_at[:10]}"]
    tax_id = [f"Tax number: {sheet['tax_id']}"] if sheet["tax_id"] else []
    for title, lines in (
        ("", facts),
        ("Seller", [*sheet["seller"], *tax_id]),
        ("Billed to", sheet["buyer"]),
        ("Sent to", sheet["sent_to"]),
    ):
        if lines:
            _block(pdf, title, lines)


def _block(pdf: FPDF, title: str, lines: list[str]) -> None:
    if title:
        pdf.set_font(FONT, "B", PLAIN)
        _line(pdf, title)
    pdf.set_font(FONT, size=PLAIN)
    for line in lines:
        pdf.multi_cell(0, LINE, line, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)


def _lines(pdf: FPDF, order: OrderItem) -> None:
    """Draw the lines as a table; its head is repeated on each page."""
    pdf.set_font(FONT, size=PLAIN)
    _line(pdf, f"All amounts are in {order.currency}.")
    pdf.set_font(FONT, size=SMALL)
    align = ("LEFT", *["RIGHT"] * (len(COLUMNS) - 1))
    with pdf.table(col_widths=WIDTHS, text_align=align, line_height=LINE, borders_layout="HORIZONTAL_LINES") as table:
        table.row(COLUMNS)
        for row in rows_of(order):
            table.row((f"{row.title}\n{row.sku}", row.quantity, row.unit_price, row.discount, row.tax_rate, row.total))
    pdf.ln(3)


def _sums(pdf: FPDF, order: OrderItem) -> None:
    sums = sums_of(order)
    for at, (name, amount) in enumerate(sums):
        pdf.set_font(FONT, "B" if at == len(sums) - 1 else "", PLAIN)
        pdf.cell(130, LINE, name, align="R")
        _line(pdf, amount, align="R")
    pdf.ln(3)
    pdf.set_font(FONT, size=SMALL)
    for row in taxes_of(order):
        _line(pdf, f"Tax at {row.rate}: {row.tax} on {row.net} net", align="R")


def _line(pdf: FPDF, text: str, *, height: int = LINE, align: str = "L") -> None:
    pdf.cell(0, height, text, align=align, new_x="LMARGIN", new_y="NEXT")


@cache
def _font(name: str) -> Path:
    """Return where a font is: beside a layer's ``python`` folder, or in the repository."""
    for entry in map(Path, sys.path):
        for folder in (entry.parent / DOCUMENTS.name, entry / DOCUMENTS.name / "static"):
            if (folder / name).is_file():
                return folder / name
    raise FontMissing(name)
