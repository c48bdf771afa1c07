"""POST /orders/{order_id}/fulfillments: paid goods leave the house, each unit once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from infra.local.gateway import Gateway
from infra.local.recorder import granted, record
from pushcart.inventory.models import ReservationItem
from pushcart.orders.models import OrderItem
from pushcart.outbox.service import history
from Test_py.conftest import Shop
from Test_py.reliability.schedules import interleaved
from Test_py.reliability.seam import call
from Test_py.support import parcels, people, shopping
from Test_py.support.client import Api
from Test_py.support.mailbox import mails
from Test_py.support.parcels import paid, ship, shipped
from Test_py.support.shopkeeping import refused
from utils.declarations import Function, Loaded
from utils.transaction import Transaction

MUG = {"sku": "MUG-1", "quantity": 1}


def set_order(order: shopping.Placed, **values: Any) -> None:
    """Put an order into a state that takes long to come to."""
    item = shopping.stored(OrderItem.key_of(order.id))
    tx = Transaction()
    tx.change(item, *(getattr(OrderItem, name).set(value) for name, value in values.items()))
    tx.commit()


def test_a_paid_order_leaves_in_parts(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    shopping.shelve("BOWL-1", units=5)
    manager = people.staff(api, "manager")
    order = paid(cloud, api, "MUG-1", "BOWL-1", quantity=2)
    first = ship(api, manager, order, lines=[MUG], tracking=parcels.TRACKING)
    assert first.status == 201
    assert first.data["id"] == f"ful_{order.id.removeprefix('ord_')}_1"
    assert (first.data["lines"], first.data["tracking"], first.data["status"]) == ([MUG], parcels.TRACKING, "shipped")
    seen = shopping.look(api, order)
    assert (seen["status"], seen["fulfillment_status"]) == ("processing", "partially_fulfilled")
    assert (shopping.stock("MUG-1"), shopping.reservation(order)) == ((4, 3, 1), "committed")
    rest = shipped(api, manager, order)
    assert rest["lines"] == [MUG, {"sku": "BOWL-1", "quantity": 2}]
    seen = shopping.look(api, order)
    assert (seen["status"], seen["fulfillment_status"]) == ("processing", "fulfilled")
    assert [one["id"] for one in seen["fulfillments"]] == [first.data["id"], rest["id"]]
    assert seen["fulfillments"][0]["tracking"] == parcels.TRACKING
    assert (shopping.stock("MUG-1"), shopping.stock("BOWL-1")) == ((3, 3, 0), (3, 3, 0))
    assert shopping.reservation(order) == "shipped"
    shopping.assert_told_by_events(order)
    cloud.pumps.drain()
    assert shopping.ledger("MUG-1") == (-2, -2, 0)


def test_the_buyer_is_told_by_mail(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = paid(cloud, api, "MUG-1")
    shipped(api, people.staff(api, "manager"), order, tracking=parcels.TRACKING)
    cloud.pumps.drain()
    mail = mails()[-1]
    assert mail.subject == f"Your order {order.data['number']} is on its way"
    for said in ("The MUG-1", "Royal Mail", "RM123456785GB", parcels.TRACKING["url"]):
        assert said in mail.body


def test_only_a_confirmed_order_is_shipped(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    manager = people.staff(api, "manager")
    waiting = shopping.buy(api, "MUG-1", payment_token="tok_declined")
    cloud.pumps.drain()
    reply = refused(ship(api, manager, waiting), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "pending_payment"
    shopping.cancel(api, waiting)
    cloud.pumps.drain()
    reply = refused(ship(api, manager, waiting), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "cancelled"


def test_one_that_is_being_cancelled_stays(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = paid(cloud, api, "MUG-1")
    set_order(order, cancel_requested=True)
    reply = refused(ship(api, people.staff(api, "manager"), order), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "cancel_requested"
    assert shopping.stock("MUG-1") == (5, 4, 1)


@pytest.mark.parametrize(
    ("mode", "status", "goes"),
    [
        ("automatic", "authorized", False),
        ("automatic", "refunded", False),
        ("automatic", "partially_refunded", True),
        ("manual", "authorized", True),
        ("manual", "partially_captured", True),
        ("manual", "voided", False),
        ("manual", "refunded", False),
    ],
)
def test_money_has_to_be_as_certain_as_the_capture_mode_demands(
    api: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch, mode: str, status: str, goes: bool
) -> None:
    shopping.shelve("MUG-1", units=5)
    order = paid(cloud, api, "MUG-1")
    payment = shopping.stored(OrderItem.key_of(order.id)).payment
    set_order(order, payment_status=status, payment=payment | {"status": status})
    monkeypatch.setenv("PAYMENT_CAPTURE", mode)
    reply = ship(api, people.staff(api, "manager"), order)
    if goes:
        assert reply.status == 201, reply.body
    else:
        assert refused(reply, 409, "INVALID_STATE").json["errors"][0]["detail"] == status


@pytest.mark.parametrize(("token", "after"), [("tok_refund_late", 409), ("tok_refund_declined", 201)])
def test_nothing_leaves_while_all_the_money_is_on_its_way_back(api: Api, cloud: Shop, token: str, after: int) -> None:
    shopping.shelve("MUG-1")
    order, admin = parcels.paid(cloud, api, "MUG-1", by=token), people.staff(api, "admin")
    path = f"/api/v1/payments/{order.data['payment']['id']}/refunds"
    part = api.post(path, json={"amount": 500}, token=admin.token, key="part")
    assert part.status == 202, part.body
    rest = api.post(path, json={}, token=admin.token, key="rest")
    assert rest.status == 202, rest.body
    at_once = parcels.ship(api, admin, order)
    assert (at_once.status, at_once.codes) == (409, ["INVALID_STATE"])
    cloud.pumps.drain()
    assert parcels.ship(api, admin, order).status == after


def test_never_more_than_is_left(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    shopping.shelve("BOWL-1", units=5)
    manager = people.staff(api, "manager")
    order = paid(cloud, api, "MUG-1", "BOWL-1", quantity=2)
    shipped(api, manager, order, lines=[{"sku": "BOWL-1", "quantity": 2}])
    more = [{"sku": "MUG-1", "quantity": 3}, {"sku": "BOWL-1", "quantity": 1}]
    reply = refused(ship(api, manager, order, lines=more), 409, "INVALID_STATE")
    details = [error["detail"] for error in reply.json["errors"]]
    assert details == ["MUG-1: asked 3, 2 left to ship", "BOWL-1: asked 1, 0 left to ship"]
    shipped(api, manager, order)
    reply = refused(ship(api, manager, order), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "fulfilled"
    assert shopping.stock("MUG-1") == (3, 3, 0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"lines": []}, "lines"),
        ({"lines": [{"sku": "MUG-1", "quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "MUG-1", "quantity": "1"}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "MUG-1"}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "M" * 65, "quantity": 1}]}, "lines.0.sku"),
        ({"lines": [MUG | {"unit_price": 1}]}, "lines.0.unit_price"),
        ({"lines": [{"sku": "TEAPOT-1", "quantity": 1}]}, "lines.0.sku"),
        ({"lines": [MUG, MUG]}, "lines.1.sku"),
        ({"lines": "all"}, "lines"),
        ({"tracking": {"carrier": "Royal Mail"}}, "tracking.number"),
        ({"tracking": {"carrier": "C" * 61, "number": "1"}}, "tracking.carrier"),
        ({"tracking": {"carrier": "X", "number": "1", "url": "http://track.example.com"}}, "tracking.url"),
        ({"tracking": {"carrier": "X", "number": "1", "url": "https://u:p@evil.example/"}}, "tracking.url"),
        ({"tracking": {"carrier": "X", "number": "1", "url": 'https://x.example/"><script>'}}, "tracking.url"),
        ({"tracking": {"carrier": "X\r\nBcc: a@b.c", "number": "1"}}, "tracking.carrier"),
        ({"status": "delivered"}, "status"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_moves(api: Api, cloud: Shop, body: dict[str, Any], field: str) -> None:
    shopping.shelve("MUG-1", units=5)
    order = paid(cloud, api, "MUG-1")
    refused(ship(api, people.staff(api, "manager"), order, **body), 400, "VALIDATION_ERROR", field)
    assert shopping.stock("MUG-1") == (5, 4, 1)
    assert shopping.look(api, order)["fulfillments"] == []


def test_two_who_ship_the_same_units_at_once_ship_them_once(functions: list[Loaded], api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=60)
    manager, other = people.staff(api, "manager"), people.staff(api, "manager")
    racing = Api(Gateway(functions, call=call))
    for seed in range(20):
        order = paid(cloud, api, "MUG-1", quantity=2)
        before = shopping.stock("MUG-1")
        both = interleaved([partial(ship, racing, manager, order), partial(ship, racing, other, order)], seed=seed)
        assert sorted(reply.status for reply in both) == [201, 409], both  # type: ignore[union-attr]
        assert shopping.stock("MUG-1") == (before[0] - 2, before[1], before[2] - 2)
        shopping.assert_told_by_events(order)


def test_a_second_try_ships_nothing_more(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    manager = people.staff(api, "manager")
    order = paid(cloud, api, "MUG-1", quantity=2)
    first = ship(api, manager, order, key="once", lines=[MUG])
    again = ship(api, manager, order, key="once", lines=[MUG])
    assert (again.body, again.headers["idempotent-replayed"]) == (first.body, "true")
    assert shopping.stock("MUG-1") == (4, 3, 1)


def test_staff_alone_may_and_a_missing_order_is_one(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = paid(cloud, api, "MUG-1")
    refused(ship(api, people.customer(api), order), 403, "FORBIDDEN")
    refused(ship(api, people.staff(api, "support"), order), 403, "FORBIDDEN")
    none = shopping.Placed("ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T", {}, {})
    refused(ship(api, people.staff(api, "manager"), none), 404, "NOT_FOUND")
    path = f"{order.path}/fulfillments"
    refused(api.post(path, json={}, token=people.staff(api).token), 400, "IDEMPOTENCY_KEY_REQUIRED")


def test_fifty_lines_go_in_one_transaction(api: Api, cloud: Shop) -> None:
    skus = [shopping.shelve(f"SKU-{number}", units=1) for number in range(50)]
    order = shopping.placed(shopping.place(api, shopping.lay_cart(*skus)))
    cloud.pumps.drain()
    manager = people.staff(api, "manager")
    with record() as calls:
        assert ship(api, manager, order).status == 201
    assert [call.operation for call in calls] == ["BatchGetItem", "TransactWriteItems"]
    assert {shopping.stock(sku) for sku in skus} == {(0, 0, 0)}
    assert shopping.stored(ReservationItem.key_of(order.id)).lines == []
    cloud.pumps.drain()
    shopping.assert_told_by_events(order)


def test_it_is_two_calls_and_its_policy_is_exact(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    shopping.shelve("MUG-1", units=5)
    order, manager = paid(cloud, api, "MUG-1"), people.staff(api, "manager")
    with record() as calls:
        assert ship(api, manager, order).status == 201
    assert [call.operation for call in calls] == ["BatchGetItem", "TransactWriteItems"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "fulfill_order")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}


def test_nothing_personal_is_in_what_is_told(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = paid(cloud, api, "MUG-1")
    shipped(api, people.staff(api, "manager"), order, tracking=parcels.TRACKING)
    told = next(event for event in history(order.id, limit=100).items if event.type == "fulfillment.shipped")
    lines = [{"sku": "MUG-1", "location_id": "main", "quantity": 1, "bucket": 0}]
    assert told.data == {
        "fulfillment_id": f"ful_{order.id.removeprefix('ord_')}_1",
        "fulfillment_status": "fulfilled",
        "lines": lines,
        "stock": "shipped",
    }
