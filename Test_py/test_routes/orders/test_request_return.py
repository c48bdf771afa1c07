"""POST /orders/{order_id}/returns: what was shipped may come back, each unit once, and not for ever."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from infra.local.gateway import Gateway
from infra.local.recorder import granted, record
from pushcart.orders.models import OrderItem
from Test_py.conftest import Shop
from Test_py.reliability.schedules import interleaved
from Test_py.reliability.seam import call
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.parcels import (
    ask_back,
    asked_back,
    decided,
    deliver,
    paid,
    shipped,
    sold_and_sent,
)
from Test_py.support.shopkeeping import refused
from utils.declarations import Function, Loaded
from utils.transaction import Transaction

MUG = {"sku": "MUG-1", "quantity": 1}
DAY = 24 * 60 * 60


def rewrite_line(order: shopping.Placed, **values: Any) -> None:
    """Give the only line of an order a discount or a tax, as checkout does."""
    item = shopping.stored(OrderItem.key_of(order.id))
    tx = Transaction()
    tx.change(item, OrderItem.lines.set([item.lines[0] | values]))
    tx.commit()


def test_a_customer_asks_and_nothing_moves_yet(api: Api, cloud: Shop) -> None:
    order, customer, _ = sold_and_sent(cloud, api)
    reply = ask_back(api, order, [MUG], by=customer)
    assert reply.status == 201
    assert reply.data["id"] == f"ret_{order.id.removeprefix('ord_')}_1"
    assert (reply.data["status"], reply.data["reason"], reply.data["lines"]) == ("requested", "damaged", [MUG])
    assert (reply.data["amount"], reply.data["order_id"]) == ({"amount": 1250, "currency": "EUR"}, order.id)
    (shown,) = shopping.look(api, order)["returns"]
    assert (shown["id"], shown["status"]) == (reply.data["id"], "requested")
    assert shopping.stock("MUG-1") == (3, 3, 0)
    assert shopping.types(order)[-1] == "return.requested"
    assert shopping.assert_told_by_events(order).progress["returned"] == {"MUG-1": 1}


def test_each_unit_may_be_asked_for_once(api: Api, cloud: Shop) -> None:
    order, _, manager = sold_and_sent(cloud, api, quantity=3)
    asked_back(api, order, "MUG-1")
    reply = refused(ask_back(api, order, [{"sku": "MUG-1", "quantity": 3}]), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "MUG-1: asked 3, 2 that can come back"
    second = asked_back(api, order, "MUG-1", 2)
    refused(ask_back(api, order, [MUG]), 409, "INVALID_STATE")
    refusal = {"status": "rejected", "reason": "It was worn."}
    path = f"/api/v1/returns/{second['id']}"
    assert api.patch(path, json=refusal, token=manager.token, headers={"if-match": "*"}).status == 200
    assert asked_back(api, order, "MUG-1", 2)["id"].endswith("_3")
    shopping.assert_told_by_events(order)


def test_what_was_not_shipped_cannot_come_back(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    manager, ada = people.staff(api, "manager"), people.customer(api)
    order = paid(cloud, api, "MUG-1", quantity=2, token=ada.token)
    refused(ask_back(api, order, [MUG]), 409, "INVALID_STATE")
    shipped(api, manager, order, lines=[MUG])
    refused(ask_back(api, order, [{"sku": "MUG-1", "quantity": 2}]), 409, "INVALID_STATE")
    assert ask_back(api, order, [MUG]).status == 201


def test_only_so_long_after_it_arrived(api: Api, cloud: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURN_DAYS", "10")
    shopping.shelve("MUG-1", units=5)
    manager, ada = people.staff(api, "manager"), people.customer(api)
    order = paid(cloud, api, "MUG-1", quantity=2, token=ada.token)
    early = shipped(api, manager, order, lines=[MUG])
    clock.shift(9 * DAY)
    ada, manager = people.logged_in(api, ada), people.logged_in(api, manager)
    assert deliver(api, manager, early).status == 200
    shipped(api, manager, order)
    clock.shift(9 * DAY)
    ada = people.logged_in(api, ada)
    asked_back(api, order, "MUG-1", 2, by=ada)
    other = paid(cloud, api, "MUG-1", token=ada.token)
    manager = people.logged_in(api, manager)
    shipped(api, manager, other)
    clock.shift(11 * DAY)
    ada, manager = people.logged_in(api, ada), people.logged_in(api, manager)
    reply = refused(ask_back(api, other, [MUG], by=ada), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "MUG-1: asked 1, 0 that can come back"
    assert ask_back(api, other, [MUG], by=manager).status == 201


@pytest.mark.parametrize(
    ("values", "included", "amounts"),
    [
        ({"discount": 100}, False, [800, 800, 800]),
        ({"discount": 0, "tax": 475}, False, [992, 992, 991]),
        ({"discount": 100, "tax": 401}, True, [800, 800, 800]),
        ({"discount": 2500}, False, [0, 0, 0]),
    ],
)
def test_what_goes_back_is_the_line_s_share_of_what_was_paid(
    api: Api, cloud: Shop, values: dict[str, int], included: bool, amounts: list[int]
) -> None:
    order, _, _ = sold_and_sent(cloud, api, quantity=3)
    rewrite_line(order, total=2500, **values)
    if included:
        item = shopping.stored(OrderItem.key_of(order.id))
        tx = Transaction()
        tx.change(item, OrderItem.tax_included.set(True))
        tx.commit()
    asked = [asked_back(api, order, "MUG-1")["amount"]["amount"] for _ in range(3)]
    assert asked == amounts


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"lines": [], "reason": "damaged"}, "lines"),
        ({"reason": "damaged"}, "lines"),
        ({"lines": [MUG]}, "reason"),
        ({"lines": [MUG], "reason": "ugly"}, "reason"),
        ({"lines": [MUG | {"quantity": 0}], "reason": "damaged"}, "lines.0.quantity"),
        ({"lines": [MUG | {"quantity": 1000}], "reason": "damaged"}, "lines.0.quantity"),
        ({"lines": [MUG | {"sku": "TEAPOT-1"}], "reason": "damaged"}, "lines.0.sku"),
        ({"lines": [MUG, MUG], "reason": "damaged"}, "lines.1.sku"),
        ({"lines": [MUG], "reason": "damaged", "amount": 1}, "amount"),
    ],
)
def test_what_is_wrong_is_refused(api: Api, cloud: Shop, body: dict[str, Any], field: str) -> None:
    order, customer, _ = sold_and_sent(cloud, api)
    reply = api.post(f"{order.path}/returns", json=body, token=customer.token, key="k-1")
    refused(reply, 400, "VALIDATION_ERROR", field)
    assert shopping.look(api, order)["returns"] == []


def test_somebody_else_s_is_a_missing_one(api: Api, cloud: Shop) -> None:
    order, _, _ = sold_and_sent(cloud, api)
    eve = people.customer(api)
    none = shopping.Placed("ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T", {}, {})
    theirs, missing = ask_back(api, order, [MUG], by=eve), ask_back(api, none, [MUG], by=eve)
    refused(theirs, 404, "NOT_FOUND")
    assert theirs.json["errors"] == missing.json["errors"]
    body = {"lines": [MUG], "reason": "damaged"}
    assert api.post(f"{order.path}/returns", json=body, key="k-1").status == 401


def test_two_who_ask_for_the_same_unit_at_once_get_it_once(functions: list[Loaded], api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=30)
    ada, manager = people.customer(api), people.staff(api, "manager")
    racing = Api(Gateway(functions, call=call))
    for seed in range(10):
        order = paid(cloud, api, "MUG-1", token=ada.token)
        shipped(api, manager, order)
        both = interleaved([partial(ask_back, racing, order, [MUG]) for _ in range(2)], seed=seed)
        assert sorted(reply.status for reply in both) == [201, 409], both  # type: ignore[union-attr]
        shopping.assert_told_by_events(order)


def test_a_second_try_asks_for_nothing_more(api: Api, cloud: Shop) -> None:
    order, customer, _ = sold_and_sent(cloud, api)
    first = ask_back(api, order, [MUG], by=customer, key="once")
    again = ask_back(api, order, [MUG], by=customer, key="once")
    assert (again.body, again.headers["idempotent-replayed"]) == (first.body, "true")
    assert len(shopping.look(api, order)["returns"]) == 1


def test_support_may_ask_in_a_customer_s_name(api: Api, cloud: Shop) -> None:
    order, _, _ = sold_and_sent(cloud, api)
    item = asked_back(api, order, "MUG-1", by=people.staff(api, "support"))
    assert decided(api, people.staff(api, "support"), item, "approved")["status"] == "approved"


def test_it_is_two_calls_and_its_policy_is_exact(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    order, _, _ = sold_and_sent(cloud, api)
    with record() as calls:
        assert ask_back(api, order, [MUG]).status == 201
    assert [call.operation for call in calls] == ["BatchGetItem", "TransactWriteItems"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "request_return")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
