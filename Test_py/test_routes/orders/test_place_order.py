"""POST /orders: checkout, all or nothing, once for each key."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from infra.local.recorder import record
from pushcart.carts.models import CartItem
from pushcart.catalog.models.variants import VariantItem
from pushcart.money import MAX_PRICE
from pushcart.orders.models import ContactItem, NumberItem, OrderItem
from pushcart.outbox.service import history
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.accounts import dump
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.shopping import EMAIL, ORDERS, Basket
from utils.ids import CROCKFORD

MISSING = "crt_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"


def test_a_guest_orders(api: Api) -> None:
    shopping.shelve("MUG-1", price=1250, units=5)
    shopping.shelve("TEA-1", price=399, units=9)
    basket = shopping.fill_cart(api, "MUG-1", "TEA-1", quantity=2, addressed=True)
    reply = shopping.place(api, basket)
    assert reply.status == 201
    order = reply.data
    assert (order["status"], order["payment_status"], order["fulfillment_status"]) == (
        "pending_payment",
        "processing",
        "unfulfilled",
    )
    assert [(line["sku"], line["quantity"], line["unit_price"], line["total"]) for line in order["lines"]] == [
        ("MUG-1", 2, {"amount": 1250, "currency": "EUR"}, {"amount": 2500, "currency": "EUR"}),
        ("TEA-1", 2, {"amount": 399, "currency": "EUR"}, {"amount": 798, "currency": "EUR"}),
    ]
    amounts = {name: money["amount"] for name, money in order["totals"].items()}
    assert amounts == {"subtotal": 3298, "discount": 0, "shipping": 0, "tax": 0, "total": 3298}
    assert (order["email"], order["customer_id"], order["currency"]) == (EMAIL, None, "EUR")
    assert order["shipping_address"]["city"] == "London"
    assert order["billing_address"] is None
    payment = order["payment"]
    assert payment["id"] == f"pay_{order['id'].removeprefix('ord_')}_1"
    assert (payment["order_id"], payment["provider"], payment["status"]) == (order["id"], "sandbox", "processing")
    assert (payment["amount"], payment["captured"], payment["refunded"]) == ({"amount": 3298, "currency": "EUR"}, 0, 0)
    assert len(order["number"]) == 9
    assert set(order["number"]) <= set(CROCKFORD)
    assert shopping.stock("MUG-1") == (5, 3, 2)
    assert shopping.stock("TEA-1") == (9, 7, 2)
    assert shopping.stored(NumberItem.key_of(order["number"])).order_id == order["id"]
    assert shopping.stored(CartItem.key_of(basket.id)).order_id == order["id"]


def test_a_customer_orders_with_the_account_s_address(api: Api) -> None:
    ada = people.customer(api)
    shopping.shelve("MUG-1")
    reply = shopping.place(api, shopping.fill_cart(api, "MUG-1", token=ada.token))
    assert reply.status == 201
    assert (reply.data["customer_id"], reply.data["email"]) == (ada.id, ada.email)
    assert reply.data["order_token"] is None


def test_a_customer_may_repeat_the_address_but_not_change_it(api: Api) -> None:
    ada = people.customer(api)
    shopping.shelve("MUG-1")
    basket = shopping.fill_cart(api, "MUG-1", token=ada.token)
    other = shopping.order_body(basket, email="somebody@else.example")
    refused = api.post(ORDERS, json=other, key="k-1", token=ada.token)
    assert (refused.status, refused.json["errors"][0]["field"]) == (400, "email")
    same = shopping.order_body(basket, email=ada.email)
    assert api.post(ORDERS, json=same, key="k-2", token=ada.token).status == 201


def test_prices_are_those_of_now(api: Api) -> None:
    shopping.shelve("MUG-1", price=1250)
    basket = shopping.fill_cart(api, "MUG-1")
    shopping.shelve("MUG-1", price=1500)
    assert shopping.place(api, basket).data["totals"]["total"]["amount"] == 1500


def test_what_is_announced_holds_ids_and_figures_only(api: Api) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", quantity=2)
    placed, due = history(order.id, limit=10).items
    assert (placed.type, placed.sequence, placed.on_topic) == ("order.placed", 1, "yes")
    assert placed.data["lines"] == [{"sku": "MUG-1", "location_id": "main", "quantity": 2, "bucket": 0}]
    assert placed.targets == [["expiry", 900]]
    assert (due.type, due.sequence, due.on_topic, due.targets) == ("payment.due", 2, "no", [["payments", 0]])
    told = json.dumps([placed.data, due.data])
    assert EMAIL not in told
    assert "tok_success" not in told


def test_what_is_personal_is_in_one_item(api: Api) -> None:
    shopping.shelve("MUG-1")
    shopping.placed(shopping.place(api, shopping.fill_cart(api, "MUG-1", addressed=True)))
    everything = dump()
    assert everything.count(EMAIL) == 2, "in the contact, and in the answer that the key keeps"
    order = next(key for key in everything.split('"') if key.startswith("ORDER#"))
    contact = shopping.stored(ContactItem.key_of(order.removeprefix("ORDER#")))
    assert (contact.email, contact.shipping_address["city"]) == (EMAIL, "London")


def test_no_token_is_stored(api: Api) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    assert order.data["order_token"].startswith("v1.")
    assert order.data["order_token"] not in dump()


@pytest.mark.parametrize("lines", [1, 50])
def test_it_takes_three_calls_and_ten_items_over_the_lines(api: Api, lines: int) -> None:
    skus = [shopping.shelve(f"MUG-{number:02d}") for number in range(lines)]
    ada = people.customer(api)
    basket = Basket(shopping.lay_cart(*skus, owner_id=ada.id).id, token=ada.token)
    api.get("/api/v1/users/me", token=ada.token)
    with record() as calls:
        reply = shopping.place(api, basket)
    assert reply.status == 201
    assert [call.operation for call in calls] == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert len(calls.made[-1].parameters["TransactItems"]) <= lines + 10


def test_the_same_key_answers_the_same_bytes(api: Api) -> None:
    shopping.shelve("MUG-1", units=5)
    basket = shopping.fill_cart(api, "MUG-1")
    first = shopping.place(api, basket, key="once")
    again = shopping.place(api, basket, key="once")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.data["order_token"] == first.data["order_token"]
    assert shopping.stock("MUG-1") == (5, 4, 1)


def test_the_same_key_for_another_request_is_refused(api: Api) -> None:
    shopping.shelve("MUG-1", units=5)
    basket = shopping.fill_cart(api, "MUG-1")
    assert shopping.place(api, basket, key="once").status == 201
    other = shopping.place(api, basket, "tok_declined", key="once")
    assert (other.status, other.codes) == (422, ["IDEMPOTENCY_KEY_REUSED"])


def same_key_at_once(api: Api, calls: int, threads: int) -> None:
    shopping.shelve("MUG-1", units=5)
    basket = shopping.fill_cart(api, "MUG-1")
    with ThreadPoolExecutor(threads) as pool:
        replies = list(pool.map(lambda _: shopping.place(api, basket, key="once"), range(calls)))
    assert {reply.status for reply in replies} == {201}
    assert len({reply.body for reply in replies}) == 1
    assert shopping.stock("MUG-1") == (5, 4, 1)


def test_many_calls_with_one_key_at_once_have_one_effect(api: Api) -> None:
    same_key_at_once(api, calls=100, threads=8)


@pytest.mark.torture
def test_a_thousand_calls_with_one_key_at_once_have_one_effect(api: Api) -> None:
    same_key_at_once(api, calls=1000, threads=32)


def test_a_refusal_is_kept_under_its_key(api: Api) -> None:
    shopping.shelve("MUG-1", units=0)
    basket = shopping.fill_cart(api, "MUG-1")
    first = shopping.place(api, basket, key="once")
    shopping.shelve("MUG-1", units=5)
    again = shopping.place(api, basket, key="once")
    assert (first.status, again.body) == (409, first.body)


def test_every_short_sku_is_told(api: Api) -> None:
    for sku, units in (("MUG-1", 1), ("TEA-1", 9), ("POT-1", 0)):
        shopping.shelve(sku, units=units)
    reply = shopping.place(api, shopping.fill_cart(api, "MUG-1", "TEA-1", "POT-1", quantity=2))
    assert reply.status == 409
    assert [(error["code"], error["detail"]) for error in reply.json["errors"]] == [
        ("INSUFFICIENT_STOCK", "MUG-1: requested 2, available 1"),
        ("INSUFFICIENT_STOCK", "POT-1: requested 2, available 0"),
    ]
    assert shopping.stock("TEA-1") == (9, 9, 0)


def test_who_comes_too_late_for_the_last_unit_is_told_all_that_is_short(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody buys the rest between the read and the write: the transaction refuses, and every short SKU is told."""
    from pushcart.inventory import service as inventory

    for sku, units in (("MUG-1", 2), ("TEA-1", 9), ("POT-1", 2)):
        shopping.shelve(sku, units=units)
    basket = shopping.fill_cart(api, "MUG-1", "TEA-1", "POT-1", quantity=2)
    real, late = inventory.reserve, [("MUG-1", 1), ("POT-1", 0)]

    def overtaken(*args: Any, **options: Any) -> None:
        while late:
            sku, units = late.pop()
            shopping.shelve(sku, units=units)
        real(*args, **options)

    monkeypatch.setattr(inventory, "reserve", overtaken)
    reply = shopping.place(api, basket)
    assert (reply.status, [error["detail"] for error in reply.json["errors"]]) == (
        409,
        ["MUG-1: requested 2, available 1", "POT-1: requested 2, available 0"],
    )
    assert shopping.stock("TEA-1") == (9, 9, 0)
    assert "ORDER#" not in dump()


