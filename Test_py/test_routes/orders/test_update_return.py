"""PATCH /returns/{return_id}: staff decides, takes the goods in once, and has their money given back once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from infra.local.gateway import Gateway
from infra.local.recorder import granted, record
from pushcart.access import BOUNDS
from pushcart.orders.models import ReturnItem
from pushcart.states import RETURN_MOVES, ReturnStatus
from Test_py.conftest import Shop
from Test_py.reliability.schedules import interleaved
from Test_py.reliability.seam import call
from Test_py.support import people, programs, shopping
from Test_py.support.client import Api
from Test_py.support.parcels import RETURNS, asked_back, decide, decided, paid, shipped, sold_and_sent
from Test_py.support.shopkeeping import operations, recorded, refused, tag
from utils.declarations import Function, Loaded
from utils.transaction import Transaction


def seen(api: Api, staff: people.Person, item: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = api.get(f"{RETURNS}/{item['id']}", token=staff.token).data
    return data


def put_into(item: dict[str, Any], status: str) -> None:
    """Put a return into a state by hand."""
    stored = shopping.stored(ReturnItem.key_of(item["order_id"], item["id"]))
    tx = Transaction()
    tx.adjust(stored.key, ReturnItem.status.set(status), when=ReturnItem.pk.exists(), refused=KeyError())  # type: ignore[arg-type]
    tx.commit()


def test_goods_come_back_and_their_money_goes(api: Api, cloud: Shop) -> None:
    order, _, manager = sold_and_sent(cloud, api)
    asked = asked_back(api, order, "MUG-1")
    approved = decided(api, manager, asked, "approved")
    assert (approved["status"], approved["version"]) == ("approved", 2)
    received = decided(api, manager, approved, "received")
    line = {"sku": "MUG-1", "quantity": 1, "restocked": True, "location_id": "main"}
    assert (received["status"], received["received"]) == ("received", [line])
    assert shopping.stock("MUG-1") == (4, 4, 0)
    wanted = decided(api, manager, received, "refunded")
    assert (wanted["status"], wanted["refund_id"]) == ("received", f"ref_{order.id.removeprefix('ord_')}_1")
    refused(decide(api, manager, wanted, "refunded"), 409, "INVALID_STATE")
    cloud.pumps.drain()
    done = seen(api, manager, asked)
    assert (done["status"], done["amount"]["amount"]) == ("refunded", 1250)
    shown = shopping.look(api, order)
    assert (shown["payment_status"], shown["payment"]["refunded"]) == ("partially_refunded", 1250)
    assert shown["returns"][0]["status"] == "refunded"
    state = shopping.assert_told_by_events(order)
    assert (state.returns, state.progress["returned"]) == ({asked["id"]: "refunded"}, {"MUG-1": 1})
    assert shopping.ledger("MUG-1") == (-1, -1, 0)
    refused(decide(api, manager, done, "refunded"), 409, "INVALID_STATE")


def test_goods_that_cannot_be_sold_stay_out_of_stock(api: Api, cloud: Shop) -> None:
    order, _, manager = sold_and_sent(cloud, api)
    item = decided(api, manager, asked_back(api, order, "MUG-1", 2), "approved")
    reply = decide(api, manager, item, "received", lines=[{"sku": "MUG-1", "restock": False}])
    assert reply.data["received"][0]["restocked"] is False
    assert "location_id" not in {name for name, value in reply.data["received"][0].items() if value is not None}
    assert shopping.stock("MUG-1") == (3, 3, 0)
    cloud.pumps.drain()
    assert shopping.ledger("MUG-1") == (-2, -2, 0)
    shopping.assert_told_by_events(order)


def test_where_the_sku_has_never_been_nothing_is_taken_in(api: Api, cloud: Shop) -> None:
    order, _, manager = sold_and_sent(cloud, api)
    item = decided(api, manager, asked_back(api, order, "MUG-1"), "approved")
    reply = decide(api, manager, item, "received", lines=[{"sku": "MUG-1", "location_id": "moon"}])
    refused(reply, 409, "CONFLICT")
    assert seen(api, manager, item)["status"] == "approved"
    assert shopping.stock("MUG-1") == (3, 3, 0)


def test_a_rejection_says_why_and_the_goods_may_be_asked_for_again(api: Api, cloud: Shop) -> None:
    order, customer, manager = sold_and_sent(cloud, api)
    item = asked_back(api, order, "MUG-1", 2)
    refused(decide(api, manager, item, "rejected"), 400, "VALIDATION_ERROR", "reason")
    reply = decide(api, manager, item, "rejected", reason="It was used for tea.")
    assert (reply.data["status"], reply.data["rejection_reason"]) == ("rejected", "It was used for tea.")
    mine = api.get(f"{RETURNS}/{item['id']}", token=customer.token).data
    assert mine["rejection_reason"] == "It was used for tea."
    assert asked_back(api, order, "MUG-1", 2)["status"] == "requested"
    shopping.assert_told_by_events(order)


def test_only_the_moves_of_the_table_are_made(api: Api, cloud: Shop) -> None:
    order, _, manager = sold_and_sent(cloud, api)
    item = asked_back(api, order, "MUG-1")
    for status in ReturnStatus:
        put_into(item, str(status))
        for wanted in set(ReturnStatus) - RETURN_MOVES[status] - {ReturnStatus.REQUESTED}:
            body = {"reason": "No."} if wanted is ReturnStatus.REJECTED else {}
            reply = refused(decide(api, manager, item, str(wanted), **body), 409, "INVALID_STATE")
            assert reply.json["errors"][0]["detail"] == str(status)
    assert shopping.stock("MUG-1") == (3, 3, 0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "status"),
        ({"status": "requested"}, "status"),
        ({"status": "approved", "reason": "Why not."}, "reason"),
        ({"status": "approved", "amount": 1}, "amount"),
        ({"status": "approved", "lines": [{"sku": "MUG-1"}]}, "lines"),
        ({"status": "rejected", "reason": ""}, "reason"),
        ({"status": "rejected", "reason": "x" * 501}, "reason"),
        ({"status": "received", "lines": [{"sku": "TEAPOT-1"}]}, "lines.0.sku"),
        ({"status": "received", "lines": [{"sku": "MUG-1"}, {"sku": "MUG-1"}]}, "lines.1.sku"),
        ({"status": "received", "lines": [{"sku": "MUG-1", "restock": "no"}]}, "lines.0.restock"),
        ({"status": "refunded", "amount": -1}, "amount"),
        ({"status": "refunded", "amount": 2.5}, "amount"),
        ({"status": "approved", "refund_id": "ref_1"}, "refund_id"),
    ],
)
def test_what_is_wrong_is_refused(api: Api, cloud: Shop, body: dict[str, Any], field: str) -> None:
    order, _, manager = sold_and_sent(cloud, api)
    item = asked_back(api, order, "MUG-1")
    if body.get("status") == "received":
        item = decided(api, manager, item, "approved")
    path = f"{RETURNS}/{item['id']}"
    reply = api.patch(path, json=body, token=manager.token, headers=tag(item["version"]))
    refused(reply, 400, "VALIDATION_ERROR", field)
    assert seen(api, manager, item) == item


def test_staff_may_give_back_less_or_more_but_never_more_than_there_is(api: Api, cloud: Shop) -> None:
    order, _, manager = sold_and_sent(cloud, api)
    item = decided(api, manager, asked_back(api, order, "MUG-1"), "approved", "received")
    reply = refused(decide(api, manager, item, "refunded", amount=2501), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "2500"
    assert decide(api, manager, item, "refunded", amount=1300).data["amount"]["amount"] == 1300
    cloud.pumps.drain()
    assert shopping.look(api, order)["payment"]["refunded"] == 1300
    shopping.assert_told_by_events(order)


def test_a_refund_that_the_provider_declines_may_be_asked_for_again(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    manager = people.staff(api, "manager")
    order = paid(cloud, api, "MUG-1", token=people.customer(api).token, by="tok_refund_declined")
    shipped(api, manager, order)
    item = decided(api, manager, asked_back(api, order, "MUG-1"), "approved", "received", "refunded")
    cloud.pumps.drain()
    again = seen(api, manager, item)
    assert (again["status"], again["refund_id"]) == ("received", item["refund_id"])
    assert shopping.look(api, order)["payment"]["refunded"] == 0
    assert decided(api, manager, again, "refunded")["refund_id"] == item["refund_id"].removesuffix("1") + "2"
    cloud.pumps.drain()
    shopping.assert_told_by_events(order)


def test_goods_that_cost_nothing_are_refunded_at_once(api: Api, cloud: Shop) -> None:
    order, _, manager = sold_and_sent(cloud, api)
    item = decided(api, manager, asked_back(api, order, "MUG-1"), "approved", "received")
    reply = decide(api, manager, item, "refunded", amount=0)
    assert (reply.data["status"], reply.data.get("refund_id")) == ("refunded", None)
    assert shopping.look(api, order)["payment"]["refunded"] == 0
    shopping.assert_told_by_events(order)


def test_support_gives_back_so_much_and_a_manager_more(api: Api, cloud: Shop) -> None:
    most = BOUNDS["payments:refund"]["support"].amount or 0
    shopping.shelve("RING-1", price=most + 1, units=5)
    support, manager = people.staff(api, "support"), people.staff(api, "manager")
    order = paid(cloud, api, "RING-1", token=people.customer(api).token)
    shipped(api, manager, order)
    item = decided(api, support, asked_back(api, order, "RING-1"), "approved", "received")
    refused(decide(api, support, item, "refunded"), 403, "FORBIDDEN")
    assert seen(api, manager, item)["version"] == item["version"]
    assert decide(api, support, item, "refunded", amount=most).status == 200


def test_what_support_gives_back_is_counted_together_however_many_returns_it_is_split_over(
    api: Api, cloud: Shop
) -> None:
    most = BOUNDS["payments:refund"]["support"].amount or 0
    shopping.shelve("RING-1", price=most, units=5)
    support, manager = people.staff(api, "support"), people.staff(api, "manager")
    order = paid(cloud, api, "RING-1", quantity=2, token=people.customer(api).token)
    shipped(api, manager, order)
    first, second = (decided(api, support, asked_back(api, order, "RING-1"), "approved", "received") for _ in range(2))
    assert decide(api, support, first, "refunded").status == 200
    refused(decide(api, support, second, "refunded", amount=1), 403, "FORBIDDEN")
    cloud.pumps.drain()
    refused(decide(api, support, second, "refunded", amount=1), 403, "FORBIDDEN")
    assert shopping.look(api, order)["payment"]["refunded"] == most
    assert decide(api, manager, second, "refunded").status == 200


def test_a_program_gives_money_back_only_if_it_was_given_that(api: Api, cloud: Shop) -> None:
    order, _, manager = sold_and_sent(cloud, api)
    admin = people.staff(api).token
    item = decided(api, manager, asked_back(api, order, "MUG-1"), "approved", "received")
    scanner, till = (
        replace(manager, token=programs.made_key(api, admin, scopes=["returns:write", *more])["key"])
        for more in ((), ("payments:refund",))
    )
    refused(decide(api, scanner, item, "refunded"), 403, "FORBIDDEN")
    assert decide(api, till, item, "refunded").status == 200


def test_two_who_take_the_same_goods_in_take_them_in_once(functions: list[Loaded], api: Api, cloud: Shop) -> None:
    order, _, manager = sold_and_sent(cloud, api, quantity=5)
    racing = Api(Gateway(functions, call=call))
    for seed in range(5):
        item = decided(api, manager, asked_back(api, order, "MUG-1"), "approved")
        both = interleaved([partial(decide, racing, manager, item, "received") for _ in range(2)], seed=seed)
        assert sorted(reply.status for reply in both) in ([200, 409], [200, 412]), both  # type: ignore[union-attr]
        assert shopping.stock("MUG-1") == (seed + 1, seed + 1, 0)
    shopping.assert_told_by_events(order)


def test_who_sees_what(api: Api, cloud: Shop) -> None:
    order, customer, manager = sold_and_sent(cloud, api)
    item = asked_back(api, order, "MUG-1")
    path = f"{RETURNS}/{item['id']}"
    refused(decide(api, customer, item, "approved"), 403, "FORBIDDEN")
    refused(api.patch(path, json={"status": "approved"}, token=manager.token), 428, "VERSION_REQUIRED")
    refused(decide(api, manager, item | {"version": 7}, "approved"), 412, "STALE_VERSION")
    for missing in (item["id"].removesuffix("_1") + "_2", "ret_x"):
        refused(decide(api, manager, item | {"id": missing}, "approved"), 404, "NOT_FOUND")


def test_fifty_lines_come_back_in_one_transaction(api: Api, cloud: Shop) -> None:
    skus = [shopping.shelve(f"SKU-{number}", units=1) for number in range(50)]
    manager = people.staff(api, "manager")
    order = shopping.placed(shopping.place(api, shopping.lay_cart(*skus)))
    cloud.pumps.drain()
    shipped(api, manager, order)
    lines = [{"sku": sku, "quantity": 1} for sku in skus]
    body = {"lines": lines, "reason": "unwanted"}
    asked = api.post(f"{order.path}/returns", json=body, token=manager.token, key="all")
    assert asked.status == 201, asked.body
    item = decided(api, manager, asked.data, "approved")
    calls = recorded(lambda: decided(api, manager, item, "received"))
    assert operations(calls) == ["BatchGetItem", "TransactWriteItems"]
    assert {shopping.stock(sku) for sku in skus} == {(1, 1, 0)}
    shopping.assert_told_by_events(order)


def test_its_policy_is_exact(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    order, _, manager = sold_and_sent(cloud, api)
    item = asked_back(api, order, "MUG-1")
    with record() as calls:
        for status in ("approved", "received", "refunded"):
            path = f"{RETURNS}/{item['id']}"
            headers = tag(item["version"])
            reply = api.patch(path, json={"status": status}, token=manager.token, headers=headers, key=f"k-{status}")
            item = reply.data
    declaration = next(one.declaration for one in functions if one.declaration.name == "update_return")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
