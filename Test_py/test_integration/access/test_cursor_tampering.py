"""A cursor opens the list that it was made for, to whom it was made for: nothing made of one opens anything else.

Every list of the declarations is asked, over HTTP: for what cursors become when somebody edits them, for cursors of
other callers and other lists, and for good codes beside keys of other people's partitions.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.gateway import Gateway
from infra.local.pumps import Pumps
from Test_py.support import addresses, environment, oauth, parcels, people, pricing, programs, shopping
from Test_py.support.catalogue import category
from Test_py.support.client import Api
from Test_py.support.environment import Snapshot
from Test_py.support.shopkeeping import drafted, on_sale, session, stocked
from utils import discovery, sealing
from utils.clock import now, rfc3339
from utils.declarations import Loaded, Route

API: Final = "/api/v1"
MUTATIONS: Final = 300
"""Of each list's cursor. The seal by itself stands ten thousand (test_sealing_and_cursors)."""
LISTS: Final[dict[str, tuple[str, str]]] = {
    "get_data_export": ("/users/me/data-export", "customer"),
    "list_addresses": ("/users/me/addresses", "customer"),
    "list_api_keys": ("/api-keys", "admin"),
    "list_catalogue": ("/admin/products", "admin"),
    "list_categories": ("/categories", "anyone"),
    "list_goods_sold": ("/reports/sales/goods", "admin"),
    "list_inventory": ("/inventory", "admin"),
    "list_locations": ("/locations", "admin"),
    "list_media": ("/products/{product}/media", "admin"),
    "list_movements": ("/inventory/MUG-1/movements", "admin"),
    "list_oauth_clients": ("/oauth/clients", "admin"),
    "list_order_events": ("/orders/{order}/events", "customer"),
    "list_orders": ("/orders", "customer"),
    "list_payments": ("/payments", "admin"),
    "list_price_changes": ("/variants/MUG-1/prices", "admin"),
    "list_products": ("/products", "anyone"),
    "list_promotions": ("/promotions", "admin"),
    "list_returns": ("/returns", "admin"),
    "list_sessions": ("/auth/sessions", "customer"),
    "list_shipping_methods": ("/shipping-methods", "admin"),
    "list_shipping_options": ("/carts/{cart}/shipping-options", "customer"),
    "list_stock_report": ("/reports/inventory", "admin"),
    "list_tax_rates": ("/tax-rates", "admin"),
    "list_users": ("/users", "admin"),
    "search": ("/search", "anyone"),
}
"""Where each list is, and who asks for it. ``{order}`` and ``{cart}`` belong to whoever asks."""
NEEDED: Final = {"list_goods_sold": {"currency": "EUR"}}
"""What a list's query has to name beside; the month is this one."""
every_list = pytest.mark.parametrize("name", sorted(LISTS))
WHOSE: Final = ("ada", "eve")
"""Two customers; and two admins, who are these two with another role."""


@dataclass(slots=True)
class Stacks:
    """A shop in which every list has a second page, for two people."""

    api: Api
    ids: dict[str, str]
    orders: dict[str, str]
    carts: dict[str, str]
    product: str
    taken: Snapshot

    def path(self, name: str, who: str = "ada") -> str:
        return API + LISTS[name][0].format(order=self.orders[who], cart=self.carts[who], product=self.product)

    def query(self, name: str, **asked: Any) -> dict[str, Any]:
        """Return the query of a page, with what the list needs to have named."""
        month = {"month": rfc3339(now())[:7]} if name in NEEDED else {}
        return NEEDED.get(name, {}) | month | {"limit": 1} | asked

    def credentials(self, name: str, who: str = "ada") -> dict[str, str]:
        """Return the token of a session that was opened just now."""
        role = LISTS[name][1]
        return {} if role == "anyone" else {"token": session(role, user_id=self.ids[who])}

    def cursor(self, name: str, credentials: dict[str, str], who: str = "ada") -> str:
        reply = self.api.get(self.path(name, who), query=self.query(name), **credentials)
        assert reply.status == 200, reply.body
        return str(reply.meta["next_cursor"])