def test_a_cart_is_ordered_once(api: Api) -> None:
    shopping.shelve("MUG-1", units=5)
    basket = shopping.fill_cart(api, "MUG-1")
    assert shopping.place(api, basket).status == 201
    again = shopping.place(api, basket)
    assert (again.status, again.codes) == (409, ["INVALID_STATE"])
    assert shopping.stock("MUG-1") == (5, 4, 1)


def test_of_many_checkouts_of_one_cart_one_succeeds(api: Api) -> None:
    shopping.shelve("MUG-1", units=50)
    basket = shopping.fill_cart(api, "MUG-1")
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: shopping.place(api, basket), range(16)))
    assert sorted(reply.status for reply in replies) == [201] + [409] * 15
    assert shopping.stock("MUG-1") == (50, 49, 1)


def test_an_empty_cart_is_no_order(api: Api) -> None:
    reply = shopping.place(api, shopping.fill_cart(api))
    assert (reply.status, reply.codes) == (409, ["INVALID_STATE"])


def test_an_expired_cart_is_no_order(api: Api, clock: Clock) -> None:
    shopping.shelve("MUG-1")
    basket = shopping.fill_cart(api, "MUG-1")
    clock.shift(timedelta(days=31))
    reply = shopping.place(api, basket)
    assert (reply.status, reply.codes) == (409, ["INVALID_STATE"])


