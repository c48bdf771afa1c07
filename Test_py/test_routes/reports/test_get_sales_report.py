"""GET /reports/sales: days and what they come to."""

from __future__ import annotations

from typing import Any

import pytest

from functions.reports.get_sales_report import handler
from infra.local.recorder import record
from Test_py.support import people
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.reporting import asked, confirmed, deliver, paid, refused_or_shown
from Test_py.support.shopkeeping import operations
from utils.clock import now


@pytest.fixture
def manager(api: Api) -> str:
    return people.staff(api, "manager").token


def days(report: Any) -> list[tuple[str, str, int]]:
    return [(day["day"], day["currency"], day["total"]) for day in report["days"]]


def test_days_are_shown_in_order_and_added_up(api: Api, manager: str) -> None:
    deliver(confirmed(("MUG-1", 1, 1000), day="2025-12-31"), confirmed(("MUG-1", 1, 2000), day="2026-01-01"))
    deliver(confirmed(("MUG-1", 3, 3000), day="2026-01-01", currency="JPY"), paid(700, 200, day="2026-01-02"))
    deliver(confirmed(("MUG-1", 1, 9000), day="2026-01-03"))
    report = asked(api, "sales", manager, first="2025-12-31", last="2026-01-02")
    assert days(report) == [
        ("2025-12-31", "EUR", 1490),
        ("2026-01-01", "EUR", 2490),
        ("2026-01-01", "JPY", 3490),
        ("2026-01-02", "EUR", 0),
    ]
    euros, yen = report["totals"]
    assert (euros["currency"], euros["orders"], euros["total"]) == ("EUR", 2, 3980)
    assert (euros["captured"], euros["refunded"]) == (700, 200)
    assert (yen["currency"], yen["orders"], yen["units"], yen["total"]) == ("JPY", 1, 3, 3490)


def test_one_currency_may_be_asked_for(api: Api, manager: str) -> None:
    deliver(confirmed(("MUG-1", 1, 1000)), confirmed(("MUG-1", 1, 1000), currency="JPY"))
    report = asked(api, "sales", manager, first="2026-01-01", last="2026-01-31", currency="JPY")
    assert [total["currency"] for total in report["totals"]] == ["JPY"]


def test_without_days_it_is_the_last_thirty(api: Api, manager: str, clock: Clock) -> None:
    today = now().date().isoformat()
    deliver(confirmed(("MUG-1", 1, 1000), day=today))
    report = asked(api, "sales", manager)
    assert (report["last"], days(report)) == (today, [(today, "EUR", 1490)])
    assert asked(api, "sales", manager, first=today)["first"] == today


def test_nothing_sold_is_no_days(api: Api, manager: str) -> None:
    report = asked(api, "sales", manager, first="2026-01-01", last="2026-01-02")
    assert (report["days"], report["totals"]) == ([], [])


@pytest.mark.parametrize(
    "query",
    [
        {"first": "2026-02-30"},
        {"first": "yesterday"},
        {"first": "2026-01-02", "last": "2026-01-01"},
        {"first": "2025-01-01", "last": "2026-01-02"},
        {"currency": "euro"},
        {"month": "2026-01"},
        {"first": "2026-01-01T00:00:00Z"},
    ],
)
def test_days_that_are_none_are_refused(api: Api, manager: str, query: dict[str, str]) -> None:
    reply = refused_or_shown(api, "sales", manager, **query)
    assert (reply.status, reply.codes) == (400, ["VALIDATION_ERROR"])


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"first": "9999-12-31"}, ("9999-12-31", "9999-12-31")),
        ({"first": "9999-01-02"}, ("9999-01-02", "9999-01-02")),
        ({"last": "0001-01-05"}, ("0001-01-01", "0001-01-05")),
    ],
)
def test_at_the_ends_of_the_calendar_there_are_fewer_days(
    api: Api, manager: str, query: dict[str, str], shown: tuple[str, str]
) -> None:
    report = asked(api, "sales", manager, **query)
    assert ((report["first"], report["last"]), report["days"]) == (shown, [])


def test_it_is_for_leading_staff(api: Api) -> None:
    assert refused_or_shown(api, "sales", None).status == 401
    assert refused_or_shown(api, "sales", people.customer(api).token).status == 403
    assert refused_or_shown(api, "sales", people.staff(api, "support").token).status == 403


def test_a_year_is_one_query_and_no_more_is_allowed(api: Api, manager: str) -> None:
    with record() as calls:
        asked(api, "sales", manager, first="2026-01-01", last="2026-12-31")
    assert operations(calls) == ["GetItem", "Query"]
    assert_exact_policy(handler.declaration, calls.touches)
