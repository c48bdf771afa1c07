"""POST /api/v1/carts/{cart_id}/merge: what a guest had chosen goes into their own cart, once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from functions.carts.merge_cart import handler
from infra.local.recorder import record
from infra.openapi.security import requirements_of
from pushcart.carts.models import CartItem, CartLine
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.carts import CARTS, Shopper, converted, customer, fill, guest, strangers
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.priced_carts import HOME, ask_for_all, item_of, keep
from Test_py.support.pricing import promotion
from Test_py.support.shopkeeping import everything, forget_what_is_kept, on_sale, operations, recorded, refused, session
from utils.transaction import Transaction

_numbers = count(1)


def merge(own: Shopper, guests: Shopper, *, key: str | None = None, **credentials: Any) -> Reply:
    shown = own.credentials | {"cart_token": guests.credentials.get("cart_token")} | credentials
    body = {"cart_id": guests.cart_id}
    return own.api.post(f"{own.path}/merge", json=body, key=key or f"merge-{next(_numbers)}", **shown)


def held(cart: Any) -> dict[str, int]:
    return {item["sku"]: item["quantity"] for item in cart["items"]}


def told(cart: Any) -> list[tuple[str, str]]:
    return [(problem["code"], problem["sku"] or problem["promotion_code"]) for problem in cart["problems"]]


def test_lines_add_up_and_the_guests_cart_is_over(api: Api, manager: str) -> None:
    for sku in ("A", "B", "C"):
        on_sale(api, manager, sku, stock=9)
    own, guests = customer(api), guest(api)
    own.put("A", 1)
    own.put("B", 1)
    guests.put("B", 2)
    line = guests.put("C", 3)
    reply = merge(own, guests)
    assert reply.status == 200
    assert held(reply.data) == {"A": 1, "B": 3, "C": 3}
    assert reply.data["items"][2]["id"] == line["id"]
    assert reply.data["totals"]["total"]["amount"] == 7 * 1999
    assert reply.data["problems"] == []
    assert reply.data == own.cart()
    assert guests.cart()["status"] == "merged"
    refused(guests.add("A"), 409, "INVALID_STATE")


def test_what_the_customer_has_not_said_is_taken_over_and_no_address_stays_behind(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    keep(promotion("TEN"), promotion("SHIPFREE", "free_shipping"))
    first, second, guests = customer(api), customer(api), guest(api)
    guests.put("A")
    for code in ("TEN", "SHIPFREE"):
        added = api.post(f"{guests.path}/promotions", json={"code": code}, **guests.credentials)
        assert added.status == 201, added.body
    addresses = {"shipping_address": HOME, "billing_address": HOME | {"city": "Bath"}}
    api.put(f"{guests.path}/addresses", json=addresses, **guests.credentials)
    own = {"shipping_address": HOME | {"city": "York"}}
    api.put(f"{second.path}/addresses", json=own, **second.credentials)
    cart = merge(second, guests).data
    assert (cart["shipping_address"]["city"], cart["billing_address"]["city"]) == ("York", "Bath")
    assert [one["code"] for one in cart["promotions"]] == ["TEN", "SHIPFREE"]
    left = item_of(guests)
    assert (left.shipping_address, left.billing_address) == (None, None)
    assert first.cart()["items"] == []


def test_what_does_not_fit_is_told_every_time_and_stays_to_be_seen(api: Api, manager: str) -> None:
    skus = [f"S-{number:02d}" for number in range(52)]
    products: dict[str, str] = {}
    for half in (skus[:26], skus[26:]):
        variants = [{"sku": sku, "prices": [{"amount": 100, "currency": "EUR"}]} for sku in half]
        products |= dict.fromkeys(half, on_sale(api, manager, half[0], variants=variants)["id"])
    own, guests = customer(api), guest(api)
    fill(own, {sku: products[sku] for sku in skus[:50]}, quantity=998, unit_price=100)
    fill(guests, {sku: products[sku] for sku in skus[49:]}, quantity=3, unit_price=100)
    before = Counter(held(own.cart())) + Counter(held(guests.cart()))
    first = merge(own, guests)
    limits = [one for one in told(first.data) if one[0].endswith("_limit")]
    assert limits == [("quantity_limit", "S-49"), ("line_limit", "S-50"), ("line_limit", "S-51")]
    assert ["2 were left" in problem["message"] for problem in first.data["problems"][:1]] == [True]
    lost = Counter({"S-49": 2, "S-50": 3, "S-51": 3})
    assert Counter(held(first.data)) + lost == before
    again = merge(own, guests)
    assert (again.status, again.data) == (200, first.data), "another key is told the same"
    assert held(guests.cart()) == {"S-49": 3, "S-50": 3, "S-51": 3}


def test_another_currency_prices_afresh(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    both = [{"amount": 1999, "currency": "EUR"}, {"amount": 2500, "currency": "USD"}]
    on_sale(api, manager, "B", stock=9, variants=[{"sku": "B", "prices": both}])
    own, guests = customer(api), guest(api, currency="USD")
    own.put("A")
    guests.put("B", 2)
    changed = api.patch(own.path, json={"currency": "EUR"}, **own.credentials)
    assert changed.status == 200
    cart = merge(own, guests).data
    assert [item["unit_price"]["amount"] for item in cart["items"]] == [1999, 1999]
    assert cart["problems"] == []


def test_the_same_key_answers_the_same_bytes_and_another_changes_nothing(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    own, guests = customer(api), guest(api)
    guests.put("A", 2)
    first, again = merge(own, guests, key="once"), merge(own, guests, key="once")
    assert again.body == first.body
    assert again.headers["idempotent-replayed"] == "true"
    version = own.cart()["version"]
    assert held(merge(own, guests).data) == {"A": 2}
    assert own.cart()["version"] == version


def test_two_tabs_at_once_have_one_effect(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=99)
    own, guests = customer(api), guest(api)
    own.put("A", 1)
    guests.put("A", 2)
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: merge(own, guests), range(16)))
    assert {reply.status for reply in replies} == {200}
    assert {tuple(held(reply.data).items()) for reply in replies} == {(("A", 3),)}
    assert held(own.cart()) == {"A": 3}


def test_a_guests_cart_goes_into_one_of_two_carts(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=99)
    first, second, guests = customer(api), customer(api), guest(api)
    guests.put("A", 2)
    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(lambda own: merge(own, guests), (first, second)))
    assert sorted(reply.status for reply in replies) == [200, 409]
    assert held(first.cart()) | held(second.cart()) == {"A": 2}
    assert sorted(len(one.cart()["items"]) for one in (first, second)) == [0, 1]
    loser = next(reply for reply in replies if reply.status == 409)
    assert all(one.cart_id.encode() not in loser.body for one in (first, second))


def test_carts_that_are_over_are_not_merged(api: Api, clock: Clock) -> None:
    own, guests, sold = customer(api), guest(api), guest(api)
    converted(sold, "ord_7")
    refused(merge(own, sold), 409, "INVALID_STATE")
    mine = customer(api)
    converted(mine)
    refused(merge(mine, guests), 409, "INVALID_STATE")
    clock.shift(timedelta(days=30))
    token = session(user_id=item_of(own).owner_id)
    fresh = Shopper(api, api.post(CARTS, json={}, token=token).data["id"], {"token": token})
    refused(merge(fresh, guests), 409, "INVALID_STATE")
    assert own.cart_id != fresh.cart_id


def test_only_who_shows_both_is_heard(api: Api, manager: str) -> None:
    on_sale(api, manager, "A", stock=9)
    own, guests, others = customer(api), guest(api), customer(api)
    guests.put("A")
    before = everything()
    body = {"cart_id": guests.cart_id}
    for number, credentials in enumerate(strangers(api)):
        if "token" not in credentials:
            assert api.post(f"{own.path}/merge", json=body, key="k", **credentials).status == 401
            continue
        shown = credentials | guests.credentials
        theirs = api.post(f"{own.path}/merge", json=body, key=f"t-{number}", **shown)
        missing = api.post(f"{CARTS}/crt_none/merge", json=body, key=f"m-{number}", **shown)
        assert (theirs.status, theirs.json["errors"]) == (404, missing.json["errors"])
    wrong = guest(api).credentials["cart_token"]
    none = merge(own, Shopper(api, "crt_none", guests.credentials))
    for token in (wrong, None, "v1.nonsense"):
        assert merge(own, guests, cart_token=token).json["errors"] == none.json["errors"]
    assert merge(own, others, cart_token=wrong).status == 404, "another customer's cart is no guest's"
    assert merge(own, own, cart_token=wrong).status == 404, "nor is one's own"
    assert held(own.cart()) == {}
    assert [item for item in before if item["pk"]["S"] == f"CART#{guests.cart_id}"] == [
        item for item in everything() if item["pk"]["S"] == f"CART#{guests.cart_id}"
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "cart_id"),
        ({"cart_id": 7}, "cart_id"),
        ({"cart_id": None}, "cart_id"),
        ({"cart_id": ""}, "cart_id"),
        ({"cart_id": "c" * 65}, "cart_id"),
        ({"cart_id": "../x"}, "cart_id"),
        ({"cart_id": "crt_1", "token": "v1.x"}, "token"),
    ],
)
def test_bad_input_is_named(api: Api, body: dict[str, Any], field: str) -> None:
    own = customer(api)
    reply = api.post(f"{own.path}/merge", json=body, key="k", **own.credentials)
    refused(reply, 400, "VALIDATION_ERROR", field)


def test_a_key_is_needed(api: Api) -> None:
    own, guests = customer(api), guest(api)
    shown = own.credentials | guests.credentials
    reply = api.post(f"{own.path}/merge", json={"cart_id": guests.cart_id}, **shown)
    refused(reply, 400, "IDEMPOTENCY_KEY_REQUIRED")


def test_its_contract_asks_for_both_credentials() -> None:
    assert requirements_of(handler.declaration) == [{"bearer": [], "cart_token": []}]


def test_two_full_carts_are_one_transaction(api: Api, manager: str) -> None:
    variants = [{"sku": f"S-{number:02d}", "prices": [{"amount": 1, "currency": "EUR"}]} for number in range(25)]
    product = on_sale(api, manager, "S-00", variants=variants)
    own, guests = customer(api), guest(api)
    tx = Transaction()
    cart: CartItem = tx.read_one(CartItem.key_of(own.cart_id))
    lines = [CartLine(f"lin_{at}", product["id"], f"S-{at % 25:02d}-{at // 25}", "T", 999, 1) for at in range(50)]
    tx.change(cart, CartItem.lines.set(lines))
    tx.commit()
    fill(guests, {f"S-{number:02d}": product["id"] for number in range(25)})
    calls = recorded(lambda: merge(own, guests))
    assert operations(calls) == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert len(calls.made[-1].parameters["TransactItems"]) == 4
    assert len(own.cart()["items"]) == 50


def test_calls_and_policy(api: Api, manager: str) -> None:
    product = on_sale(api, manager, "A")
    own, guests = customer(api), guest(api)
    guests.put("A")
    ask_for_all(guests, "A", product["id"])
    forget_what_is_kept()
    api.post(CARTS, token=manager)
    with record() as touched:
        assert merge(own, guests).status == 200
    assert_exact_policy(handler.declaration, touched.touches)
