"""GET /reports/inventory: what the movements say there is."""

from __future__ import annotations

import pytest

from functions.reports.list_stock_report import handler
from infra.local.recorder import granted, record
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.reporting import REPORTS, asked, refused_or_shown
from Test_py.support.shopkeeping import on_sale, operations, pages


@pytest.fixture
def manager(api: Api) -> str:
    return people.staff(api, "manager").token


def test_it_says_what_the_stock_says(api: Api, manager: str, cloud: Shop) -> None:
    for sku, units in (("CUP-1", 3), ("MUG-1", 5)):
        on_sale(api, manager, sku, stock=units)
    shopping.buy(api, "MUG-1", quantity=2)
    cloud.pumps.drain()
    shown = asked(api, "inventory", manager)
    assert [(one["sku"], one["location_id"], one["came_in"], one["went_out"]) for one in shown] == [
        ("CUP-1", "main", 3, 0),
        ("MUG-1", "main", 5, 0),
    ]
    for one in shown:
        assert (one["on_hand"], one["available"], one["reserved"]) == shopping.stock(one["sku"])


def test_it_comes_in_pages(api: Api, manager: str, cloud: Shop) -> None:
    for sku in ("A-1", "B-1", "C-1"):
        on_sale(api, manager, sku, stock=1)
    cloud.pumps.drain()
    found = [page.data[0]["sku"] for page in pages(api, f"{REPORTS}/inventory", token=manager, query={"limit": 1})]
    assert found == ["A-1", "B-1", "C-1"]


@pytest.mark.parametrize("query", [{"limit": "101"}, {"limit": "x"}, {"sku": "MUG-1"}])
def test_bad_parameters_are_refused(api: Api, manager: str, query: dict[str, str]) -> None:
    assert refused_or_shown(api, "inventory", manager, **query).codes == ["VALIDATION_ERROR"]


def test_it_is_for_leading_staff(api: Api) -> None:
    assert refused_or_shown(api, "inventory", people.staff(api, "support").token).status == 403


def test_a_page_is_one_query(api: Api, manager: str) -> None:
    with record() as calls:
        assert asked(api, "inventory", manager) == []
    assert operations(calls) == ["GetItem", "Query"]
    cursors = {one for one in granted(handler.declaration) if one.action.startswith("secretsmanager:")}
    assert_exact_policy(handler.declaration, calls.touches | cursors)
