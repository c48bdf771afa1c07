"""A shop with something of everything in it, and everybody who may come to its door.

Tests that are made of the declarations (who may call what, what is refused) ask it for a request of any route by any
caller. What a path's parameter addresses stands here, by its name: a route with a parameter that is not here cannot be
asked for, so that no route escapes those tests.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from infra.local.facts import CLIENT, ticket_token, waiting_token
from infra.local.gateway import Gateway
from infra.local.identity_provider import wait_for_browser
from infra.local.pumps import Pumps
from infra.local.sample import fill
from infra.openapi.document import documented
from infra.openapi.models import Models
from infra.sample_events.requests import request_event
from pushcart.accounts import mfa_tokens
from pushcart.orders.models import OrderItem
from pushcart.payments import sandbox
from pushcart.system.docs import asset_name
from Test_py.support import (
    addresses,
    environment,
    oauth,
    parcels,
    people,
    pricing,
    second_factor,
    sessions,
    shopping,
    world_programs,
)
from Test_py.support.catalogue import category
from Test_py.support.client import Api, Reply
from Test_py.support.environment import Snapshot
from Test_py.support.forge import Forger
from Test_py.support.invoices import kept_invoice
from Test_py.support.media import wait_for
from Test_py.support.people import Person
from Test_py.support.programs import made_key
from Test_py.support.refunds import kept_refund
from Test_py.support.shopkeeping import drafted, on_sale
from Test_py.support.shopping import Basket, Placed
from Test_py.support.world_programs import Visitor
from utils import sealing
from utils.access import WHOLE_ACCOUNT
from utils.clock import now
from utils.declarations import DEFAULT_PATH, Loaded, Route
from utils.ids import new_id

ULID: Final = "01HZZZZZZZZZZZZZZZZZZZZZZZ"
MISSING: Final[dict[str, str]] = {
    "address_id": f"adr_{ULID}",
    "cart_id": f"crt_{ULID}",
    "fulfillment_id": f"ful_{ULID}_1",
    "line_id": f"lin_{ULID}",
    "order_id": f"ord_{ULID}",
    "payment_id": f"pay_{ULID}_1",
    "refund_id": f"ref_{ULID}_1",
    "return_id": f"ret_{ULID}_1",
    "session_id": f"ses_{ULID}",
}
"""What belongs to somebody, by the name of its parameter, and an id of each that nobody has."""

STAFF: Final = ("support", "manager", "admin")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody at the door. ``owner`` names whose things they ask for, ``owns`` says whether those are their own.

    ``scopes`` are what a program was given, for a person or, where it ``acts_for_itself``, for nobody else.
    """

    name: str
    credentials: dict[str, Any]
    roles: frozenset[str] = frozenset()
    owner: str = "customer"
    owns: bool = False
    refusal: str | None = None
    scopes: frozenset[str] = frozenset({WHOLE_ACCOUNT})
    acts_for_itself: bool = False

    @property
    def kind(self) -> str:
        if self.acts_for_itself:
            return "client"
        return "user" if "token" in self.credentials else "guest"


@dataclass(slots=True)
class World:
    """The shop, its people and their things, as they stood when it was made."""

    api: Api
    callers: dict[str, Caller]
    owned: dict[str, dict[str, str]]
    shop: dict[str, str]
    facts: dict[str, str]
    models: Models
    taken: Snapshot = field(repr=False)
    touched: bool = True

    def restore(self) -> None:
        """Put everything back."""
        environment.restore(self.taken)
        self.touched = False

    def refresh(self) -> None:
        """Put everything back if a request since then may have written."""
        if self.touched:
            self.restore()

    def values(self, route: Route, owner: str = "customer", *, missing: bool = False) -> dict[str, str]:
        """Return what the parameters of a route's path address.

        Raises
        ------
        KeyError
            For a parameter that this registry does not know: add what it addresses, and whose it is.
        """
        known = self.shop | self.owned[owner] | (MISSING if missing else {})
        if route.name == "publish_product":
            known = known | {"product_id": self.facts["draft_id"]}
        if route.name == "update_fulfillment" and not missing:
            known = known | {"order_id": self.facts[f"sent_order_of_{owner}"]}
        return {name: known[name] for name in route.path_parameters}

    def is_owned(self, route: Route) -> bool:
        """Whether a route is about what belongs to somebody."""
        fields = route.input.model_fields if route.input is not None else {}
        return any(name in MISSING for name in (*route.path_parameters, *fields))

    def sample(self, route: Route, owner: str = "customer", *, missing: bool = False) -> dict[str, Any]:
        """Return headers, query and body of a request of ``route``, made of the examples of its model."""
        known = self.facts | self.shop | self.owned[owner] | (MISSING if missing else {})
        if route.name in {"start_oidc", "finish_oidc"}:
            # Open to the browser that began to sign in a short while ago.
            known |= wait_for_browser(self.api.gateway)
        event = fill(copy.deepcopy(request_event(route, self.models)), known)
        body = event.get("body")
        if owner == "guest" and route.name == "place_order":
            body = {**(body or {}), "email": shopping.EMAIL}
        if route.name == "verify_mfa":
            # Open to whoever has the token of a log-in that began a short while ago.
            token = mfa_tokens.issue(self.facts["careful_id"])
            body = {"mfa_token": token, "recovery_code": self.facts["recovery_code"]}
        headers = {name: text for name, text in event.get("headers", {}).items() if name != "authorization"}
        return {"headers": headers, "query": event.get("rawQueryString", ""), "body": body}

    def path(self, route: Route, owner: str = "customer", *, missing: bool = False) -> str:
        if route.path == DEFAULT_PATH:
            return "/api/v1/nothing-here"
        return route.path.format(**self.values(route, owner, missing=missing))

    def ask(self, route: Route, caller: Caller, *, missing: bool = False) -> Reply:
        """Send the sample of ``route`` as ``caller``, for what the caller asks for or for what nobody has."""
        sample = self.sample(route, caller.owner, missing=missing)
        path = self.path(route, caller.owner, missing=missing)
        reply = send(self.api, route, path, caller, **sample)
        # A key is kept with a 404 or a 409, too.
        self.touched |= _writes(route) and reply.status not in {400, 401, 403}
        return reply