def build(functions: list[Loaded]) -> Stacks:
    """Make the shop, in an empty cloud."""
    environment.restore()
    sealing.forget()
    api, pumps = Api(Gateway(functions)), Pumps(functions)
    admin = people.staff(api, "admin")
    for sku in ("MUG-1", "LAMP-1"):
        product = on_sale(api, admin.token, sku, stock=20)["id"]
    stocked(api, admin.token, "MUG-1", 3)
    _keep_shop(api, admin, product)
    for path, bodies in pricing.BODIES.items():
        for body in bodies:
            pricing.post(api, path, body, admin.token)
    ids, orders, baskets = {}, {}, {}
    for name in WHOSE:
        one = people.logged_in(api, people.customer(api, f"{name}@example.org"))
        for _ in range(2):
            addresses.keep(api, one)
            bought = shopping.buy(api, "MUG-1", "LAMP-1", token=one.token)
            orders[name] = bought.id
            programs.made_key(api, admin.token)
            oauth.registered(api)
        assert api.post(f"{API}/users/me/data-export", token=one.token, key="export").status == 202
        ids[name], baskets[name] = one.id, shopping.fill_cart(api, "MUG-1", token=one.token).id
        pumps.drain()
        parcels.shipped(api, admin, bought)
        parcels.asked_back(api, bought, "MUG-1")
    pumps.drain()
    return Stacks(api, ids, orders, baskets, product, environment.take())


def _keep_shop(api: Api, admin: people.Person, product: str) -> None:
    """Give each list of staff a second page."""
    for number in (1, 2):
        category(api, admin.token)
        drafted(api, admin.token, f"DRAFT-{number}")
        prices = {"prices": [{"amount": 1250 + number, "currency": "EUR"}]}
        changed = api.put(f"{API}/variants/MUG-1/prices", json=prices, token=admin.token, headers={"if-match": "*"})
        assert changed.status == 200, changed.body
        made = api.post(f"{API}/locations", json={"name": f"Room {number}"}, token=admin.token, key=f"room-{number}")
        assert made.status == 201, made.body
        asked = {"content_type": "image/png", "alt": "A lamp"}
        waited = api.post(f"{API}/products/{product}/media", json=asked, token=admin.token)
        assert waited.status == 201, waited.body


@pytest.fixture(scope="module")
def stacked(functions: list[Loaded]) -> Iterator[Stacks]:
    yield build(functions)
    environment.restore()


@pytest.fixture
def stacks(environment_variables: None, stacked: Stacks) -> Stacks:
    environment.restore(stacked.taken)
    return stacked


def test_every_list_is_tried() -> None:
    routes = [one.declaration for one in discovery.routes() if isinstance(one.declaration, Route)]
    assert {route.name for route in routes if route.many} == set(LISTS)


def refusal(stacks: Stacks, name: str, cursor: str, credentials: dict[str, str]) -> str | None:
    """Return what is wrong with the answer to a cursor that must open nothing; ``None`` when it is refused."""
    reply = stacks.api.get(stacks.path(name), query=stacks.query(name, cursor=cursor), **credentials)
    told = reply.json or {}
    if reply.status == 400 and set(reply.codes) <= {"INVALID_CURSOR", "VALIDATION_ERROR"} and told["data"] is None:
        return None
    return f"{reply.status} {reply.body[:300]!r} for {cursor!r}"


LETTER: Final = st.one_of(st.sampled_from("ABCxyz019-_.=+/ %"), st.characters(min_codepoint=32, max_codepoint=0x2FF))