def test_everything_that_cannot_be_bought_is_told(api: Api) -> None:
    for sku in ("MUG-1", "TEA-1", "POT-1"):
        shopping.shelve(sku)
    basket = shopping.fill_cart(api, "MUG-1", "TEA-1", "POT-1")
    shopping.shelve("MUG-1", status="archived")
    from utils.transaction import Transaction

    tx = Transaction()
    variant = shopping.stored(VariantItem.key_of("prd_POT-1", "POT-1"))
    tx.change(variant, VariantItem.prices.set({"USD": 100}))
    tx.commit()
    reply = shopping.place(api, basket)
    assert reply.status == 409
    assert [(error["code"], error["detail"].partition(":")[0]) for error in reply.json["errors"]] == [
        ("INVALID_STATE", "MUG-1"),
        ("INVALID_STATE", "POT-1"),
    ]
    assert shopping.stock("TEA-1") == (5, 5, 0)


def test_the_dearest_order_that_can_be_is_taken(api: Api) -> None:
    skus = [shopping.shelve(f"GOLD-{number:02d}", price=MAX_PRICE, units=999) for number in range(50)]
    reply = shopping.place(api, shopping.lay_cart(*skus, quantity=999))
    assert reply.status == 201
    assert reply.data["totals"]["total"]["amount"] == 50 * 999 * MAX_PRICE


def test_somebody_else_s_cart_is_a_missing_one(api: Api) -> None:
    shopping.shelve("MUG-1")
    basket = shopping.fill_cart(api, "MUG-1")
    eve = people.customer(api)
    strangers: list[dict[str, Any]] = [
        {"token": eve.token},
        {"cart_token": shopping.fill_cart(api).cart_token},
        {"cart_token": "v1.nonsense"},
        {},
    ]
    for stranger in strangers:
        body = shopping.order_body(basket) | ({"email": None} if "token" in stranger else {})
        theirs = api.post(ORDERS, json=body, key="theirs", **stranger)
        none = api.post(ORDERS, json=body | {"cart_id": MISSING}, key="none", **stranger)
        assert (theirs.status, theirs.codes) == (404, ["NOT_FOUND"])
        assert theirs.json["errors"] == none.json["errors"]
    assert shopping.stock("MUG-1") == (5, 5, 0)


def test_a_session_that_was_ended_orders_nothing(api: Api) -> None:
    ada = people.customer(api)
    shopping.shelve("MUG-1")
    basket = shopping.fill_cart(api, "MUG-1", token=ada.token)
    logged_out = api.post("/api/v1/auth/logout", json={"refresh_token": ada.refresh_token}, token=ada.token)
    assert logged_out.status == 204, logged_out.body
    reply = shopping.place(api, basket)
    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])
    assert shopping.stock("MUG-1") == (5, 5, 0)


