"""PUT /api/v1/carts/{cart_id}/addresses"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.carts.set_cart_addresses import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.carts import CARTS, Shopper, converted, customer, guest, strangers
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.priced_carts import ask_for_all
from Test_py.support.shopkeeping import (
    everything,
    forget_what_is_kept,
    on_sale,
    operations,
    recorded,
    refused,
    tag,
)

HOME = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postal_code": "SW1Y",
    "country": "GB",
}
FULL = HOME | {"line2": None, "region": None, "phone": None}


def send(shopper: Shopper, body: Any, **options: Any) -> Reply:
    return shopper.api.put(f"{shopper.path}/addresses", json=body, **shopper.credentials, **options)


def test_addresses_are_kept_and_replaced(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=1)
    for shopper in (guest(api), customer(api)):
        shopper.put("A")
        reply = send(shopper, {"shipping_address": HOME, "billing_address": HOME | {"line2": "2nd floor"}})
        assert reply.status == 200
        assert reply.data == shopper.cart()
        assert reply.data["shipping_address"] == FULL
        assert reply.data["billing_address"] == FULL | {"line2": "2nd floor"}
        after = send(shopper, {"billing_address": HOME}).data
        assert (after["shipping_address"], after["billing_address"]) == (None, FULL)
        assert len(after["items"]) == 1


def test_a_version_is_compared_where_it_is_sent(api: Api) -> None:
    shopper = guest(api)
    refused(send(shopper, {"shipping_address": HOME}, headers=tag(2)), 412, "STALE_VERSION")
    assert send(shopper, {"shipping_address": HOME}, headers=tag(1)).data["version"] == 2


def test_a_cart_that_is_done_stays_as_it_is(api: Api, clock: Clock) -> None:
    sold, late = guest(api), guest(api)
    converted(sold)
    refused(send(sold, {"shipping_address": HOME}), 409, "INVALID_STATE")
    clock.shift(timedelta(days=30))
    refused(send(late, {"shipping_address": HOME}), 409, "INVALID_STATE")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"line1": 5}, "line1"),
        ({"city": None}, "city"),
        ({"postal_code": "x" * 21}, "postal_code"),
        ({"country": "Britain"}, "country"),
        ({"country": "gb"}, "country"),
        ({"phone": "call me"}, "phone"),
        ({"email": "ada@example.org"}, "email"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, change: dict[str, Any], field: str) -> None:
    shopper = guest(api)
    before = everything()
    address = {name: value for name, value in (HOME | change).items() if value is not None}
    refused(send(shopper, {"shipping_address": address}), 400, "VALIDATION_ERROR", f"shipping_address.{field}")
    refused(send(shopper, {"billing_address": address}), 400, "VALIDATION_ERROR", f"billing_address.{field}")
    assert everything() == before


@pytest.mark.parametrize(
    ("body", "field"), [({"address": HOME}, "address"), ({"shipping_address": "home"}, "shipping_address")]
)
def test_a_bad_body_is_named(api: Api, body: dict[str, Any], field: str) -> None:
    refused(send(guest(api), body), 400, "VALIDATION_ERROR", field)


def test_somebody_elses_cart_is_as_if_it_were_not_there(api: Api) -> None:
    body = {"shipping_address": HOME}
    for owner in (guest(api), customer(api)):
        for credentials in strangers(api):
            reply = refused(api.put(f"{owner.path}/addresses", json=body, **credentials), 404, "NOT_FOUND")
            missing = api.put(f"{CARTS}/crt_none/addresses", json=body, **credentials)
            assert reply.json["errors"] == missing.json["errors"]
        assert owner.cart()["shipping_address"] is None


def test_calls_and_policy(api: Api, manager: str) -> None:
    product = on_sale(api, manager, "A")
    shopper = guest(api)
    assert operations(recorded(lambda: send(shopper, {}))) == ["BatchGetItem", "TransactWriteItems"]
    shopper.put("A")
    ask_for_all(shopper, "A", product["id"])
    forget_what_is_kept()
    api.post(CARTS, token=manager)
    with record() as touched:
        send(shopper, {"shipping_address": HOME})
    assert_exact_policy(handler.declaration, touched.touches)
