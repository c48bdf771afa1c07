"""A season in the life of the shop, in which every function does all that it ever does."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from pushcart.payments import sandbox
from Test_py.conftest import Shop
from Test_py.support import (
    people,
    season_carts,
    season_catalogue,
    season_drafts,
    season_goods,
    season_inventory,
    season_keys,
    season_media,
    season_mfa,
    season_money,
    season_oauth,
    season_oidc,
    season_passwords,
    season_pricing,
    season_privacy,
    season_reports,
    season_search,
    season_sign_in,
    season_stripe,
    season_users,
    shopping,
)
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.outbox import happen
from Test_py.support.people import Person
from Test_py.support.shopkeeping import drafted, on_sale, stocked, tag

API = "/api/v1"
MINUTE = 60
_numbers = count(1)


class Careful(Api):
    """A client that sends a fresh Idempotency-Key with whatever may take one."""

    def request(self, method: str, path: str, *, key: str | None = None, **options: Any) -> Reply:
        if method in {"POST", "PATCH"} and "/auth/" not in path and key is None:
            key = f"season-{next(_numbers)}"
        return super().request(method, path, key=key, **options)


def live_through(shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let people come and go, buy, pay, fail to, and change their minds."""
    api = Careful(shop.gateway)
    _ask_the_system(api)
    manager, customer = people.staff(api, "manager"), people.customer(api)
    _come_and_go(api, customer)
    _keep_shop(api, manager)
    season_catalogue.live(api, manager)
    season_media.live(shop, api, manager)
    shop.pumps.drain()
    season_sign_in.live(api)
    season_passwords.live(shop, api)
    season_mfa.live(api)
    season_oidc.live(api)
    season_oauth.live(api)
    # It lets the schedules run, one of which gives the signing key a successor that is known by its item.
    season_search.live(shop, api, manager)
    season_keys.live(api)
    season_pricing.live(api)
    season_inventory.live(shop, api, manager)
    _fill_carts(api, customer)
    _buy(shop, api, manager, customer, clock, monkeypatch)
    season_stripe.live(shop, api, monkeypatch)
    season_carts.live(shop, api, manager)
    season_goods.live(shop, api, manager)
    season_drafts.live(shop, api, manager)
    season_money.live(shop, api, manager, clock, monkeypatch)
    season_users.live(api)
    season_privacy.live(shop, api)
    season_reports.live(shop, api)
    _look_around(api, manager, customer)
    _let_time_pass(shop, clock)
    season_keys.rotate(shop, clock)


def _done(reply: Reply, status: int = 200) -> Any:
    assert reply.status == status, reply.body
    return reply.data if reply.json and "data" in reply.json else None


def _ask_the_system(api: Api) -> None:
    for path in ("/health", "/health/ready", "/docs", "/openapi.json"):
        assert api.get(f"{API}{path}").status == 200
    from pushcart.system.docs import asset_name

    assert api.get(f"{API}/docs/{asset_name('docs.js')}").status == 200
    assert api.get("/.well-known/jwks.json").status == 200
    assert api.get(f"{API}/nowhere").status == 404
    assert api.get("/docs").status == 308


def _come_and_go(api: Api, customer: Person) -> None:
    people.register(api, customer.email)
    assert people.log_in(api, customer.email, "not the password").status == 401
    assert people.log_in(api, "nobody@example.org").status == 401
    visitor = people.customer(api)
    me = _done(api.get(f"{API}/users/me", token=visitor.token))
    change = {"name": "Ada King"}
    _done(api.patch(f"{API}/users/me", json=change, token=visitor.token, headers=tag(me["version"])))
    _done(api.patch(f"{API}/users/me", json=change, token=visitor.token, key="once"))
    successor = _done(api.post(f"{API}/auth/refresh", json={"refresh_token": visitor.refresh_token}))
    assert api.post(f"{API}/auth/logout", json={"refresh_token": successor["refresh_token"]}).status == 204
    victim = people.customer(api)
    stolen = {"refresh_token": victim.refresh_token}
    _done(api.post(f"{API}/auth/refresh", json=stolen))
    # From elsewhere, and a token that was used: the whole family ends, and it is announced.
    assert api.post(f"{API}/auth/refresh", json=stolen, source_ip="203.0.113.9").status == 401


def _keep_shop(api: Api, manager: Person) -> None:
    token = manager.token
    product = on_sale(api, token, "MUG-1", stock=60)
    stocked(api, token, "MUG-1", -2)
    path = f"{API}/products/{product['id']}"
    variant = {"sku": "MUG-2", "prices": [{"amount": 900, "currency": "EUR"}]}
    _done(api.post(f"{path}/variants", json=variant, token=token), 201)
    current = _done(api.get(path))
    _done(api.patch(path, json={"title": "Mug", "slug": "a-mug"}, token=token, headers=tag(current["version"])))
    prices = {"prices": [{"amount": 1500, "currency": "EUR"}]}
    _done(api.put(f"{API}/variants/MUG-1/prices", json=prices, token=token, headers={"if-match": "*"}))
    gone = drafted(api, token, "LAMP-1")
    assert api.delete(f"{API}/products/{gone['id']}", token=token, headers={"if-match": "*"}).status == 204


