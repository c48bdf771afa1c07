"""Names of worksheets: whatever is asked for, Excel takes what comes out, and no two are the same."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from utils import spreadsheets
from utils.name_helpers import MAX_SHEET_NAME, sanitize_sheet_name


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Sales", "Sales"),
        ("a[b]c:d*e?f/g\\h", "a b c d e f g h"),
        ("'quoted'", "quoted"),
        ("", "Sheet"),
        ("   ", "Sheet"),
        ("''", "Sheet"),
        ("History", "History (2)"),
        ("line\nbreak\x00", "line break"),
        ("x" * 40, "x" * 31),
        ("x" * 30 + "'y", "x" * 30),
        ("😀" * 20, "😀" * 15),
    ],
)
def test_what_excel_refuses_is_made_what_it_takes(name: str, made: str) -> None:
    assert sanitize_sheet_name(name) == made


def test_a_name_that_is_taken_in_any_case_gets_a_number() -> None:
    taken = ["Stock", "stock (2)"]
    assert sanitize_sheet_name("STOCK", taken) == "STOCK (3)"
    assert sanitize_sheet_name("y" * 40, ["Y" * 31]) == "y" * 27 + " (2)"


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=12))
def test_any_names_become_a_workbook_that_opens(names: list[str]) -> None:
    made: list[str] = []
    for name in names:
        made.append(sanitize_sheet_name(name, made))
    assert len({name.casefold() for name in made}) == len(made)
    assert all(1 <= len(name.encode("utf-16-le")) // 2 <= MAX_SHEET_NAME for name in made)
    book = spreadsheets.workbook_of({name: (["a"], []) for name in dict.fromkeys(made)})
    assert load_workbook(io.BytesIO(book)).sheetnames == made
