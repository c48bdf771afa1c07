"""GET /payments: every attempt to pay, for staff."""

from __future__ import annotations

from datetime import timedelta

import pytest

from infra.local.recorder import granted
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopkeeping import NOBODYS_CURSOR, operations, pages, recorded, refused, session
from utils.declarations import Function, Loaded

PATH = "/api/v1/payments"


@pytest.fixture
def made(api: Api, cloud: Shop, clock: Clock) -> list[str]:
    """Three payments, the oldest first: captured, failed, captured."""
    shopping.shelve("MUG-1", units=9)
    ids = []
    for token in ("tok_success", "tok_declined", "tok_success"):
        ids.append(shopping.buy(api, "MUG-1", payment_token=token).data["payment"]["id"])
        clock.shift(timedelta(seconds=2))
    cloud.pumps.drain()
    return ids


def test_all_of_them_the_latest_first(api: Api, made: list[str]) -> None:
    support = session("support")
    seen = api.get(PATH, token=support)
    assert [one["id"] for one in seen.data] == made[::-1]
    assert {one["status"] for one in seen.data} == {"captured", "failed"}
    oldest = api.get(PATH, query={"sort": "created_at"}, token=support)
    assert [one["id"] for one in oldest.data] == made
    walked = [one["id"] for page in pages(api, PATH, query={"limit": "1"}, token=support) for one in page.data]
    assert walked == made[::-1]


def test_by_state(api: Api, made: list[str]) -> None:
    support = session("support")
    for status, expected in (("captured", [made[2], made[0]]), ("failed", [made[1]]), ("refunded", [])):
        seen = api.get(PATH, query={"status": status}, token=support)
        assert [one["id"] for one in seen.data] == expected
    walked = [
        one["id"]
        for page in pages(api, PATH, query={"limit": "1", "status": "captured"}, token=support)
        for one in page.data
    ]
    assert walked == [made[2], made[0]]


def test_a_payment_moves_from_one_list_to_the_other(api: Api, cloud: Shop, made: list[str]) -> None:
    manager = session("manager")
    assert api.post(f"{PATH}/{made[0]}/refunds", json={}, token=manager, key="k-1").status == 202
    cloud.pumps.drain()
    assert [one["id"] for one in api.get(PATH, query={"status": "captured"}, token=manager).data] == [made[2]]
    assert [one["id"] for one in api.get(PATH, query={"status": "refunded"}, token=manager).data] == [made[0]]


def test_orders_and_payments_are_lists_of_their_own(api: Api, made: list[str]) -> None:
    support = session("support")
    assert [one["id"][:4] for one in api.get("/api/v1/orders?status=confirmed", token=support).data] == ["ord_"] * 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "paid"}, "status"),
        ({"status": ""}, "status"),
        ({"sort": "amount"}, "sort"),
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"order_id": "ord_1"}, "order_id"),
        ({"provider": "sandbox"}, "provider"),
    ],
)
def test_bad_input(api: Api, query: dict[str, str], field: str) -> None:
    refused(api.get(PATH, query=query, token=session("support")), 400, "VALIDATION_ERROR", field)


def test_a_cursor_of_another_list(api: Api, made: list[str]) -> None:
    support = session("support")
    cursor = api.get(PATH, query={"limit": "1"}, token=support).meta["next_cursor"]
    refused(api.get(PATH, query={"cursor": NOBODYS_CURSOR}, token=support), 400, "INVALID_CURSOR")
    other = {"limit": "1", "status": "captured", "cursor": cursor}
    refused(api.get(PATH, query=other, token=support), 400, "INVALID_CURSOR")


def test_who_may(api: Api) -> None:
    assert api.get(PATH).status == 401
    refused(api.get(PATH, token=people.customer(api).token), 403, "FORBIDDEN")


def test_a_page_is_one_call_and_its_policy_is_exact(api: Api, made: list[str], functions: list[Loaded]) -> None:
    support = session("support")
    api.get(PATH, token=support)
    every = recorded(lambda: api.get(PATH, token=support))
    some = recorded(lambda: api.get(PATH, query={"status": "failed"}, token=support))
    assert operations(every) == operations(some) == ["Query"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "list_payments")
    assert isinstance(declaration, Function)
    own = {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
    assert every.touches | some.touches == own