def test_a_session_that_was_ended_is_told_no_earlier_answer(api: Api) -> None:
    ada = people.customer(api)
    shopping.shelve("MUG-1")
    basket = shopping.fill_cart(api, "MUG-1", token=ada.token)
    assert shopping.place(api, basket, key="once").status == 201
    api.post("/api/v1/auth/logout", json={"refresh_token": ada.refresh_token}, token=ada.token)
    reply = shopping.place(api, basket, key="once")
    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])


def test_a_key_is_needed(api: Api) -> None:
    basket = shopping.fill_cart(api)
    reply = api.post(ORDERS, json=shopping.order_body(basket), **basket.credentials)
    assert (reply.status, reply.codes) == (400, ["IDEMPOTENCY_KEY_REQUIRED"])


PAYMENT = {"provider": "sandbox", "token": "tok_success"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"payment": PAYMENT}, "cart_id"),
        ({"cart_id": MISSING}, "payment"),
        ({"cart_id": 7, "payment": PAYMENT}, "cart_id"),
        ({"cart_id": "c" * 65, "payment": PAYMENT}, "cart_id"),
        ({"cart_id": "../secrets", "payment": PAYMENT}, "cart_id"),
        ({"cart_id": MISSING, "payment": "tok_success"}, "payment"),
        ({"cart_id": MISSING, "payment": {"token": "tok_success"}}, "payment.provider"),
        ({"cart_id": MISSING, "payment": {"provider": "sandbox"}}, "payment.token"),
        ({"cart_id": MISSING, "payment": {**PAYMENT, "token": "t" * 256}}, "payment.token"),
        ({"cart_id": MISSING, "payment": {**PAYMENT, "token": ""}}, "payment.token"),
        ({"cart_id": MISSING, "payment": {**PAYMENT, "token": None}}, "payment.token"),
        ({"cart_id": MISSING, "payment": {**PAYMENT, "provider": "no-such"}}, "payment.provider"),
        ({"cart_id": MISSING, "payment": {**PAYMENT, "amount": 1}}, "payment.amount"),
        ({"cart_id": MISSING, "payment": PAYMENT, "status": "confirmed"}, "status"),
        ({"cart_id": MISSING, "payment": PAYMENT, "totals": {}}, "totals"),
        ({"cart_id": MISSING, "payment": PAYMENT, "email": "no address"}, "email"),
        ({"cart_id": MISSING, "payment": PAYMENT, "email": f"{'a' * 250}@example.org"}, "email"),
        ({"cart_id": MISSING, "payment": PAYMENT, "email": ["a@example.org"]}, "email"),
    ],
)
def test_bad_input_is_told_by_field(api: Api, body: dict[str, Any], field: str) -> None:
    reply = api.post(ORDERS, json=body, key="k-1")
    assert (reply.status, reply.codes) == (400, ["VALIDATION_ERROR"])
    assert reply.json["errors"][0]["field"] == field


def test_a_guest_without_an_address_is_asked_for_one(api: Api) -> None:
    shopping.shelve("MUG-1")
    basket = shopping.fill_cart(api, "MUG-1")
    reply = api.post(ORDERS, json=shopping.order_body(basket, email=None), key="k-1", **basket.credentials)
    assert (reply.status, reply.json["errors"][0]["field"]) == (400, "email")
    assert shopping.place(api, basket, key="k-1").status == 201, "a validation error is not kept under the key"


@pytest.mark.parametrize("body", ["", "{", "[]", '{"cart_id": ' + "[" * 33 + "]" * 33 + "}", '"text"', "\x00"])
def test_what_is_no_json_object_is_told(api: Api, body: str) -> None:
    reply = api.post(ORDERS, body=body, key="k-1", headers={"content-type": "application/json"})
    assert reply.status == 400
    assert set(reply.codes) <= {"MALFORMED_JSON", "VALIDATION_ERROR"}


def test_too_much_is_refused_before_it_is_read(api: Api) -> None:
    body = json.dumps({"cart_id": "x" * (256 * 1024)})
    reply = api.post(ORDERS, body=body, key="k-1", headers={"content-type": "application/json"})
    assert (reply.status, reply.codes) == (413, ["PAYLOAD_TOO_LARGE"])


def test_sixteen_buyers_of_five_units(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    baskets = [shopping.fill_cart(api, "MUG-1") for _ in range(16)]
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda basket: shopping.place(api, basket), baskets))
    assert sorted(reply.status for reply in replies) == [201] * 5 + [409] * 11
    assert shopping.stock("MUG-1") == (5, 0, 5)
    cloud.pumps.drain()
    orders = [shopping.stored(OrderItem.key_of(reply.data["id"])) for reply in replies if reply.status == 201]
    assert {order.status for order in orders} == {"confirmed"}
