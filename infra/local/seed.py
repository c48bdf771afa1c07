"""The demo shop, made the way that a shop's people would make it: by the API.

Its accounts and their password are public, so it is for this machine only.
"""

from __future__ import annotations

import json
import uuid
from base64 import b32decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from infra.local import identity_provider
from infra.local.cloud import Cloud
from utils.clock import now, rfc3339

ADMIN, CUSTOMER = "admin@demo.test", "customer@demo.test"
PASSWORD: Final = "demo-Password-1"  # noqa: S105 - public: the README shows it
NAMES = {ADMIN: "Ada Admin", CUSTOMER: "Cleo Customer"}
ADDRESS: Final = {
    "name": NAMES[CUSTOMER],
    "line1": "1 Market Row",
    "city": "Bath",
    "postal_code": "BA1 1AA",
    "country": "GB",
}
API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Good:
    """A product of the demo shop: ``variants`` maps what tells them apart to price in cents and stock."""

    title: str
    description: str
    tags: tuple[str, ...]
    option: str
    variants: Mapping[str, tuple[int, int]]

    @property
    def slug(self) -> str:
        return self.title.lower().replace(" ", "-")

    def sku(self, variant: str) -> str:
        return f"{self.slug}-{variant}".upper().replace(" ", "-").replace(".", "-")


GOODS: Final = (
    Good("Market Tote", "A bag that carries a week.", ("bags",), "colour", {"Sand": (2400, 40), "Navy": (2400, 25)}),
    Good("Enamel Mug", "For coffee outside.", ("kitchen",), "colour", {"White": (1200, 120), "Green": (1200, 80)}),
    Good("Linen Apron", "Pre-washed linen, two pockets.", ("kitchen",), "size", {"M": (3900, 20), "L": (3900, 15)}),
    Good("Olive Oil", "Cold pressed, one harvest.", ("pantry",), "volume", {"0.5 l": (1450, 200), "1 l": (2600, 90)}),
    Good("Chestnut Honey", "Dark and not too sweet.", ("pantry",), "weight", {"250 g": (890, 150), "500 g": (1590, 4)}),
    Good("Oak Board", "End grain, oiled.", ("kitchen",), "size", {"Small": (3200, 18), "Large": (5400, 9)}),
    Good("Wool Blanket", "Woven from undyed wool.", ("home",), "colour", {"Grey": (8900, 12), "Cream": (8900, 3)}),
    Good("Beeswax Candle", "Burns for forty hours.", ("home",), "height", {"10 cm": (990, 300), "20 cm": (1690, 160)}),
    Good("Garden Twine", "A hundred metres of jute.", ("garden",), "length", {"100 m": (690, 500)}),
    Good("Seed Box", "Eight herbs for a window.", ("garden",), "edition", {"Spring": (1990, 60), "Autumn": (1990, 0)}),
    Good("Straw Hat", "Wide brim, packs flat.", ("clothing",), "size", {"S": (2900, 14), "M": (2900, 22)}),
    Good("Canvas Jacket", "Waxed, lined, mended free.", ("clothing",), "size", {"M": (14900, 6), "L": (14900, 5)}),
)
DRAFT: Final = Good("Winter Basket", "Not for sale yet.", ("pantry",), "size", {"One": (4900, 0)})


class SeedFailed(RuntimeError):
    """The API refused what the demo shop needs; the text has its answer."""


CLIENT: Final = {
    "name": "Parcel tracker",
    "kind": "confidential",
    "grants": ["authorization_code", "refresh_token", "client_credentials"],
    "redirect_uris": ["https://tracker.example.com/callback"],
    "scopes": ["openid", "purchases:read", "inventory:read"],
}
"""The OAuth client that sample events are sent by."""


