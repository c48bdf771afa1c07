"""A shop's first days over HTTP, told to one that is only known by its address: set up, bought from, shipped, returned.

Every amount is reckoned here too, from the prices that were set, and the reports have to agree to the unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from Test_py.support.shop_files import has_its_invoice, is_found_by_words, is_reported_in_sheets
from Test_py.support.shop_opening import DELIVERY, PERCENT, SALES_TAX, VAT, Opened, open_shop, price_of
from Test_py.support.story import API, PASSWORD, Story, Told, until

GERMANY: Final = {"name": "Ada Lovelace", "line1": "Turmstr. 1", "city": "Berlin", "postal_code": "10559"} | {
    "country": "DE"
}
AMERICA: Final = {"name": "Bea Buyer", "line1": "1 Main St", "city": "Albany", "postal_code": "12201"} | {
    "country": "US"
}
SUMS: Final = ("orders", "units", "subtotal", "discount", "shipping", "tax", "total", "captured", "refunded")


@dataclass(frozen=True, slots=True)
class Payer:
    """How this telling pays: a provider and its tokens. ``complete`` does what the payer has to do for an order, and
    ``expire`` lets the reservation of one that is not paid end."""

    provider: str
    good: str
    bad: str
    needs_action: str
    complete: Callable[[Any], None]
    expire: Callable[[], None]


@dataclass(slots=True)
class Shopper:
    """Somebody with a cart: a customer by ``token``, otherwise a guest."""

    story: Story
    payer: Payer
    shop: Opened
    token: str = ""
    guest_email: str = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Told:
        return self.story.call(method, f"{API}{path}", body, token=self.token, **headers)

    def order(
        self, wanted: dict[int, int], payment: str, *, currency: str = "EUR", address: Any = None, code: str = ""
    ) -> Any:
        """Order units of the shop's variants (by their place among its SKUs), and return the order, with its token."""
        cart = self.call("POST", "/carts", {"currency": currency}).data
        own = {"x_cart_token": cart["token"]} if cart["token"] else {}
        path = f"/carts/{cart['id']}"
        for place, quantity in wanted.items():
            item = {"sku": self.shop.skus[place], "quantity": quantity}
            assert self.call("POST", f"{path}/items", item, **own).status == 201
        if address:
            assert self.call("PUT", f"{path}/addresses", {"shipping_address": address}, **own).status == 200
            options = self.call("GET", f"{path}/shipping-options", **own).data
            assert self.shop.shipping_method_id in [option["id"] for option in options]
            chosen = {"shipping_method_id": self.shop.shipping_method_id}
            assert self.call("PUT", f"{path}/shipping", chosen, **own).status == 200
        if code:
            assert self.call("POST", f"{path}/promotions", {"code": code}, **own).status in {200, 201}
        shown = self.call("GET", path, **own).data
        assert shown["problems"] == [], shown["problems"]
        body = {"cart_id": cart["id"], "payment": {"provider": self.payer.provider, "token": payment}}
        body |= {"expected_total": shown["totals"]["total"]} | ({"email": self.guest_email} if own else {})
        order = self.call("POST", "/orders", body, **own).data
        assert (order["status"], order["totals"]) == ("pending_payment", shown["totals"])
        return order

    def pay(self, order: Any, payment: str) -> None:
        body = {"payment": {"provider": self.payer.provider, "token": payment}}
        assert self.call("POST", f"/orders/{order['id']}/payments", body, **_shown(order)).status == 202

    def becomes(self, order: Any, **expected: str) -> Any:
        """Wait until an order is as it should be."""
        path = f"/orders/{order['id']}"
        return until(
            lambda: self.call("GET", path, **_shown(order)).data,
            lambda seen: all(seen[name] == value for name, value in expected.items()),
        )


def _shown(order: Any) -> dict[str, str]:
    return {"x_order_token": order["order_token"]} if order.get("order_token") else {}


