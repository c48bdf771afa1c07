"""POST /orders/drafts: staff places an order in somebody's name, who is mailed a link to pay it."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.recorder import granted, record
from pushcart.orders.models import ContactItem, OrderItem
from pushcart.outbox.service import history
from pushcart.payments.models import PaymentItem
from Test_py.conftest import Shop
from Test_py.reliability.invariants import check
from Test_py.support import drafts, people, priced_carts, pricing, shopping, stockkeeping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.drafts import EMAIL, draft, drafted, mailed
from Test_py.support.letters import letters
from Test_py.support.shopkeeping import refused
from utils import sealing
from utils.clock import now, parse
from utils.declarations import Function, Loaded

NOBODY = "usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"
MUG = {"sku": "MUG-1", "quantity": 1}


def test_a_draft_holds_its_stock_at_the_shop_s_prices_and_waits_for_its_buyer(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", price=1250, units=5)
    manager = people.staff(api, "manager")
    reply = draft(api, manager, "MUG-1", quantity=2, hold_hours=48, note="By telephone")
    assert reply.status == 201, reply.body
    seen = reply.data
    assert (seen["status"], seen["payment_status"], seen["source"]) == ("pending_payment", "voided", "draft")
    assert (seen["totals"]["total"], seen["note"], seen["email"]) == (
        {"amount": 2500, "currency": "EUR"},
        "By telephone",
        EMAIL,
    )
    assert (seen["customer_id"], seen["order_token"]) == (None, None)
    assert 47.9 < (parse(seen["held_until"]) - now()).total_seconds() / 3600 <= 48
    order = shopping.Placed(seen["id"], seen, {})
    assert (shopping.stock("MUG-1"), shopping.reservation(order)) == ((5, 3, 2), "held")
    payment = shopping.stored(PaymentItem.key_of(order.id, seen["payment"]["id"]))
    assert (payment.provider, payment.sent_at, payment.open_shard) == ("none", None, None)
    assert shopping.types(order) == ["order.placed", "order.drafted"]
    shopping.assert_told_by_events(order)
    cloud.pumps.drain()
    assert shopping.charges() == []
    check()


def test_a_guest_pays_it_by_the_mailed_link(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = drafted(api, people.staff(api, "manager"), "MUG-1", hold_hours=48)
    cloud.pumps.drain()
    mail = letters(EMAIL)[0]
    assert mail.subject == f"Please pay your order {order.data['number']}"
    assert "12.50 EUR" in str(mail.text)
    assert order.data["held_until"][:10] in str(mail.text)
    paying = mailed(order)
    assert shopping.pay_again(api, paying, "tok_success").status == 202
    cloud.pumps.drain()
    seen = shopping.look(api, paying)
    assert (seen["status"], seen["payment"]["id"][-2:], seen["note"]) == ("confirmed", "_2", None)
    assert shopping.captured() == [1250]
    check()


def test_a_customer_signs_in_to_pay_it(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    customer = people.customer(api)
    order = drafted(
        api,
        people.staff(api, "manager"),
        "MUG-1",
        customer_id=customer.id,
        credentials={"token": customer.token},
    )
    assert (order.data["customer_id"], order.data["email"]) == (customer.id, customer.email)
    cloud.pumps.drain()
    mail = next(one for one in letters(customer.email) if "pay" in one.subject)
    assert f"/order#id={order.id}\n" in str(mail.text)
    assert "token" not in str(mail.text)
    assert api.get("/api/v1/orders", token=customer.token).data[0]["id"] == order.id
    assert shopping.pay_again(api, order, "tok_success").status == 202
    cloud.pumps.drain()
    assert shopping.look(api, order)["status"] == "confirmed"
    check()


def test_it_can_be_cancelled_and_expires_when_its_time_is_over_not_before(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1", units=5)
    manager = people.staff(api, "manager")
    kept, gone = (drafted(api, manager, "MUG-1", hold_hours=hours) for hours in (3, 1))
    cloud.pumps.drain()
    kept, gone = (shopping.Placed(one.id, one.data, {"order_token": _token(one)}) for one in (kept, gone))
    clock.shift(3500)
    cloud.pumps.run_schedules(due_only=False)
    cloud.pumps.drain()
    assert shopping.look(api, gone)["status"] == "pending_payment"
    clock.shift(200)
    cloud.pumps.run_schedules(due_only=False)
    cloud.pumps.drain()
    assert shopping.look(api, gone)["status"] == "expired"
    refused(shopping.pay_again(api, gone, "tok_success"), 409, "INVALID_STATE")
    assert (shopping.stock("MUG-1"), shopping.look(api, kept)["status"]) == ((5, 4, 1), "pending_payment")
    assert shopping.cancel(api, kept).status == 202
    cloud.pumps.drain()
    assert (shopping.stock("MUG-1"), shopping.look(api, kept)["status"]) == ((5, 5, 0), "cancelled")
    check()


def _token(order: shopping.Placed) -> str:
    return sealing.mac("order", order.id)


def test_nobody_is_asked_to_pay_what_was_cancelled_before_the_mail_went(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = drafted(api, people.staff(api, "manager"), "MUG-1")
    asked = shopping.Placed(order.id, order.data, {"order_token": _token(order)})
    assert shopping.cancel(api, asked).status == 202
    cloud.settle_payments()
    assert shopping.look(api, asked)["status"] == "cancelled"
    cloud.pumps.drain()
    assert [mail for mail in letters(EMAIL) if "Please pay" in mail.subject] == []


def test_codes_delivery_and_taxes_are_reckoned_as_in_a_cart(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", price=1000, units=5)
    manager = people.staff(api, "manager")
    priced_carts.capped("TEN", 1, basis_points=1000)
    priced_carts.keep(pricing.taxes("GB", country_wide=2000))
    body: dict[str, Any] = {"codes": ["ten"], "shipping_address": shopping.ADDRESS, "quantity": 2}
    seen = drafted(api, manager, "MUG-1", **body).data
    assert {name: money["amount"] for name, money in seen["totals"].items()} == {
        "subtotal": 2000,
        "discount": 200,
        "shipping": 0,
        "tax": 360,
        "total": 2160,
    }
    assert (seen["lines"][0]["tax_rate"], seen["promotions"][0]["code"]) == (2000, "TEN")
    assert priced_carts.uses("TEN") == 1
    reply = refused(draft(api, manager, "MUG-1", **body), 409, "INVALID_STATE")
    assert "TEN" in reply.json["errors"][0]["detail"]
    check(settled=False)


def test_a_use_of_a_promotion_comes_back_when_it_expires(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1", units=5)
    priced_carts.capped("TEN", 1, basis_points=1000)
    drafted(api, people.staff(api, "manager"), "MUG-1", codes=["TEN"], hold_hours=1)
    cloud.pumps.drain()
    clock.shift(3700)
    cloud.pumps.run_schedules(due_only=False)
    cloud.pumps.drain()
    assert (priced_carts.uses("TEN"), shopping.stock("MUG-1")) == (0, (5, 5, 0))
    check()


def test_what_lies_elsewhere_is_found_and_what_is_short_is_named(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=0)
    stockkeeping.shelve("MUG-1", 3, location_id="north")
    shopping.shelve("BOWL-1", units=1)
    manager = people.staff(api, "manager")
    reply = refused(draft(api, manager, "MUG-1", "BOWL-1", quantity=4), 409, "INSUFFICIENT_STOCK")
    assert len(reply.json["errors"]) == 2
    order = drafted(api, manager, "MUG-1", quantity=3)
    assert shopping.stored(OrderItem.key_of(order.id)).lines[0]["location_id"] == "north"
    cloud.pumps.drain()
    check()


def test_fifty_lines_fit_into_three_calls(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    skus = [shopping.shelve(f"SKU-{number}", units=1) for number in range(50)]
    manager = people.staff(api, "manager")
    with record() as calls:
        order = drafted(api, manager, *skus)
    operations = [call.operation for call in calls]
    assert operations == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert {shopping.stock(sku) for sku in skus} == {(1, 0, 1)}
    declaration = next(one.declaration for one in functions if one.declaration.name == "draft_order")
    assert isinstance(declaration, Function)
    assert {one for one in calls.touches if not one.action.startswith("secrets")} <= granted(declaration)
    cloud.pumps.drain()
    shopping.assert_told_by_events(mailed(order))
    check()


def test_a_second_try_places_nothing_more(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    manager = people.staff(api, "manager")
    first, again = (draft(api, manager, "MUG-1", key="once") for _ in range(2))
    assert (again.body, again.headers["idempotent-replayed"]) == (first.body, "true")
    assert shopping.stock("MUG-1") == (5, 4, 1)
    refused(draft(api, manager, "MUG-1", key="once", quantity=2), 422, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"lines": []}, ["lines"]),
        ({"lines": None}, ["lines"]),
        ({"lines": "MUG-1"}, ["lines"]),
        ({"lines": [{"sku": f"SKU-{number}", "quantity": 1} for number in range(51)]}, ["lines"]),
        ({"lines": [MUG, MUG]}, ["lines.1.sku"]),
        ({"lines": [{"sku": "MUG-1"}]}, ["lines.0.quantity"]),
        ({"lines": [{"quantity": 1}]}, ["lines.0.sku"]),
        ({"lines": [{"sku": "M" * 65, "quantity": 1}]}, ["lines.0.sku"]),
        ({"lines": [{"sku": "MUG-1", "quantity": 0}]}, ["lines.0.quantity"]),
        ({"lines": [{"sku": "MUG-1", "quantity": 1000}]}, ["lines.0.quantity"]),
        ({"lines": [{"sku": "MUG-1", "quantity": "1"}]}, ["lines.0.quantity"]),
        ({"lines": [MUG | {"unit_price": 1}]}, ["lines.0.unit_price"]),
        ({"customer_id": NOBODY}, ["customer_id"]),
        ({"email": None}, ["customer_id"]),
        ({"email": None, "customer_id": NOBODY}, ["customer_id"]),
        ({"email": None, "customer_id": 7}, ["customer_id"]),
        ({"email": "nobody"}, ["email"]),
        ({"email": f"{'a' * 250}@example.org"}, ["email"]),
        ({"currency": "eur"}, ["currency"]),
        ({"hold_hours": 0}, ["hold_hours"]),
        ({"hold_hours": 169}, ["hold_hours"]),
        ({"hold_hours": 1.5}, ["hold_hours"]),
        ({"hold_hours": "24"}, ["hold_hours"]),
        ({"codes": ["A", "B", "C", "D"]}, ["codes"]),
        ({"codes": "TEN"}, ["codes"]),
        ({"codes": ["no code"]}, ["codes.0"]),
        ({"shipping_method_id": ""}, ["shipping_method_id"]),
        ({"shipping_address": {"name": "Ada"}}, None),
        ({"billing_address": shopping.ADDRESS | {"country": "Britain"}}, ["billing_address.country"]),
        ({"note": "n" * 2001}, ["note"]),
        ({"note": "bell\x07"}, ["note"]),
        ({"total": 1}, ["total"]),
        ({"status": "confirmed"}, ["status"]),
        ({"held_until": "2030-01-01T00:00:00Z"}, ["held_until"]),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_held(
    api: Api, cloud: Shop, change: dict[str, Any], fields: list[str] | None
) -> None:
    shopping.shelve("MUG-1", units=5)
    body = {"email": EMAIL, "lines": [MUG], **change}
    reply = api.post(drafts.DRAFTS, json=body, token=people.staff(api, "manager").token, key="bad")
    refused(reply, 400, "VALIDATION_ERROR", *(fields or ()))
    assert shopping.stock("MUG-1") == (5, 5, 0)


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"lines": [{"sku": "NONE-1", "quantity": 1}]}, "NONE-1: no longer sold"),
        ({"lines": [{"sku": "OLD-1", "quantity": 1}]}, "OLD-1: no longer sold"),
        ({"currency": "USD"}, "MUG-1: no longer sold"),
        ({"codes": ["NONE"]}, "promotion_unknown: NONE"),
    ],
)
def test_what_cannot_be_had_is_named(api: Api, cloud: Shop, change: dict[str, Any], detail: str) -> None:
    shopping.shelve("MUG-1", units=5)
    shopping.shelve("OLD-1", units=5, status="archived")
    body = {"email": EMAIL, "lines": [MUG], **change}
    reply = api.post(drafts.DRAFTS, json=body, token=people.staff(api, "manager").token, key="bad")
    refused(reply, 409, "INVALID_STATE")
    assert reply.json["errors"][0]["detail"] == detail
    assert shopping.stock("MUG-1") == (5, 5, 0)


def test_a_delivery_needs_an_address(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    method = pricing.delivery()
    priced_carts.keep(method)
    reply = draft(api, people.staff(api, "manager"), "MUG-1", shipping_method_id=method.id)
    refused(reply, 409, "INVALID_STATE")
    assert [error["field"] for error in reply.json["errors"]][-1] == "shipping_address"


def test_leading_staff_alone_may(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    refused(draft(api, people.customer(api), "MUG-1"), 403, "FORBIDDEN")
    refused(draft(api, people.staff(api, "support"), "MUG-1"), 403, "FORBIDDEN")
    body = {"email": EMAIL, "lines": [MUG]}
    assert api.post(drafts.DRAFTS, json=body, key="k").status == 401
    refused(api.post(drafts.DRAFTS, json=body, token=people.staff(api).token), 400, "IDEMPOTENCY_KEY_REQUIRED")
    assert shopping.stock("MUG-1") == (5, 5, 0)


def test_nothing_personal_is_in_an_event_and_the_note_goes_with_the_buyer(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = drafted(api, people.staff(api, "manager"), "MUG-1", note="Grace is deaf", shipping_address=shopping.ADDRESS)
    told = str([event.data for event in history(order.id, limit=10).items])
    assert [word for word in (EMAIL, "deaf", "London") if word in told] == []
    assert "deaf" not in str(shopping.stored(OrderItem.key_of(order.id)).attribute_values)
    assert shopping.stored(ContactItem.key_of(order.id)).note == "Grace is deaf"