class _Api:
    """Calls the gateway, and insists."""

    def __init__(self, cloud: Cloud) -> None:
        self._gateway = cloud.gateway

    def call(self, method: str, path: str, body: Any = None, *, token: str = "", **headers: str) -> Any:
        """Return ``data`` of the answer; raise unless it is a success."""
        given = {"content-type": "application/json", "idempotency-key": str(uuid.uuid4())}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            given["authorization"] = f"Bearer {token}"
        content = b"" if body is None else json.dumps(body).encode()
        answer = self._gateway.handle(method, API + path, "", given, content)
        if answer.status >= 400:
            raise SeedFailed(f"{method} {path}: {answer.status} {answer.body.decode()}")
        return answer.json()["data"] if answer.body else None

    def sign_in(self, email: str) -> Any:
        return self.call("POST", "/auth/login", {"email": email, "password": PASSWORD})


def seed(cloud: Cloud) -> bool:
    """Make the demo shop, unless it is there; return whether it was made.

    Two accounts, a dozen products with variants, prices and stock. What the work sets off in queues and
    streams is done when this returns.

    Raises
    ------
    SeedFailed
        When the API refuses something.
    """
    from pushcart.accounts.service import grant_roles, user_id_of

    if user_id_of(ADMIN):
        return False
    api = _Api(cloud)
    for email, name in NAMES.items():
        api.call("POST", "/auth/register", {"email": email, "password": PASSWORD, "name": name})
    for email, role in ((ADMIN, "admin"), (CUSTOMER, "customer")):
        grant_roles(user_id_of(email) or "", [role])
    token = api.sign_in(ADMIN)["access_token"]
    for good in GOODS:
        product = _create(api, good, token)
        api.call("POST", f"/products/{product['id']}/publish", {}, token=token, if_match="*")
        for variant, (_, stock) in good.variants.items():
            if stock:
                received = {"delta": stock, "reason": "received", "note": "opening stock"}
                api.call("POST", f"/inventory/{good.sku(variant)}/adjustments", received, token=token)
    cloud.pumps.drain(max_rounds=1000)
    return True


def facts(cloud: Cloud) -> dict[str, str]:
    """Return what sample events may name of a seeded shop (events/README.md), making carts and an order for it."""
    from pushcart.payments import sandbox

    api = _Api(cloud)
    admin, customer = api.sign_in(ADMIN), api.sign_in(CUSTOMER)
    token = customer["access_token"]
    product = api.call("GET", "/products")[-1]
    draft = _create(api, DRAFT, admin["access_token"], sku_suffix=uuid.uuid4().hex[:6].upper())
    sku = api.call("GET", f"/products/{product['id']}")["variants"][0]["sku"]
    order = order_for(cloud, sku, token=token)
    cart, guest = _filled_cart(api, sku, token=token), _filled_cart(api, sku)
    webhook = sandbox.webhook({"key": f"{order['id']}:1"}, event_id="sbe_sample")
    customer_id = api.call("GET", "/users/me", token=token)["id"]
    client = api.call("POST", "/oauth/clients", CLIENT, token=admin["access_token"])
    return {
        **identity_provider.wait_for_browser(cloud.gateway),
        **_newcomer(api),
        "address_id": _address(api, token=token)["id"],
        "admin_email": ADMIN,
        "admin_id": api.call("GET", "/users/me", token=admin["access_token"])["id"],
        "admin_token": admin["access_token"],
        "cart_id": cart["id"],
        "client_id": client["id"],
        "client_secret": client["client_secret"],
        "customer_email": CUSTOMER,
        "customer_id": customer_id,
        "customer_token": token,
        "draft_id": draft["id"],
        "guest_cart_id": guest["id"],
        "guest_cart_token": guest["token"],
        "guest_line_id": guest["items"][0]["id"],
        "job_id": _export_job(customer_id),
        "key": str(uuid.uuid4()),
        "key_id": api.call("POST", "/api-keys", _api_key(), token=admin["access_token"])["id"],
        "line_id": cart["items"][0]["id"],
        "now": rfc3339(now()),
        "order_id": order["id"],
        "order_number": order["number"],
        "password": PASSWORD,
        "payment_id": order["payment"]["id"],
        "product_id": product["id"],
        "refresh_token": customer["refresh_token"],
        "reset_token": ticket_token("reset", customer_id),
        "session_id": _another_session(api, token=token),
        "sku": sku,
        "verify_token": ticket_token("verify", customer_id),
        "webhook_body": webhook.body.decode(),
        "webhook_signature": webhook.headers[sandbox.SIGNATURE],
    }


