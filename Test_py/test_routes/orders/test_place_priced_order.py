"""POST /orders with promotions, a way of shipping and taxes: what is charged is what was shown, and all adds up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.orders.place_order import handler
from infra.local.recorder import record
from pushcart.carts.models import CartItem
from pushcart.catalog.models.variants import VariantItem
from pushcart.orders.models import OrderItem
from Test_py.conftest import Shop
from Test_py.reliability.invariants import check
from Test_py.support import people, shopping, stockkeeping
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.priced_carts import capped, keep, uses
from Test_py.support.pricing import delivery, promotion, taxes
from Test_py.support.shopping import ADDRESS, ORDERS, Basket
from utils.transaction import Transaction

MINUTE = 60


def lay(*skus: str, quantity: int = 1, owner_id: str | None = None, **choices: Any) -> Basket:
    """Write a cart with codes, a way of shipping or an address in it."""
    basket = shopping.lay_cart(*skus, quantity=quantity, owner_id=owner_id)
    tx = Transaction()
    cart = tx.read_one(CartItem.key_of(basket.id))
    tx.change(cart, *(getattr(CartItem, name).set(value) for name, value in choices.items()))
    tx.commit()
    return basket


def priced(*skus: str, quantity: int = 1, **choices: Any) -> Basket:
    """Write a cart with all that there is: two codes, a delivery, and taxes on top."""
    keep(promotion("TENPERCENT"), delivery("shp_1"), taxes("GB", country_wide=2000))
    capped("FIVEOFF", 9, kind="amount", amounts={"EUR": 500})
    chosen: dict[str, Any] = {
        "codes": ["TENPERCENT", "FIVEOFF"],
        "shipping_method_id": "shp_1",
        "shipping_address": ADDRESS,
    }
    return lay(*skus, quantity=quantity, **chosen | choices)


def amounts(totals: dict[str, Any]) -> dict[str, int]:
    return {name: money["amount"] for name, money in totals.items()}


def problems(reply: Reply) -> list[tuple[str, str]]:
    return [(error["field"], error["detail"]) for error in reply.json["errors"]]


def test_the_order_keeps_what_the_cart_showed(api: Api) -> None:
    shopping.shelve("MUG-1", price=1250, units=9)
    shopping.shelve("TEA-1", price=399, units=9)
    basket = priced("MUG-1", "TEA-1", quantity=2)
    cart = api.get(f"/api/v1/carts/{basket.id}", **basket.credentials).data
    order = shopping.place(api, basket).data
    # 3298 less 10 % (330) and 500; 499 for the delivery; 20 % of each line and of the delivery on top.
    assert amounts(order["totals"]) == {"subtotal": 3298, "discount": 830, "shipping": 499, "tax": 593, "total": 3560}
    assert order["totals"] == cart["totals"]
    assert order["promotions"] == cart["promotions"]
    assert (
        order["shipping_method"]
        == cart["shipping"]
        == {
            "id": "shp_1",
            "name": "Delivery shp_1",
            "amount": {"amount": 499, "currency": "EUR"},
        }
    )
    assert (order["tax_included"], cart["tax_included"]) == (False, False)
    assert [one["code"] for one in order["promotions"]] == ["TENPERCENT", "FIVEOFF"]
    assert sum(line["discount"]["amount"] for line in order["lines"]) == 830
    assert sum(line["tax"]["amount"] for line in order["lines"]) == 593 - 100
    assert {line["tax_rate"] for line in order["lines"]} == {2000}
    assert order["payment"]["amount"]["amount"] == 3560
    listed = api.get(f"{ORDERS}/{order['id']}", order_token=order["order_token"]).data
    assert {name: listed[name] for name in ("totals", "lines", "promotions", "shipping_method")} == {
        name: order[name] for name in ("totals", "lines", "promotions", "shipping_method")
    }


def test_a_line_is_kept_with_all_that_later_steps_need(api: Api) -> None:
    shopping.shelve("MUG-1", price=1000, units=9)
    variant = shopping.stored(VariantItem.key_of("prd_MUG-1", "MUG-1"))
    tx = Transaction()
    tx.change(variant, VariantItem.weight_grams.set(350))
    tx.commit()
    order = shopping.place(api, priced("MUG-1", quantity=2, codes=["TENPERCENT"])).data
    assert shopping.stored(OrderItem.key_of(order["id"])).lines == [
        {
            "sku": "MUG-1",
            "product_id": "prd_MUG-1",
            "title": "The MUG-1",
            "quantity": 2,
            "unit_price": 1000,
            "total": 2000,
            "discount": 200,
            "tax": 360,
            "tax_rate": 2000,
            "location_id": "main",
            "bucket": 0,
            "weight_grams": 350,
        }
    ]


def test_prices_that_hold_the_tax_are_not_taxed_again(api: Api) -> None:
    shopping.shelve("MUG-1", price=1200, units=9)
    keep(taxes("GB", included=True, country_wide=2000))
    order = shopping.place(api, lay("MUG-1", shipping_address=ADDRESS)).data
    assert amounts(order["totals"]) == {"subtotal": 1200, "discount": 0, "shipping": 0, "tax": 200, "total": 1200}
    assert order["tax_included"] is True


def test_an_order_of_an_earlier_release_is_shown(api: Api) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    item = shopping.stored(OrderItem.key_of(order.id))
    old = ("sku", "product_id", "title", "quantity", "unit_price", "total", "location_id")
    tx = Transaction()
    tx.change(
        item,
        OrderItem.lines.set([{name: line[name] for name in old} for line in item.lines]),
        OrderItem.promotions.remove(),
        OrderItem.tax_included.remove(),
    )
    tx.commit()
    shown = shopping.look(api, order)
    assert (shown["promotions"], shown["shipping_method"], shown["tax_included"]) == ([], None, False)
    assert (shown["lines"][0]["discount"]["amount"], shown["lines"][0]["tax_rate"]) == (0, 0)


def test_it_takes_three_calls_with_everything_in_the_cart(api: Api) -> None:
    shopping.shelve("MUG-1", units=9)
    basket = priced("MUG-1")
    api.get(f"/api/v1/carts/{basket.id}", **basket.credentials)
    with record() as calls:
        assert shopping.place(api, basket).status == 201
    assert [call.operation for call in calls] == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]


def test_fifty_lines_and_three_counted_codes_are_far_from_a_hundred_pieces(api: Api) -> None:
    skus = [shopping.shelve(f"MUG-{number:02d}", price=1000) for number in range(50)]
    ada = people.customer(api)
    keep(delivery("shp_1"), taxes("GB", country_wide=2000))
    capped("TEN", 9)
    capped("OFF", 9, kind="amount", amounts={"EUR": 500})
    capped("FREE", 9, kind="free_shipping")
    chosen: dict[str, Any] = {
        "codes": ["TEN", "OFF", "FREE"],
        "shipping_method_id": "shp_1",
        "shipping_address": ADDRESS,
    }
    basket = Basket(lay(*skus, owner_id=ada.id, **chosen).id, token=ada.token)
    api.get("/api/v1/users/me", token=ada.token)
    with record() as calls:
        reply = shopping.place(api, basket)
    assert reply.status == 201, reply.body
    assert [call.operation for call in calls] == [*["BatchGetItem"] * 3, "TransactWriteItems"]
    pieces = len(calls.made[-1].parameters["TransactItems"])
    assert pieces <= 50 + 10 + 3
    print(f"checkout of 50 lines with 3 counted codes: {pieces} pieces of 100")
    assert [uses(code) for code in ("TEN", "OFF", "FREE")] == [1, 1, 1]


def test_calls_and_policy(api: Api) -> None:
    shopping.shelve("MUG-1", units=0)
    stockkeeping.shelve("MUG-1", 5, location_id="north")
    capped("TEN", 9)
    ada = people.customer(api)
    basket = Basket(lay("MUG-1", owner_id=ada.id, codes=["TEN"]).id, token=ada.token)
    api.get("/api/v1/users/me", token=ada.token)
    forget_what_is_kept()
    api.get("/api/v1/users/me", token=ada.token)
    with record() as touched:
        reply = shopping.place(api, basket)
    assert reply.status == 201, reply.body
    assert shopping.stored(OrderItem.key_of(reply.data["id"])).lines[0]["location_id"] == "north"
    assert_exact_policy(handler.declaration, touched.touches)


@pytest.mark.parametrize(
    ("expected", "detail"),
    [
        ({"amount": 2499, "currency": "EUR"}, "expected 2499 EUR, now 2500 EUR"),
        ({"amount": 2501, "currency": "EUR"}, "expected 2501 EUR, now 2500 EUR"),
        ({"amount": 2500, "currency": "USD"}, "expected 2500 USD, now 2500 EUR"),
    ],
)
def test_nobody_is_charged_what_they_did_not_see(api: Api, expected: dict[str, Any], detail: str) -> None:
    shopping.shelve("MUG-1", price=1250)
    basket = lay("MUG-1", quantity=2)
    refused = api.post(
        ORDERS, json=shopping.order_body(basket, expected_total=expected), key="k-1", **basket.credentials
    )
    assert (refused.status, refused.codes) == (409, ["INVALID_STATE"])
    assert problems(refused) == [("expected_total", detail)]
    assert shopping.stock("MUG-1") == (5, 5, 0)
    seen = shopping.order_body(basket, expected_total={"amount": 2500, "currency": "EUR"})
    assert api.post(ORDERS, json=seen, key="k-2", **basket.credentials).status == 201


@pytest.mark.parametrize(
    ("expected", "field"),
    [
        (2500, "expected_total"),
        ({"amount": "2500", "currency": "EUR"}, "expected_total.amount"),
        ({"amount": -1, "currency": "EUR"}, "expected_total.amount"),
        ({"amount": 2500}, "expected_total.currency"),
        ({"amount": 2500, "currency": "euro"}, "expected_total.currency"),
        ({"amount": 2500, "currency": "EUR", "tax": 1}, "expected_total.tax"),
    ],
)
def test_a_total_that_is_none_is_told(api: Api, expected: Any, field: str) -> None:
    basket = lay("MUG-1")
    body = shopping.order_body(basket, expected_total=expected)
    reply = api.post(ORDERS, json=body, key="k-1", **basket.credentials)
    assert (reply.status, reply.json["errors"][0]["field"]) == (400, field)


def test_everything_that_is_not_granted_is_told_with_what_to_do(api: Api) -> None:
    shopping.shelve("MUG-1")
    past = "2020-01-01T00:00:00.000Z"
    keep(promotion("OLD", ends_at=past), delivery("shp_1", currency="USD"))
    basket = lay("MUG-1", codes=["OLD", "NONE"], shipping_method_id="shp_1", shipping_address=ADDRESS)
    reply = shopping.place(api, basket)
    assert (reply.status, set(reply.codes)) == (409, {"INVALID_STATE"})
    assert problems(reply) == [
        ("promotions", "promotion_unknown: NONE"),
        ("promotions", "promotion_ended: OLD"),
        ("shipping_method", "shipping_not_in_currency: shp_1"),
    ]
    assert "Take its code out" in reply.json["errors"][0]["message"]
    assert shopping.stock("MUG-1") == (5, 5, 0)


def test_a_delivery_needs_an_address(api: Api) -> None:
    shopping.shelve("MUG-1")
    keep(delivery("shp_1"))
    reply = shopping.place(api, lay("MUG-1", shipping_method_id="shp_1"))
    assert (reply.status, problems(reply)) == (409, [("cart_id", "address_missing")])


def test_where_everything_is_sent_a_way_is_asked_for(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPPING_REQUIRED", "true")
    shopping.shelve("MUG-1")
    keep(delivery("shp_1"))
    basket = lay("MUG-1")
    reply = shopping.place(api, basket)
    assert problems(reply) == [("cart_id", "shipping_missing"), ("cart_id", "address_missing")]
    cart = api.get(f"/api/v1/carts/{basket.id}", **basket.credentials).data
    assert [one["code"] for one in cart["problems"]] == ["shipping_missing", "address_missing"]
    chosen = lay("MUG-1", shipping_method_id="shp_1", shipping_address=ADDRESS)
    tx = Transaction()
    tx.change(shopping.stored(CartItem.key_of(chosen.id)), CartItem.lines.set([]))
    tx.commit()
    assert api.get(f"/api/v1/carts/{chosen.id}", **chosen.credentials).data["problems"] == []


def test_the_last_use_of_a_promotion_is_had_by_one(api: Api) -> None:
    shopping.shelve("MUG-1", units=50)
    capped("TWICE", 2)
    baskets = [lay("MUG-1", codes=["TWICE"]) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda basket: shopping.place(api, basket), baskets))
    assert sorted(reply.status for reply in replies) == [201] * 2 + [409] * 6
    assert {one for reply in replies if reply.status == 409 for one in problems(reply)} == {
        ("promotions", "promotion_used_up: TWICE")
    }
    assert uses("TWICE") == 2
    assert shopping.stock("MUG-1") == (50, 48, 2)
    check(settled=False)


def test_an_order_that_ends_unpaid_gives_its_use_back_once(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1", units=9)
    capped("ONCE", 1)
    expires = shopping.placed(shopping.place(api, lay("MUG-1", codes=["ONCE"]), "tok_declined"))
    cloud.pumps.drain()
    assert uses("ONCE") == 1
    assert shopping.place(api, lay("MUG-1", codes=["ONCE"])).status == 409
    clock.shift(16 * MINUTE)
    for _ in range(2):
        cloud.pumps.run_schedules(due_only=False)
        cloud.pumps.drain()
    assert shopping.look(api, expires)["status"] == "expired"
    assert uses("ONCE") == 0
    called_off = shopping.placed(shopping.place(api, lay("MUG-1", codes=["ONCE"]), "tok_requires_action"))
    cloud.pumps.drain()
    assert uses("ONCE") == 1
    for _ in range(2):
        shopping.cancel(api, called_off)
        cloud.pumps.drain()
    assert shopping.look(api, called_off)["status"] == "cancelled"
    assert uses("ONCE") == 0


def test_money_that_comes_late_counts_the_use_again_even_past_the_cap(api: Api, cloud: Shop, clock: Clock) -> None:
    from pushcart.payments import sandbox

    shopping.shelve("MUG-1", units=9)
    capped("ONCE", 1)
    late = shopping.placed(shopping.place(api, lay("MUG-1", codes=["ONCE"]), "tok_late"))
    cloud.pumps.drain()
    clock.shift(16 * MINUTE)
    cloud.pumps.run_schedules(due_only=False)
    cloud.pumps.drain()
    assert uses("ONCE") == 0
    assert shopping.place(api, lay("MUG-1", codes=["ONCE"])).status == 201
    assert shopping.send_webhook(api, sandbox.settle(late.charge_key, even_if_over=True)).status == 204
    cloud.pumps.drain()
    assert shopping.look(api, late)["status"] == "confirmed"
    assert uses("ONCE") == 2, "the shop took the money at that price"


def test_what_costs_nothing_is_ordered_all_the_same(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=9)
    keep(promotion("GIFT", basis_points=10_000))
    order = shopping.placed(shopping.place(api, lay("MUG-1", codes=["GIFT"])))
    assert order.data["totals"]["total"]["amount"] == 0
    assert order.data["payment"]["amount"]["amount"] == 0
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    check()
