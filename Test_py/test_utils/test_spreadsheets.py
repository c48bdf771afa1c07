"""Tables that leave: nothing in them runs, and what comes back is what went out (security.md, formula in exports)."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from utils import spreadsheets
from utils.data_helpers import LIVE, inert_cell, revived_cell

DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "'=1",
    '=HYPERLINK("http://x")',
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_begins_a_formula(text: str) -> None:
    (_, (cell,)) = csv.reader(io.StringIO(spreadsheets.csv_of(["a"], [[text]]), newline=""))
    assert not cell.startswith(LIVE)
    assert revived_cell(cell) == text


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_workbook_keeps_texts_as_texts(text: str) -> None:
    book = load_workbook(io.BytesIO(spreadsheets.workbook_of({"s": (["a", "n"], [[text, 7]])})))
    cell, number = book.active[2]
    assert (cell.data_type, number.value, number.data_type) == ("s", 7, "n")
    assert cell.value.replace("_x000D_", "\r").replace("\n", "\n") in {text, text.replace("\r", "\n")}


@given(st.text())
def test_the_way_back_gives_the_text(text: str) -> None:
    assert revived_cell(inert_cell(text)) == text
    assert not inert_cell(text).startswith(LIVE)


def test_a_table_has_its_head_and_leaves_nothing_where_there_is_nothing() -> None:
    assert spreadsheets.csv_of(["sku", "units"], [["A,B", 1], ["C", None]]) == 'sku,units\r\n"A,B",1\r\nC,\r\n'
    sheet = load_workbook(io.BytesIO(spreadsheets.workbook_of({"Stock: all": (["sku"], [["A"], [None]])})))
    assert sheet.sheetnames == ["Stock all"]
    assert [[cell.value for cell in row] for row in sheet.active] == [["sku"], ["A"]]