def tell(story: Story, payer: Payer, *, admin: tuple[str, str]) -> list[str]:
    """Live through a shop's first days, and return the chapters, each a line."""
    staff = _signed_in(story, admin)
    before = _reported(story, staff)
    shop = open_shop(story, staff)
    guest = Shopper(story, payer, shop, guest_email=f"guest-{shop.run}@example.org")
    customer = Shopper(story, payer, shop, token=_registered(story))
    chapters = [f"opens with {len(shop.skus)} variants in two currencies, at two locations"]
    is_found_by_words(story, shop)
    chapters += ["what it sells is found by words"]
    bought = [_at_once(guest), _with_an_action(customer), _declined_twice(customer)]
    chapters += ["a guest pays at once, with a promotion", "a customer pays in dollars after an action"]
    chapters += ["a customer is declined twice and then pays"]
    _ships(story, staff, guest, bought[0])
    has_its_invoice(story, bought[0])
    chapters += ["the guest's order ships in two parcels, both arrive, and its invoice is there"]
    _comes_back(story, staff, customer, bought[2])
    chapters += ["one item comes back, and is refunded in part"]
    _expires(customer, admin)
    chapters += ["an order that nobody pays expires, and its goods can be bought again"]
    _agrees(story, _signed_in(story, admin), before, shop, bought)
    is_reported_in_sheets(story, _signed_in(story, admin), shop)
    chapters += ["the reports agree with the orders to the unit, and can be downloaded"]
    return chapters


def _signed_in(story: Story, admin: tuple[str, str]) -> str:
    email, password = admin
    told = story.call("POST", f"{API}/auth/login", {"email": email, "password": password})
    return str(told.data["access_token"])


def _registered(story: Story) -> str:
    body = {"email": story.email, "password": PASSWORD, "name": "Bea Buyer"}
    assert story.call("POST", f"{API}/auth/register", body).status == 202
    return str(story.log_in().data["access_token"])


def _at_once(guest: Shopper) -> Any:
    order = guest.order({0: 2, 2: 1}, guest.payer.good, address=GERMANY, code=guest.shop.code)
    subtotal = 2 * price_of(0, "EUR") + price_of(1, "EUR")
    discount = subtotal * PERCENT // 100
    total = subtotal - discount + DELIVERY["EUR"]
    _holds(order, subtotal=subtotal, discount=discount, shipping=DELIVERY["EUR"], total=total)
    assert abs(order["totals"]["tax"]["amount"] - total * VAT / (10_000 + VAT)) < 3, "the tax that prices contain"
    return guest.becomes(order, status="confirmed", payment_status="captured") | _kept(order)


def _with_an_action(customer: Shopper) -> Any:
    order = customer.order({4: 1}, customer.payer.needs_action, currency="USD", address=AMERICA)
    waiting = customer.becomes(order, payment_status="requires_action")
    assert waiting["payment"]["next_action"]["type"], "the payer is told what to do"
    subtotal, tax = price_of(2, "USD"), order["totals"]["tax"]["amount"]
    assert abs(tax - (subtotal + DELIVERY["USD"]) * SALES_TAX / 10_000) < 2
    _holds(order, subtotal=subtotal, discount=0, shipping=DELIVERY["USD"], total=subtotal + DELIVERY["USD"] + tax)
    customer.payer.complete(waiting)
    return customer.becomes(order, status="confirmed", payment_status="captured") | _kept(order)


def _declined_twice(customer: Shopper) -> Any:
    order = customer.order({6: 3}, customer.payer.bad)
    for attempt in (1, 2):
        failed = customer.becomes(order, payment_status="failed")
        assert (failed["status"], bool(failed["payment"]["failure_code"])) == ("pending_payment", True)
        assert failed["payment"]["id"].endswith(f"_{attempt}")
        customer.pay(order, customer.payer.bad if attempt == 1 else customer.payer.good)
        if attempt == 1:
            until(
                lambda: customer.call("GET", f"/orders/{order['id']}").data["payment"],
                lambda payment: payment["id"].endswith("_2") and payment["status"] == "failed",
            )
    return customer.becomes(order, status="confirmed", payment_status="captured") | _kept(order)


def _expires(customer: Shopper, admin: tuple[str, str]) -> None:
    """Let a reservation end; the access tokens may end with it."""
    story, sku = customer.story, customer.shop.skus[8]
    before = _places(story, _signed_in(story, admin), sku)
    order = customer.order({8: 2}, customer.payer.bad)
    assert _places(story, _signed_in(story, admin), sku) != before
    customer.becomes(order, payment_status="failed")
    customer.payer.expire()
    customer.token = str(story.log_in().data["access_token"])
    customer.becomes(order, status="expired")
    assert _places(story, _signed_in(story, admin), sku) == before