def _another_session(api: _Api, *, token: str) -> str:
    """Return a session of the customer's that is not the one of ``token``."""
    api.sign_in(CUSTOMER)
    listed = api.call("GET", "/auth/sessions", token=token)
    return next(str(session["id"]) for session in listed if not session["current"])


def _newcomer(api: _Api) -> dict[str, str]:
    """Return the token of somebody new who is about to switch a second factor on, and the code that does so."""
    from pushcart.accounts import totp

    email = f"newcomer-{uuid.uuid4().hex[:12]}@demo.test"
    api.call("POST", "/auth/register", {"email": email, "password": PASSWORD, "name": "Nell Newcomer"})
    token = api.sign_in(email)["access_token"]
    secret = b32decode(api.call("POST", "/auth/mfa/totp", {}, token=token)["secret"])
    return {"newcomer_token": token, "totp_code": totp.code_of(secret, totp.step_of(now()))}


def _api_key() -> dict[str, Any]:
    return {"name": f"sample {uuid.uuid4().hex[:8]}", "scopes": ["inventory:read"]}


def _export_job(user_id: str) -> str:
    """Have one export of the customer's data made, and return the id of the job of another, which waits."""
    from pushcart.accounts.service import exporting, exports
    from pushcart.jobs.service import Work
    from utils.transaction import Transaction

    made, waiting = Transaction(), Transaction()
    work, checkpoint = Work(exports.request(made, user_id).id, user_id), None
    while (step := exporting.step(work, checkpoint)).checkpoint:
        checkpoint = step.checkpoint
    job = exports.request(waiting, user_id)
    waiting.commit()
    return job.id


def ticket_token(purpose: Literal["verify", "reset", "invite"], user_id: str) -> str:
    """Return the token of a new ticket, as a mail would bear it."""
    from pushcart.accounts import tickets
    from utils.transaction import Transaction

    tx = Transaction()
    name = tickets.issue(tx, purpose, user_id)
    tx.commit()
    return tickets.token_of(purpose, name)


def order_for(cloud: Cloud, sku: str, *, token: str, payment_token: str = "tok_success") -> Any:  # noqa: S107
    """Place a customer's order of one unit of ``sku``, paid by a token of the sandbox, and return it."""
    api = _Api(cloud)
    cart = _filled_cart(api, sku, token=token)
    payment = {"provider": "sandbox", "token": payment_token}
    return api.call("POST", "/orders", {"cart_id": cart["id"], "payment": payment}, token=token)


def _create(api: _Api, good: Good, token: str, *, sku_suffix: str = "") -> Any:
    variants = [
        {
            "sku": good.sku(name) + sku_suffix,
            "options": {good.option: name},
            "prices": [{"amount": cents, "currency": "EUR"}],
        }
        for name, (cents, _) in good.variants.items()
    ]
    product = {"title": good.title, "description": good.description, "tags": list(good.tags), "variants": variants}
    return api.call("POST", "/products", product | {"slug": (good.slug + sku_suffix).lower()}, token=token)


def _address(api: _Api, *, token: str) -> Any:
    """Return an address of the customer's; a shop that is kept has one from before."""
    path = "/users/me/addresses"
    kept = api.call("GET", path, token=token)
    return kept[0] if kept else api.call("POST", path, ADDRESS, token=token)


def _filled_cart(api: _Api, sku: str, *, token: str = "") -> Any:
    made = api.call("POST", "/carts", {}, token=token)
    guest = {} if token else {"x_cart_token": made["token"]}
    filled = api.call("POST", f"/carts/{made['id']}/items", {"sku": sku, "quantity": 1}, token=token, **guest)
    return {**made, **{name: value for name, value in filled.items() if value is not None}}