def _writes(route: Route) -> bool:
    return route.method != "GET" or any(grant.verb in {"put", "update", "delete"} for grant in route.uses)


def send(
    api: Api, route: Route, path: str, caller: Caller, *, headers: dict[str, str], query: str = "", body: Any = None
) -> Reply:
    """Send one request; a body that is no text or bytes is written as JSON."""
    content = body if body is None or isinstance(body, str | bytes) else json.dumps(body)
    target = f"{path}?{query}" if query else path
    return api.request(route.method, target, body=content, headers=headers, **caller.credentials)


def build(functions: Iterable[Loaded]) -> World:
    """Make the world, in an empty shop."""
    environment.restore()
    sealing.forget()
    loaded = list(functions)
    api, pumps = Api(Gateway(loaded)), Pumps(loaded)
    staff = {role: people.staff(api, role) for role in STAFF}
    customer, other = people.customer(api, "owner@example.org"), people.customer(api, "other@example.org")
    admin = staff["admin"].token
    product = on_sale(api, admin, "MUG-1", stock=50)
    draft = drafted(api, admin, "LAMP-1")
    things, tokens = _things(api, customer)
    # A guest keeps none: whoever comes without an account asks for somebody else's.
    resident = people.customer(api, "resident@example.org")
    things["customer"]["address_id"] = addresses.keep(api, customer)["id"]
    things["guest"]["address_id"] = addresses.keep(api, resident)["id"]
    things["customer"]["session_id"] = sessions.open_another(api, customer)
    things["guest"]["session_id"] = sessions.open_another(api, resident)
    for person in (customer, other, *staff.values()):
        asked = api.post("/api/v1/users/me/data-export", token=person.token, key="export")
        assert asked.status == 202, asked.body
    for owner in ("customer", "guest"):
        things[owner]["refund_id"] = kept_refund(things[owner]["order_id"])
        kept_invoice(things[owner]["order_id"])
    sent: dict[str, str] = {}
    for owner, person in (("customer", customer), ("guest", resident)):
        order = shopping.buy(api, "MUG-1", token=person.token)
        pumps.drain()
        parcel = parcels.shipped(api, staff["manager"], order)
        returned = parcels.asked_back(api, order, "MUG-1")
        things[owner] |= {"fulfillment_id": parcel["id"], "return_id": returned["id"]}
        sent |= {f"sent_order_of_{owner}": order.id, "sent_order_id": order.id, "paid_order_id": order.id}
    pumps.drain()
    tracker = oauth.registered(api, **CLIENT)
    shop = {
        "client_id": tracker.client_id,
        "key_id": made_key(api, admin)["id"],
        "user_id": resident.id,
        "customer_id": customer.id,
        "product_id": product["id"],
        "sku": "MUG-1",
        "location_id": "main",
        "token": waiting_token("MUG-1"),
        "category_id": category(api, admin)["id"],
        "media_id": wait_for(api, admin, product).data["id"],
        **pricing.made(api, admin),
        "provider": "sandbox",
        "asset": asset_name("docs.js"),
    }
    facts = _facts(api, customer, things["customer"]["order_id"])
    facts["order_number"] = shopping.stored(OrderItem.key_of(things["customer"]["order_id"])).number
    facts["paid_payment_id"] = things["customer"]["payment_id"]
    facts |= sent | {"draft_id": draft["id"], "client_secret": str(tracker.secret), "stock_token": shop["token"]}
    facts |= _handed_over(api, customer, things, tokens["guest"], shop["promotion_code"])
    routes = documented(loaded)
    callers = _callers(customer, other, staff, tokens)
    callers |= _programs(world_programs.visitors(api, owner=customer, admin=staff["admin"]))
    return World(api, callers, things, shop, facts, Models(routes), environment.take())