def _ships(story: Story, staff: str, guest: Shopper, order: Any) -> None:
    path = f"{API}/orders/{order['id']}/fulfillments"
    first = {"lines": [{"sku": guest.shop.skus[0], "quantity": 1}], "tracking": {"carrier": "DHL", "number": "JD01"}}
    parcels = [story.call("POST", path, first, token=staff).data]
    guest.becomes(order, status="processing", fulfillment_status="partially_fulfilled")
    parcels.append(story.call("POST", path, {}, token=staff).data)
    guest.becomes(order, status="processing", fulfillment_status="fulfilled")
    for parcel in parcels:
        told = story.call("PATCH", f"{path}/{parcel['id']}", {"status": "delivered"}, token=staff, if_match='"1"')
        assert told.status == 200, told.json
    guest.becomes(order, status="completed", fulfillment_status="delivered")
    shipped = {shown["sku"]: shown["reserved"] for shown in _stock(story, staff, guest.shop)}
    assert all(shipped[guest.shop.skus[place]] == 0 for place in (0, 2))


def _comes_back(story: Story, staff: str, customer: Shopper, order: Any) -> None:
    sku = customer.shop.skus[6]
    assert story.call("POST", f"{API}/orders/{order['id']}/fulfillments", {}, token=staff).status == 201
    before = sum(_places(story, staff, sku).values())
    asked = {"lines": [{"sku": sku, "quantity": 1}], "reason": "unwanted"}
    returned = customer.call("POST", f"/orders/{order['id']}/returns", asked).data
    path = f"{API}/returns/{returned['id']}"
    for version, step in enumerate(({"status": "approved"}, {"status": "received"}), start=1):
        assert story.call("PATCH", path, step, token=staff, if_match=f'"{version}"').data["status"] == step["status"]
    assert sum(_places(story, staff, sku).values()) == before + 1
    refund = {"status": "refunded", "amount": 1500}
    assert story.call("PATCH", path, refund, token=staff, if_match='"3"').status in {200, 202}
    until(lambda: customer.call("GET", f"/returns/{returned['id']}").data, lambda seen: seen["status"] == "refunded")
    order["payment"] = customer.becomes(order, payment_status="partially_refunded")["payment"]
    assert order["payment"]["refunded"] == 1500


def _agrees(story: Story, staff: str, before: Counter[tuple[str, str]], shop: Opened, orders: list[Any]) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for order in orders:
        amounts = {name: money["amount"] for name, money in order["totals"].items()}
        amounts |= {"orders": 1, "units": sum(line["quantity"] for line in order["lines"])}
        amounts |= {"captured": order["payment"]["captured"], "refunded": order["payment"]["refunded"]}
        expected.update({(order["currency"], name): amounts[name] for name in SUMS})
    seen = until(
        lambda: {key: amount - before[key] for key, amount in _reported(story, staff).items()},
        lambda sums: all(sums.get(key, 0) == amount for key, amount in expected.items()),
    )
    assert {key: amount for key, amount in seen.items() if amount} == {
        key: amount for key, amount in expected.items() if amount
    }
    until(lambda: _stock_reported(story, staff, shop), lambda sums: sums == _stock_counted(story, staff, shop))


def _reported(story: Story, staff: str) -> Counter[tuple[str, str]]:
    totals = story.call("GET", f"{API}/reports/sales", token=staff).data["totals"]
    return Counter({(one["currency"], name): one[name] for one in totals for name in SUMS})


def _stock_reported(story: Story, staff: str, shop: Opened) -> dict[Any, Any]:
    return _figures(_all(story, staff, "/reports/inventory"), shop)


def _stock_counted(story: Story, staff: str, shop: Opened) -> dict[Any, Any]:
    return _figures(_all(story, staff, "/inventory"), shop)


def _figures(rows: list[Any], shop: Opened) -> dict[Any, Any]:
    return {
        (row["sku"], row["location_id"]): (row["on_hand"], row["available"], row["reserved"])
        for row in rows
        if row["sku"] in shop.skus
    }


def _stock(story: Story, staff: str, shop: Opened) -> list[Any]:
    return [row for row in _all(story, staff, "/inventory") if row["sku"] in shop.skus and row["location_id"] == "main"]


def _places(story: Story, staff: str, sku: str) -> dict[str, int]:
    """Return how many of a SKU can be sold at each location."""
    return {row["location_id"]: row["available"] for row in _all(story, staff, "/inventory") if row["sku"] == sku}


def _all(story: Story, staff: str, path: str) -> list[Any]:
    rows: list[Any] = []
    cursor = ""
    while True:
        page = story.call("GET", f"{API}{path}?limit=100{cursor}", token=staff)
        rows += page.data
        if "next_cursor" not in page.json["meta"]:
            return rows
        cursor = f"&cursor={page.json['meta']['next_cursor']}"


def _holds(order: Any, **expected: int) -> None:
    shown = {name: order["totals"][name]["amount"] for name in expected}
    assert shown == expected, shown


def _kept(order: Any) -> dict[str, Any]:
    return {"order_token": order.get("order_token")}
