"""POST /orders/{order_id}/claim: a guest's order becomes a customer's own."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from infra.local.gateway import Gateway
from infra.local.recorder import granted, record
from pushcart.orders import service
from pushcart.orders.models import OrderItem
from Test_py.conftest import Shop
from Test_py.reliability.invariants import check
from Test_py.reliability.schedules import interleaved
from Test_py.reliability.seam import call
from Test_py.support import drafts, people, shopping
from Test_py.support.client import Api
from Test_py.support.drafts import claim, verified
from Test_py.support.shopkeeping import refused
from Test_py.support.shopping import EMAIL
from utils import sealing
from utils.declarations import Function, Loaded


def test_a_guest_s_order_becomes_one_s_own(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    ada = verified(api, EMAIL)
    assert api.get("/api/v1/orders", token=ada.token).data == []
    reply = claim(api, order, ada)
    assert (reply.status, reply.data["customer_id"], reply.data["id"]) == (200, ada.id, order.id)
    assert [one["id"] for one in api.get("/api/v1/orders", token=ada.token).data] == [order.id]
    assert api.get(order.path, token=ada.token).status == 200
    state = shopping.assert_told_by_events(order)
    assert state.customer_id == ada.id == shopping.stored(OrderItem.key_of(order.id)).customer_id
    cloud.pumps.drain()
    check()


def test_the_token_may_stand_in_its_header(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order, ada = shopping.buy(api, "MUG-1"), verified(api, EMAIL)
    headers = {"x-order-token": order.credentials["order_token"]}
    reply = api.post(f"{order.path}/claim", json={}, token=ada.token, headers=headers)
    assert (reply.status, reply.data["customer_id"]) == (200, ada.id)


def test_a_second_claim_is_answered_alike_and_changes_nothing(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order, ada = shopping.buy(api, "MUG-1"), verified(api, EMAIL)
    first = claim(api, order, ada)
    for token in (None, ""):
        assert claim(api, order, ada, token).data == first.data
    assert shopping.types(order).count("order.claimed") == 1


def test_what_is_somebody_s_or_not_there_is_one_answer(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=9)
    ada, eve = verified(api, EMAIL), people.verify_address(api, people.customer(api, "eve@example.org"))
    guests, own = shopping.buy(api, "MUG-1"), shopping.buy(api, "MUG-1", token=ada.token)
    stolen = sealing.mac("order", own.id)
    none = shopping.Placed("ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T", {}, {})
    other = shopping.buy(api, "MUG-1").credentials["order_token"]
    replies = [
        claim(api, none, eve, stolen),
        claim(api, own, eve, stolen),
        claim(api, guests, ada, ""),
        claim(api, guests, ada, other),
        claim(api, guests, ada, "v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ]
    for reply in replies:
        refused(reply, 404, "NOT_FOUND")
        assert reply.json["errors"] == replies[0].json["errors"]
    assert claim(api, guests, ada).status == 200
    refused(claim(api, guests, eve), 404, "NOT_FOUND")
    assert shopping.stored(OrderItem.key_of(own.id)).customer_id == ada.id


def test_the_address_has_to_be_confirmed_and_the_one_it_was_ordered_with(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    ada, eve = people.customer(api, EMAIL), verified(api, "eve@example.org")
    reply = refused(claim(api, order, ada), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "email_unverified"
    reply = refused(claim(api, order, eve), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "other_email"
    people.verify_address(api, ada)
    assert claim(api, order, ada).status == 200


def test_in_every_order_of_calls_it_is_claimed_once(functions: list[Loaded], api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=30)
    ada, racing = verified(api, EMAIL), Api(Gateway(functions, call=call))
    for seed in range(10):
        order = shopping.buy(api, "MUG-1")
        replies = interleaved([partial(claim, racing, order, ada) for _ in range(2)], seed=seed)
        assert [reply.status for reply in replies] == [200, 200]  # type: ignore[union-attr]
        assert shopping.types(order).count("order.claimed") == 1
        shopping.assert_told_by_events(order)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"order_token": 1}, "order_token"),
        ({"order_token": ""}, "order_token"),
        ({"order_token": "v1." + "A" * 100}, "order_token"),
        ({"order_token": "v1.no token"}, "order_token"),
        ({"customer_id": "usr_1"}, "customer_id"),
        ({"email": EMAIL}, "email"),
    ],
)
def test_what_is_wrong_is_refused(api: Api, cloud: Shop, body: dict[str, Any], field: str) -> None:
    shopping.shelve("MUG-1", units=5)
    order, ada = shopping.buy(api, "MUG-1"), verified(api, EMAIL)
    reply = api.post(f"{order.path}/claim", json=body, token=ada.token)
    refused(reply, 400, "VALIDATION_ERROR", field)
    assert shopping.stored(OrderItem.key_of(order.id)).customer_id is None


def test_customers_alone_may(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    assert api.post(f"{order.path}/claim", json={}, **order.credentials).status == 401
    manager = people.staff(api, "manager")
    refused(claim(api, order, manager, ""), 404, "NOT_FOUND")


def test_it_is_two_calls_and_its_policy_is_exact(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    shopping.shelve("MUG-1", units=5)
    order, ada = shopping.buy(api, "MUG-1"), verified(api, EMAIL)
    with record() as calls:
        assert claim(api, order, ada).status == 200
    assert [one.operation for one in calls] == ["BatchGetItem", "TransactWriteItems"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "claim_order")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}


def test_what_was_claimed_is_erased_with_its_customer(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order, ada = shopping.buy(api, "MUG-1"), verified(api, EMAIL)
    assert claim(api, order, ada).status == 200
    assert list(service.erase_contacts(ada.id, None).items) == [order.id]
    assert drafts.look_up(api, order.data["number"], EMAIL).status == 202
    assert api.get(order.path, token=ada.token).data["email"] == ""
