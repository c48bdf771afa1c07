"""GET /reports/inventory/download: the stock, as a file."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from functions.reports.download_stock_report import handler
from infra.local.recorder import record
from pushcart.reports.service import files
from Test_py.support import people
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.reporting import deliver, event, refused_or_shown


@pytest.fixture
def manager(api: Api) -> str:
    return people.staff(api, "manager").token


def received(*skus: str) -> None:
    lines = [{"sku": sku, "location_id": "main", "bucket": 0, "quantity": 4} for sku in skus]
    assert deliver(event("inventory.adjusted", reason="received", lines=lines)) == []


def test_every_row_is_in_the_file_whatever_the_pages(api: Api, manager: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PAGE", 2)
    received("A-1", "B-1", "C-1")
    reply = refused_or_shown(api, "inventory/download", manager)
    rows = list(csv.DictReader(io.StringIO(reply.body.decode(), newline="")))
    assert [(row["sku"], row["location_id"], row["on_hand"]) for row in rows] == [
        ("A-1", "main", "4"),
        ("B-1", "main", "4"),
        ("C-1", "main", "4"),
    ]
    book = load_workbook(io.BytesIO(refused_or_shown(api, "inventory/download", manager, format="xlsx").body))
    assert (book.sheetnames, book.active.max_row) == (["stock"], 4)


def test_more_than_an_answer_holds_is_refused_with_what_to_do(
    api: Api, manager: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PAGE", 1)
    monkeypatch.setattr(files, "MAX_ROWS", 1)
    received("A-1", "B-1", "C-1")
    reply = refused_or_shown(api, "inventory/download", manager)
    assert (reply.status, reply.codes) == (409, ["INVALID_STATE"])
    assert b"GET /reports/inventory" in reply.body


@pytest.mark.parametrize("query", [{"format": "pdf"}, {"limit": "3"}])
def test_bad_parameters_are_refused(api: Api, manager: str, query: dict[str, str]) -> None:
    assert refused_or_shown(api, "inventory/download", manager, **query).status == 400


def test_it_is_for_leading_staff_and_does_no_more_than_it_may(api: Api, manager: str) -> None:
    assert refused_or_shown(api, "inventory/download", people.staff(api, "support").token).status == 403
    with record() as calls:
        assert refused_or_shown(api, "inventory/download", manager).status == 200
    assert_exact_policy(handler.declaration, calls.touches)
