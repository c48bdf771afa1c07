"""GET /reports/sales/goods: a month's goods by SKU."""

from __future__ import annotations

import pytest

from functions.reports.list_goods_sold import handler
from infra.local.recorder import granted, record
from Test_py.support import people
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.reporting import REPORTS, cancelled, confirmed, deliver, refused_or_shown
from Test_py.support.shopkeeping import operations, pages

MONTH = {"month": "2026-01", "currency": "EUR"}


@pytest.fixture
def manager(api: Api) -> str:
    return people.staff(api, "manager").token


def test_each_sku_is_shown_once_by_name_page_by_page(api: Api, manager: str) -> None:
    deliver(confirmed(("CUP-1", 1, 900), ("MUG-1", 2, 2500), discount=90), confirmed(("MUG-1", 1, 1250)))
    deliver(confirmed(("MUG-1", 9, 9000), day="2026-02-01"), cancelled(("CUP-1", 1, 900)))
    found = [
        goods
        for page in pages(api, f"{REPORTS}/sales/goods", token=manager, query={**MONTH, "limit": 1})
        for goods in page.data
    ]
    assert [(one["sku"], one["orders"], one["units"], one["total"]) for one in found] == [
        ("CUP-1", 1, 1, 900),
        ("MUG-1", 2, 3, 3750),
    ]
    assert (found[0]["discount"], found[0]["cancelled_units"], found[0]["cancelled_total"]) == (90, 1, 900)


@pytest.mark.parametrize(
    "query",
    [
        {"currency": "EUR"},
        {"month": "2026-01"},
        {"month": "2026-13", "currency": "EUR"},
        {"month": "26-1", "currency": "EUR"},
        {**MONTH, "limit": "0"},
        {**MONTH, "sku": "MUG-1"},
    ],
)
def test_what_no_query_serves_is_refused(api: Api, manager: str, query: dict[str, str]) -> None:
    reply = refused_or_shown(api, "sales/goods", manager, **query)
    assert (reply.status, reply.codes[0]) == (400, "VALIDATION_ERROR")


def test_it_is_for_leading_staff(api: Api) -> None:
    assert refused_or_shown(api, "sales/goods", people.staff(api, "support").token, **MONTH).status == 403


def test_a_page_is_one_query(api: Api, manager: str) -> None:
    with record() as calls:
        assert refused_or_shown(api, "sales/goods", manager, **MONTH).data == []
    assert operations(calls) == ["GetItem", "Query"]
    cursors = {one for one in granted(handler.declaration) if one.action.startswith("secretsmanager:")}
    assert_exact_policy(handler.declaration, calls.touches | cursors)