def _fill_carts(api: Api, customer: Person) -> None:
    for credentials in ({"token": customer.token}, {}):
        opened = _done(api.post(f"{API}/carts", json={}, key="cart", **credentials), 201)
        known = credentials or {"cart_token": opened["token"]}
        path = f"{API}/carts/{opened['id']}"
        line = _done(api.post(f"{path}/items", json={"sku": "MUG-1", "quantity": 1}, **known), 201)["items"][0]
        _done(api.patch(f"{path}/items/{line['id']}", json={"quantity": 2}, **known))
        _done(api.put(f"{path}/addresses", json={"shipping_address": shopping.ADDRESS}, **known))
        _done(api.get(path, **known))
        assert api.delete(f"{path}/items/{line['id']}", **known).status == 204
        assert api.delete(path, **known).status == 204


def _buy(
    shop: Shop, api: Api, manager: Person, customer: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    basket = shopping.fill_cart(api, "MUG-1", token=customer.token, addressed=True)
    shopping.placed(shopping.place(api, basket), customer.token)
    first, second = (shopping.buy(api, "MUG-1", payment_token="tok_declined", token=customer.token) for _ in range(2))
    shop.pumps.drain()
    assert shopping.pay_again(api, first, "tok_success").status == 202
    assert shopping.cancel(api, second).status == 202
    shopping.buy(api, "MUG-1", payment_token="tok_timeout")
    late, declined = (
        shopping.buy(api, "MUG-1", payment_token="tok_late"),
        shopping.buy(api, "MUG-1", payment_token="tok_declined"),
    )
    cancelled, forgotten = (shopping.buy(api, "MUG-1", payment_token="tok_requires_action") for _ in range(2))
    shop.pumps.drain()
    assert shopping.send_webhook(api, sandbox.settle(late.charge_key)).status == 204
    assert shopping.pay_again(api, declined, "tok_success").status == 202
    assert shopping.cancel(api, cancelled).status == 202
    with monkeypatch.context() as manual:
        manual.setenv("PAYMENT_CAPTURE", "manual")
        authorised = shopping.buy(api, "MUG-1")
        shop.pumps.drain()
    path = f"{API}/payments/{authorised.data['payment']['id']}"
    assert api.post(f"{path}/capture", token=manager.token, key="capture").status == 202
    shop.pumps.drain()
    for order in (late, declined, authorised):
        assert shopping.look(api, order)["status"] == "confirmed"
    assert shopping.look(api, cancelled)["status"] == "cancelled"
    clock.shift(16 * MINUTE)
    _sweep(shop)
    assert shopping.look(api, forgotten)["status"] == "expired"
    _paid_too_late(shop, api, manager, clock)


def _paid_too_late(shop: Shop, api: Api, manager: Person, clock: Clock) -> None:
    """An order expires, its last unit is sold to somebody else, and then its money comes: it is given back."""
    token = people.logged_in(api, manager).token
    on_sale(api, token, "RARE-1", stock=1)
    order = shopping.buy(api, "RARE-1", payment_token="tok_late")
    shop.pumps.drain()
    clock.shift(16 * MINUTE)
    _sweep(shop)
    shopping.buy(api, "RARE-1")
    shop.pumps.drain()
    webhook = sandbox.settle(order.charge_key, even_if_over=True)
    assert shopping.send_webhook(api, webhook).status == 204
    shop.pumps.drain()
    assert shopping.look(api, order)["status"] == "cancelled"


def _sweep(shop: Shop) -> None:
    shop.pumps.run_schedules(due_only=False)
    shop.pumps.drain()


def _look_around(api: Api, manager: Person, customer: Person) -> None:
    staff, own = people.logged_in(api, manager).token, people.logged_in(api, customer).token
    for path in ("/products", "/availability?sku=MUG-1"):
        _done(api.get(f"{API}{path}"))
    for path in ("/inventory", "/inventory/MUG-1", "/inventory/MUG-1/movements", "/orders", "/orders?status=confirmed"):
        _done(api.get(f"{API}{path}", token=staff))
    # A cursor is sealed only where there is more than one page.
    for path in ("/products", "/inventory", "/inventory/MUG-1/movements", "/orders"):
        assert api.get(f"{API}{path}?limit=1", token=staff).meta["next_cursor"]
    # Of a SKU without movements it is asked whether there is one at all.
    _done(api.get(f"{API}/inventory/MUG-2/movements", token=staff))
    order = _done(api.get(f"{API}/orders", token=own))[0]
    _done(api.get(f"{API}/orders/{order['id']}", token=own))
    _done(api.get(f"{API}/orders/{order['id']}/events", token=own))
    _done(api.get(f"{API}/payments/{order['payment']['id']}", token=own))
    guests = shopping.buy(api, "MUG-1", payment_token="tok_late")
    for path in (guests.path, f"{guests.path}/events", f"{API}/payments/{guests.data['payment']['id']}"):
        _done(api.get(path, **guests.credentials))


def _let_time_pass(shop: Shop, clock: Clock) -> None:
    """Let one of each kind of event be left over, for the sweeper of the outbox."""
    from pushcart import queues
    from pushcart.outbox.relay import TARGETS
    from pushcart.outbox.service import Target

    for number, queue in enumerate(TARGETS.values(), start=1):
        happen("test.left_over", "ord_left", number, targets=[Target(queue)], on_topic=queue is queues.payments)
    happen("test.told", "ord_left", 99)
    clock.shift(3 * MINUTE)
    shop.pumps.run_schedules(due_only=False)