@st.composite
def edits(draw: st.DrawFn, cursor: str) -> str:
    """Draw what somebody makes of a cursor with an editor."""
    place, letter = draw(st.integers(0, len(cursor) - 1)), draw(LETTER)
    head, tail, kind = cursor[:place], cursor[place:], draw(st.integers(0, 7))
    payload, _, code = cursor.partition(".")
    if kind == 7:
        return f"{encoded(draw(keys(decoded(payload))))}.{code}"
    made = (
        head + letter + tail[1:], head + letter + tail, head + tail[1:], head, tail, head + tail.swapcase(),
        f"{payload}{'=' * draw(st.integers(1, 3))}.{code}",
    )  # fmt: skip
    return made[kind]


@st.composite
def keys(draw: st.DrawFn, key: dict[str, Any]) -> dict[str, Any]:
    """Draw another key than the one that was sealed: somebody else's partition, say."""
    name = draw(st.sampled_from(sorted(key)))
    texts = st.sampled_from(["ALL", "USER#usr_01HZZZZZZZZZZZZZZZZZZZZZZZ", "PROFILE", "SESSION#", "", "~"])
    value: dict[str, Any] = {"S": draw(texts | st.text(max_size=20))}
    changed = draw(st.sampled_from(["change", "drop", "add"]))
    if changed == "drop":
        return {known: one for known, one in key.items() if known != name}
    return key | ({name: value} if changed == "change" else {draw(st.text(max_size=8)): value})


def decoded(payload: str) -> dict[str, Any]:
    key: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return key


def encoded(key: dict[str, Any]) -> str:
    text = json.dumps(key, separators=(",", ":"), sort_keys=True).encode()
    return urlsafe_b64encode(text).decode().rstrip("=")


@every_list
def test_what_somebody_makes_of_a_cursor_opens_nothing(name: str, stacks: Stacks) -> None:
    credentials = stacks.credentials(name)
    cursor, tried = stacks.cursor(name, credentials), 0

    @settings(max_examples=MUTATIONS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(edits(cursor))
    def attack(edited: str) -> None:
        nonlocal tried
        if edited not in {cursor, ""}:
            tried += 1
            assert refusal(stacks, name, edited, credentials) is None

    attack()
    good = stacks.api.get(stacks.path(name), query=stacks.query(name, cursor=cursor), **credentials)
    assert good.status == 200, "the cursor itself was good all the while"
    assert good.data
    assert tried > MUTATIONS * 2 // 3
    print(f"{name}: {tried} edited cursors, each refused with 400")


def test_a_cursor_of_somebody_else_or_of_another_list_opens_nothing(stacks: Stacks) -> None:
    tried, wrong = 0, []
    cursors = {(name, who): stacks.cursor(name, stacks.credentials(name, who), who) for name in LISTS for who in WHOSE}
    for name in LISTS:
        credentials = stacks.credentials(name)
        own = cursors[name, "ada"]
        for (source, who), cursor in cursors.items():
            if source == name and (who == "ada" or LISTS[name][1] == "anyone"):
                continue
            # As it is, and each half of it beside the other half of one's own.
            payload, _, code = cursor.partition(".")
            for made in {cursor, f"{own.partition('.')[0]}.{code}", f"{payload}.{own.partition('.')[2]}"} - {own}:
                tried += 1
                wrong.append(refusal(stacks, name, made, credentials))
    assert not [one for one in wrong if one]
    print(f"{tried} cursors of other people, of other lists, and halves of theirs: each refused with 400")


def test_a_cursor_is_of_no_use_beside_other_filters(stacks: Stacks) -> None:
    filters = {"list_products": {"sort": "created_at"}, "list_users": {"email": "ada@example.org"}}
    for name, changed in filters.items():
        credentials = stacks.credentials(name)
        cursor = stacks.cursor(name, credentials)
        reply = stacks.api.get(stacks.path(name), query={"cursor": cursor, **changed}, **credentials)
        assert (reply.status, reply.codes) == (400, ["INVALID_CURSOR"]), (name, reply.body)
