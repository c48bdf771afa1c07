"""GET /api/v1/variants/{sku}/prices"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.catalog.list_price_changes import handler
from infra.local.recorder import record
from pushcart import tables
from Test_py.support.accounts import assert_exact_policy, items
from Test_py.support.catalogue import ANY
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopkeeping import (
    drafted,
    forget_what_is_kept,
    on_sale,
    operations,
    pages,
    recorded,
    refused,
    session,
)
from utils.ids import new_id

PATH = "/api/v1/variants/MUG-1/prices"
EUR = [{"amount": 1999, "currency": "EUR"}]


def priced(api: Api, token: str, amount: int, currency: str = "EUR") -> Any:
    body = {"prices": [{"amount": amount, "currency": currency}]}
    reply = api.put(PATH, json=body, token=token, headers=ANY)
    assert reply.status == 200, reply.body
    return reply.data


def test_it_tells_who_changed_what_and_when_the_latest_first(api: Api, manager: str, clock: Clock) -> None:
    product = on_sale(api, manager)
    boss = new_id("usr")
    first = priced(api, session("admin", user_id=boss), 2499)
    clock.shift(60)
    # What changes nothing leaves no trace.
    priced(api, manager, 2499)
    second = priced(api, manager, 2699, "USD")
    reply = api.get(PATH, token=manager)
    common = {"sku": "MUG-1", "product_id": product["id"]}
    assert reply.data == [
        {
            **common,
            "before": first["prices"],
            "after": second["prices"],
            "changed_by": reply.data[0]["changed_by"],
            "created_at": second["updated_at"],
            "version": 3,
        },
        {
            **common,
            "before": EUR,
            "after": first["prices"],
            "changed_by": boss,
            "created_at": first["updated_at"],
            "version": 2,
        },
    ]
    assert reply.data[0]["changed_by"] != boss


def test_pages_follow_each_other(api: Api, manager: str) -> None:
    on_sale(api, manager)
    for amount in range(1, 13):
        priced(api, manager, amount)
    found = [reply.data for reply in pages(api, PATH, token=manager, query={"limit": 5})]
    assert [len(page) for page in found] == [5, 5, 2]
    assert [line["version"] for page in found for line in page] == list(range(13, 1, -1))


def test_of_many_changes_at_once_each_is_in_it_once(api: Api, manager: str) -> None:
    on_sale(api, manager)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda amount: priced(api, manager, amount), range(1, 5)))
    lines = api.get(PATH, token=manager).data
    assert len(lines) == 4
    # Each begins where the one before it ended.
    assert [line["after"] for line in lines[1:]] == [line["before"] for line in lines[:-1]]


def test_a_refused_change_is_not_in_it(api: Api, manager: str) -> None:
    on_sale(api, manager)
    refused(api.put(PATH, json={"prices": EUR}, token=manager, headers={"if-match": '"9"'}), 412, "STALE_VERSION")
    assert api.get(PATH, token=manager).data == []


def test_a_sku_without_any_has_an_empty_list_and_an_unknown_one_is_a_404(api: Api, manager: str) -> None:
    refused(api.get(PATH, token=manager), 404, "NOT_FOUND")
    drafted(api, manager)
    reply = api.get(PATH, token=manager)
    assert (reply.status, reply.data) == (200, [])


def test_a_withdrawn_variant_s_log_stays(api: Api, manager: str) -> None:
    on_sale(api, manager, variants=[{"sku": "MUG-1", "prices": EUR}, {"sku": "MUG-2", "prices": EUR}])
    priced(api, manager, 5)
    api.delete("/api/v1/variants/MUG-1", token=manager, headers=ANY)
    assert len(api.get(PATH, token=manager).data) == 1


def test_a_product_s_reading_does_not_grow_with_it(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    priced(api, manager, 5)
    collection = items(tables.catalog, f"PRODUCT#{product['id']}")
    assert sorted(item["sk"]["S"] for item in collection) == ["META", "VARIANT#MUG-1"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"sort": "created_at"}, "sort"),
        ({"currency": "EUR"}, "currency"),
        ({"cursor": "x" * 2049}, "cursor"),
    ],
)
def test_bad_parameters_are_named(api: Api, manager: str, query: dict[str, Any], field: str) -> None:
    refused(api.get(PATH, token=manager, query=query), 400, "VALIDATION_ERROR", field)


def test_a_cursor_is_good_for_its_list_alone(api: Api, manager: str) -> None:
    on_sale(api, manager)
    for amount in (1, 2):
        priced(api, manager, amount)
    cursor = api.get(PATH, token=manager, query={"limit": 1}).meta["next_cursor"]
    for path, bad in ((PATH, cursor[:-1]), ("/api/v1/variants/MUG-2/prices", cursor)):
        refused(api.get(path, token=manager, query={"cursor": bad}), 400, "INVALID_CURSOR", "cursor")
    refused(api.get(PATH, token=session("admin"), query={"cursor": cursor}), 400, "INVALID_CURSOR", "cursor")


def test_all_staff_may_and_nobody_else(api: Api, manager: str) -> None:
    on_sale(api, manager)
    assert api.get(PATH).status == 401
    refused(api.get(PATH, token=session()), 403, "FORBIDDEN")
    assert api.get(PATH, token=session("support")).status == 200
    assert api.get(PATH, token=manager).headers["cache-control"] == "no-store"


def test_calls_and_policy(api: Api, manager: str) -> None:
    on_sale(api, manager)
    for amount in (1, 2):
        priced(api, manager, amount)
    calls = recorded(lambda: api.get(PATH, token=manager, query={"limit": 1}))
    assert operations(calls) == ["Query"]
    forget_what_is_kept()
    with record() as touched:
        api.get(PATH, token=manager, query={"limit": 1})
        api.get("/api/v1/variants/NONE/prices", token=manager)
    assert_exact_policy(handler.declaration, touched.touches)
