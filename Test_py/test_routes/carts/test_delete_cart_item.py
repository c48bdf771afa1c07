"""DELETE /api/v1/carts/{cart_id}/items/{line_id}"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from functions.carts.delete_cart_item import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.carts import CARTS, Shopper, converted, customer, guest, strangers
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.shopkeeping import (
    forget_what_is_kept,
    on_sale,
    operations,
    recorded,
    refused,
    tag,
)


def take_out(shopper: Shopper, line: Any, **options: Any) -> Reply:
    return shopper.api.delete(f"{shopper.path}/items/{line['id']}", **shopper.credentials, **options)


def test_the_line_is_gone_and_the_others_stay(api: Api, manager: str) -> None:
    for sku in "AB":
        on_sale(api, manager, sku)
    for shopper in (guest(api), customer(api)):
        line = shopper.put("A")
        shopper.put("B")
        reply = take_out(shopper, line)
        assert (reply.status, reply.body) == (204, b"")
        assert [item["sku"] for item in shopper.cart()["items"]] == ["B"]
        refused(take_out(shopper, line), 404, "NOT_FOUND")


def test_it_can_be_put_in_again_as_another_line(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    shopper = guest(api)
    line = shopper.put("A", 5)
    take_out(shopper, line)
    again = shopper.put("A", 1)
    assert (again["quantity"], again["id"] == line["id"]) == (1, False)


def test_many_at_once_lose_nothing(api: Api, manager: str) -> None:
    for sku in "ABCD":
        on_sale(api, manager, sku)
    shopper = guest(api)
    gone = [shopper.put(sku) for sku in "AB"]
    with ThreadPoolExecutor(4) as pool:
        taken = [pool.submit(take_out, shopper, line) for line in gone]
        added = [pool.submit(shopper.add, sku) for sku in "CD"]
    assert [one.result().status for one in (*taken, *added)] == [204, 204, 201, 201]
    assert sorted(item["sku"] for item in shopper.cart()["items"]) == ["C", "D"]


def test_a_version_is_compared_where_it_is_sent(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    shopper = guest(api)
    line = shopper.put("A")
    refused(take_out(shopper, line, headers=tag(1)), 412, "STALE_VERSION")
    assert take_out(shopper, line, headers=tag(2)).status == 204


def test_a_cart_that_is_done_stays_as_it_is(api: Api, manager: str, clock: Clock) -> None:
    on_sale(api, manager, "A")
    sold, late = guest(api), guest(api)
    lines = sold.put("A"), late.put("A")
    converted(sold)
    refused(take_out(sold, lines[0]), 409, "INVALID_STATE")
    clock.shift(timedelta(days=30))
    refused(take_out(late, lines[1]), 409, "INVALID_STATE")


def test_it_takes_no_parameters(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    shopper = guest(api)
    refused(take_out(shopper, shopper.put("A"), query={"all": "1"}), 400, "VALIDATION_ERROR", "all")


def test_somebody_elses_cart_is_as_if_it_were_not_there(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    for owner in (guest(api), customer(api)):
        line = owner.put("A")
        for credentials in strangers(api):
            reply = refused(api.delete(f"{owner.path}/items/{line['id']}", **credentials), 404, "NOT_FOUND")
            missing = api.delete(f"{CARTS}/crt_none/items/{line['id']}", **credentials)
            assert reply.json["errors"] == missing.json["errors"]
        assert len(owner.cart()["items"]) == 1


def test_calls_and_policy(api: Api, manager: str) -> None:
    on_sale(api, manager, "A")
    on_sale(api, manager, "B")
    shopper = guest(api)
    first, second = shopper.put("A"), shopper.put("B")
    assert operations(recorded(lambda: take_out(shopper, first))) == ["BatchGetItem", "TransactWriteItems"]
    forget_what_is_kept()
    api.post(CARTS, token=manager)
    with record() as touched:
        take_out(shopper, second)
    assert_exact_policy(handler.declaration, touched.touches)
