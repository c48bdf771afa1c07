"""GET /reports/sales/download: the same days, as a file."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from functions.reports.download_sales_report import handler
from infra.local.recorder import record
from Test_py.support import people
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.reporting import asked, confirmed, deliver, refused_or_shown

DAYS = {"first": "2026-01-01", "last": "2026-01-31"}


@pytest.fixture
def manager(api: Api) -> str:
    return people.staff(api, "manager").token


def test_a_csv_holds_what_the_report_shows(api: Api, manager: str) -> None:
    deliver(confirmed(("MUG-1", 1, 1000)), confirmed(("MUG-1", 2, 2000), day="2026-01-03"))
    reply = refused_or_shown(api, "sales/download", manager, **DAYS)
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["content-disposition"] == 'attachment; filename="sales-2026-01-01-to-2026-01-31.csv"'
    rows = list(csv.DictReader(io.StringIO(reply.body.decode(), newline="")))
    shown = asked(api, "sales", manager, **DAYS)["days"]
    assert rows == [{name: str(value) for name, value in day.items()} for day in shown]


def test_a_workbook_holds_numbers_under_a_name_that_excel_takes(api: Api, manager: str) -> None:
    deliver(confirmed(("MUG-1", 1, 1000)))
    reply = refused_or_shown(api, "sales/download", manager, **DAYS, format="xlsx")
    book = load_workbook(io.BytesIO(reply.body))
    assert book.sheetnames == ["sales 2026-01-01 to 2026-01-31"]
    head, row = ([cell.value for cell in line] for line in book.active)
    assert dict(zip(head, row, strict=True)) == asked(api, "sales", manager, **DAYS)["days"][0]


@pytest.mark.parametrize("query", [{"format": "pdf"}, {"first": "2026-02-30"}, {"sheet": "x"}])
def test_bad_parameters_are_refused(api: Api, manager: str, query: dict[str, str]) -> None:
    assert refused_or_shown(api, "sales/download", manager, **query).status == 400


def test_it_is_for_leading_staff_and_costs_two_calls(api: Api, manager: str) -> None:
    assert refused_or_shown(api, "sales/download", people.staff(api, "support").token).status == 403
    with record() as calls:
        assert refused_or_shown(api, "sales/download", manager, **DAYS).status == 200
    assert len(list(calls)) == 2
    assert_exact_policy(handler.declaration, calls.touches)