def _facts(api: Api, customer: Person, order_id: str) -> dict[str, str]:
    """Return what samples may name besides ids: of the customer, and of somebody who has a second factor."""
    webhook = sandbox.webhook({"key": f"{order_id}:1"}, event_id="sbe_sample")
    careful = second_factor.switch_on(api, people.customer(api), steps=0)
    return {
        "careful_id": careful.owner.id,
        "recovery_code": careful.recovery_codes[0],
        "key": "sample-1",
        "customer_email": customer.email,
        "customer_id": customer.id,
        "password": people.PASSWORD,
        "refresh_token": customer.refresh_token,
        "reset_token": ticket_token("reset", customer.id),
        "verify_token": ticket_token("verify", customer.id),
        "customer_token": "",
        "newcomer_token": "",
        "totp_code": "287082",
        "admin_token": "",
        "webhook_body": webhook.body.decode(),
        "webhook_signature": webhook.headers[sandbox.SIGNATURE],
    }


def _handed_over(
    api: Api, customer: Person, things: dict[str, dict[str, str]], guest: dict[str, str], code: str
) -> dict[str, str]:
    """Put a code into each one's cart, and return a guest's cart that a customer may take over."""
    for owner, credentials in (("customer", {"token": customer.token}), ("guest", guest)):
        path = f"/api/v1/carts/{things[owner]['cart_id']}/promotions"
        assert api.post(path, json={"code": code}, **credentials).status == 201
    basket = shopping.fill_cart(api, "MUG-1")
    return {"guest_cart_id": basket.id, "guest_cart_token": str(basket.cart_token)}


def _callers(
    customer: Person, other: Person, staff: dict[str, Person], tokens: dict[str, dict[str, str]]
) -> dict[str, Caller]:
    own, foreign = tokens["guest"], tokens["foreign"]
    past = int((now() - timedelta(minutes=20)).timestamp())
    expired = Forger(customer.id, new_id("ses")).token(iat=past, exp=past + 600)
    user = frozenset({"customer"})
    everybody = [
        Caller("nobody", {}),
        Caller("garbage token", {"token": "garbage"}, refusal="UNAUTHENTICATED"),
        Caller("expired token", {"token": expired}, refusal="TOKEN_EXPIRED"),
        Caller("owner", {"token": customer.token}, user, owns=True),
        Caller("other customer", {"token": other.token}, user),
        Caller("guest", own, owner="guest", owns=True),
        Caller("other guest", foreign, owner="guest"),
        Caller("guest with each token for the other", _swapped(own), owner="guest"),
        *(Caller(role, {"token": person.token}, user | {role}) for role, person in staff.items()),
    ]
    return {caller.name: caller for caller in everybody}


def _programs(visitors: dict[str, Visitor]) -> dict[str, Caller]:
    roles = {None: frozenset[str](), "owner": frozenset({"customer"}), "admin": frozenset({"admin"})}
    return {
        name: Caller(
            name,
            {"token": one.token},
            roles[one.person],
            owns=one.person == "owner",
            scopes=one.scopes,
            acts_for_itself=one.person is None,
        )
        for name, one in visitors.items()
    }


def _swapped(tokens: dict[str, str]) -> dict[str, str]:
    return {"cart_token": tokens["order_token"], "order_token": tokens["cart_token"]}


def _things(api: Api, customer: Person) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """Return ids of what the customer and a guest have, and the tokens of that guest and of another.

    Payments are declined, so that each order can be paid again, cancelled and looked at.
    """
    carts = {
        "customer": shopping.fill_cart(api, "MUG-1", token=customer.token),
        "guest": shopping.fill_cart(api, "MUG-1"),
        "foreign": shopping.fill_cart(api, "MUG-1"),
    }
    orders = {
        owner: shopping.buy(api, "MUG-1", payment_token="tok_declined", token=cart.token)
        for owner, cart in carts.items()
    }
    ids = {owner: _ids(api, carts[owner], orders[owner]) for owner in ("customer", "guest")}
    tokens = {
        owner: {"cart_token": str(carts[owner].cart_token), "order_token": orders[owner].credentials["order_token"]}
        for owner in ("guest", "foreign")
    }
    return ids, tokens


def _ids(api: Api, cart: Basket, order: Placed) -> dict[str, str]:
    line = api.get(f"/api/v1/carts/{cart.id}", **cart.credentials).data["items"][0]
    payment = order.data["payment"]["id"]
    return {"cart_id": cart.id, "line_id": line["id"], "order_id": order.id, "payment_id": payment}
