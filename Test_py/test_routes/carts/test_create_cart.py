"""POST /api/v1/carts"""

from __future__ import annotations

from typing import Any

import pytest

from functions.carts.create_cart import handler
from infra.local.recorder import record
from pushcart.carts.models import CartItem
from Test_py.support.accounts import assert_exact_policy, dump
from Test_py.support.carts import CARTS
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopkeeping import everything, forget_what_is_kept, operations, recorded, refused, session, stored

NOTHING = {"amount": 0, "currency": "EUR"}


def test_a_guest_gets_an_empty_cart_and_its_token_once(api: Api) -> None:
    reply = api.post(CARTS, json={})
    assert reply.status == 201
    cart = reply.data
    assert cart == {
        "id": cart["id"],
        "status": "open",
        "currency": "EUR",
        "token": cart["token"],
        "items": [],
        "promotions": [],
        "shipping_address": None,
        "billing_address": None,
        "shipping_method": None,
        "shipping": None,
        "tax_included": False,
        "totals": dict.fromkeys(("subtotal", "discount", "shipping", "tax", "total"), NOTHING),
        "problems": [],
        "order_id": None,
        "expires_at": cart["expires_at"],
        "created_at": cart["created_at"],
        "updated_at": cart["created_at"],
        "version": 1,
    }
    assert cart["id"].startswith("crt_")
    assert cart["token"]
    shown = api.get(f"{CARTS}/{cart['id']}", cart_token=cart["token"]).data
    assert shown == cart | {"token": None}


def test_the_token_is_not_stored(api: Api) -> None:
    token = api.post(CARTS, json={}, key="k").data["token"]
    assert token not in dump()


def test_a_customers_cart_is_theirs_without_a_token(api: Api) -> None:
    ada = session(user_id="usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T")
    cart = api.post(CARTS, json={}, token=ada).data
    assert cart["token"] is None
    assert stored(CartItem.key_of(cart["id"])).owner_id == "usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"
    assert api.get(f"{CARTS}/{cart['id']}", token=ada).status == 200


def test_it_needs_no_body(api: Api) -> None:
    assert api.post(CARTS).status == 201


def test_it_is_kept_for_thirty_days(api: Api, clock: Clock) -> None:
    cart = api.post(CARTS).data
    item = stored(CartItem.key_of(cart["id"]))
    assert 30 * 86400 - 5 <= item.ttl - clock.now.timestamp() <= 30 * 86400
    assert cart["expires_at"][:10] > cart["created_at"][:10]


def test_another_currency_may_be_named(api: Api) -> None:
    cart = api.post(CARTS, json={"currency": "USD"}).data
    assert (cart["currency"], cart["totals"]["total"]["currency"]) == ("USD", "USD")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"currency": "euro"}, "currency"),
        ({"currency": 5}, "currency"),
        ({"owner_id": "usr_1"}, "owner_id"),
        ({"token": "x"}, "token"),
        ({"items": [{"sku": "A"}]}, "items"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, body: dict[str, Any], field: str) -> None:
    before = everything()
    refused(api.post(CARTS, json=body), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_bad_credentials_are_no_guest(api: Api) -> None:
    refused(api.post(CARTS, json={}, token="nonsense"), 401, "UNAUTHENTICATED")


def test_a_key_gives_one_cart_and_equal_bytes_with_the_token(api: Api) -> None:
    first = api.post(CARTS, json={}, key="k")
    again = api.post(CARTS, json={}, key="k")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.data["token"]


def test_calls_and_policy(api: Api) -> None:
    api.post(CARTS)
    assert operations(recorded(lambda: api.post(CARTS))) == ["BatchGetItem", "TransactWriteItems"]
    assert operations(recorded(lambda: api.post(CARTS, key="a"))) == ["BatchGetItem", "TransactWriteItems"]
    forget_what_is_kept()
    api.get(f"{CARTS}/crt_1")
    with record() as touched:
        api.post(CARTS, key="k")
    assert_exact_policy(handler.declaration, touched.touches)
