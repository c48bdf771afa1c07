"""PATCH /orders/{order_id}: staff's note, and where an order is sent while all of it is in the house."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from infra.local.gateway import Gateway
from infra.local.recorder import granted, record
from pushcart.orders import service
from pushcart.orders.models import ContactItem
from pushcart.outbox.service import history
from Test_py.conftest import Shop
from Test_py.reliability.schedules import interleaved
from Test_py.reliability.seam import call
from Test_py.support import parcels, people, shopping
from Test_py.support.client import Api
from Test_py.support.drafts import change
from Test_py.support.shopkeeping import refused
from Test_py.support.shopping import ADDRESS
from utils.declarations import Function, Loaded

HOME = ADDRESS | {"line1": "1 Market Row", "city": "Bath", "postal_code": "BA1 1AA"}


def addressed(api: Api, cloud: Shop, token: str | None = None) -> shopping.Placed:
    """Return a confirmed order that is to be sent to :data:`ADDRESS`."""
    shopping.shelve("MUG-1", units=5)
    basket = shopping.fill_cart(api, "MUG-1", token=token, addressed=True)
    order = shopping.placed(shopping.place(api, basket), token)
    cloud.pumps.drain()
    return order


def test_note_and_address_change_and_the_event_names_them_alone(api: Api, cloud: Shop) -> None:
    order, manager = addressed(api, cloud), people.staff(api, "manager")
    before = shopping.look(api, order)
    reply = change(api, manager, order, version=before["version"], note="Ring twice", shipping_address=HOME)
    assert reply.status == 200, reply.body
    assert (reply.data["note"], reply.data["shipping_address"]["city"]) == ("Ring twice", "Bath")
    assert reply.data["version"] == before["version"] + 1
    told = history(order.id, limit=100).items[-1]
    assert (told.type, told.data) == ("order.updated", {"fields": ["note", "shipping_address"]})
    shopping.assert_told_by_events(order)
    seen = shopping.look(api, order)
    assert (seen["note"], seen["shipping_address"]["line1"]) == (None, "1 Market Row")
    assert api.get(order.path, token=manager.token).data["note"] == "Ring twice"


def test_a_note_is_taken_away_by_null_and_stays_when_left_out(api: Api, cloud: Shop) -> None:
    order, manager = addressed(api, cloud), people.staff(api, "manager")
    assert change(api, manager, order, note="Ring twice").status == 200
    assert change(api, manager, order, shipping_address=HOME).data["note"] == "Ring twice"
    assert change(api, manager, order, note=None).data["note"] is None
    assert shopping.stored(ContactItem.key_of(order.id)).note is None


def test_the_version_is_asked_for(api: Api, cloud: Shop) -> None:
    order, manager = addressed(api, cloud), people.staff(api, "manager")
    reply = api.patch(order.path, json={"note": "x"}, token=manager.token)
    refused(reply, 428, "VERSION_REQUIRED")
    refused(change(api, manager, order, version=1, note="x"), 412, "STALE_VERSION")
    assert shopping.stored(ContactItem.key_of(order.id)).note is None


def test_it_is_too_late_for_another_address_once_something_was_sent(api: Api, cloud: Shop) -> None:
    order, manager = addressed(api, cloud), people.staff(api, "manager")
    parcels.shipped(api, manager, order)
    reply = refused(change(api, manager, order, shipping_address=HOME), 409, "INVALID_STATE", "shipping_address")
    assert reply.json["errors"][0]["detail"] == "shipped"
    assert change(api, manager, order, note="Sent early").status == 200


def test_what_is_over_is_sent_nowhere(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", payment_token="tok_declined")
    cloud.pumps.drain()
    shopping.cancel(api, order)
    cloud.pumps.drain()
    reply = refused(change(api, people.staff(api, "manager"), order, shipping_address=HOME), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "cancelled"


@pytest.mark.parametrize("field", ["country", "region"])
def test_an_order_is_not_taxed_anew(api: Api, cloud: Shop, field: str) -> None:
    order, manager = addressed(api, cloud), people.staff(api, "manager")
    other = HOME | {field: "FR" if field == "country" else "Wessex"}
    reply = change(api, manager, order, shipping_address=other)
    refused(reply, 409, "INVALID_STATE", f"shipping_address.{field}")
    assert shopping.look(api, order)["shipping_address"]["city"] == "London"


def test_an_order_without_an_address_may_get_one(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    reply = change(api, people.staff(api, "manager"), order, shipping_address=HOME)
    assert (reply.status, reply.data["shipping_address"]["city"]) == (200, "Bath")


def test_of_an_erased_buyer_nothing_is_kept_anew(api: Api, cloud: Shop) -> None:
    ada = people.customer(api)
    order = addressed(api, cloud, ada.token)
    service.erase_contacts(ada.id, None)
    reply = refused(change(api, people.staff(api, "manager"), order, note="She moved"), 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == "erased"
    assert shopping.stored(ContactItem.key_of(order.id)) is None


def test_a_parcel_never_goes_to_an_address_that_was_changed_at_the_same_time(
    functions: list[Loaded], api: Api, cloud: Shop
) -> None:
    manager = people.staff(api, "manager")
    racing = Api(Gateway(functions, call=call))
    for seed in range(10):
        order = addressed(api, cloud)
        acts = [partial(parcels.ship, racing, manager, order), partial(change, racing, manager, order)]
        acts[1] = partial(acts[1], shipping_address=HOME)
        sent, changed = interleaved(acts, seed=seed)
        assert sent.status == 201  # type: ignore[union-attr]
        assert changed.status in {200, 409}  # type: ignore[union-attr]
        types = shopping.types(order)
        if changed.status == 200:  # type: ignore[union-attr]
            assert types.index("order.updated") < types.index("fulfillment.shipped")
        else:
            assert "order.updated" not in types


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["note"]),
        ({"note": ""}, ["note"]),
        ({"note": 7}, ["note"]),
        ({"note": "n" * 2001}, ["note"]),
        ({"note": "bell\x07"}, ["note"]),
        ({"shipping_address": None}, ["shipping_address"]),
        ({"shipping_address": "London"}, ["shipping_address"]),
        ({"shipping_address": HOME | {"country": "gb"}}, ["shipping_address.country"]),
        ({"shipping_address": HOME | {"line1": "l" * 201}}, ["shipping_address.line1"]),
        ({"shipping_address": HOME | {"planet": "Earth"}}, ["shipping_address.planet"]),
        ({"billing_address": HOME}, ["billing_address"]),
        ({"status": "confirmed"}, ["status"]),
        ({"totals": {}}, ["totals"]),
        ({"customer_id": "usr_1"}, ["customer_id"]),
        ({"email": "eve@example.org"}, ["email"]),
    ],
)
def test_what_is_wrong_is_refused(api: Api, cloud: Shop, body: dict[str, Any], fields: list[str]) -> None:
    order = addressed(api, cloud)
    refused(change(api, people.staff(api, "manager"), order, **body), 400, "VALIDATION_ERROR", *fields)
    assert "order.updated" not in shopping.types(order)


def test_leading_staff_alone_may_and_a_missing_order_is_one(api: Api, cloud: Shop) -> None:
    ada = people.customer(api)
    order = addressed(api, cloud, ada.token)
    refused(change(api, ada, order, note="x"), 403, "FORBIDDEN")
    refused(change(api, people.staff(api, "support"), order, note="x"), 403, "FORBIDDEN")
    none = shopping.Placed("ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T", {}, {})
    refused(change(api, people.staff(api, "manager"), none, note="x"), 404, "NOT_FOUND")


def test_it_is_two_calls_and_its_policy_is_exact(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    order, manager = addressed(api, cloud), people.staff(api, "manager")
    with record() as calls:
        assert change(api, manager, order, note="x").status == 200
    assert [one.operation for one in calls] == ["BatchGetItem", "TransactWriteItems"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "update_order")
    assert isinstance(declaration, Function)
    granted_here = {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
    assert calls.touches <= granted_here


def test_an_export_of_one_s_data_has_the_note(api: Api, cloud: Shop) -> None:
    ada = people.customer(api)
    order = addressed(api, cloud, ada.token)
    assert change(api, people.staff(api, "manager"), order, note="Rings twice").status == 200
    assert service.exported(ada.id, None).items[0]["note"] == "Rings twice"
