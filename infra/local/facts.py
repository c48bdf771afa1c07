"""What sample events may name of the demo shop: ids, tokens and secrets of things that are there when one is run."""

from __future__ import annotations

import uuid
from base64 import b32decode
from typing import Any, Final, Literal

from infra.local import identity_provider
from infra.local.cloud import Cloud
from infra.local.media_facts import media_facts
from infra.local.seed import ADMIN, CUSTOMER, NAMES, Good, create_product
from infra.local.sent_goods import sent_goods
from infra.local.shop_api import PASSWORD, ShopApi
from utils.clock import now, rfc3339

ADDRESS: Final = {
    "name": NAMES[CUSTOMER],
    "line1": "1 Market Row",
    "city": "Bath",
    "postal_code": "BA1 1AA",
    "country": "GB",
}
DRAFT: Final = Good("Winter Basket", "Not for sale yet.", ("pantry",), "size", {"One": (4900, 0)})
CLIENT: Final = {
    "name": "Parcel tracker",
    "kind": "confidential",
    "grants": ["authorization_code", "refresh_token", "client_credentials"],
    "redirect_uris": ["https://tracker.example.com/callback"],
    "scopes": ["openid", "purchases:read", "inventory:read"],
}
"""The OAuth client that sample events are sent by."""


def facts(cloud: Cloud) -> dict[str, str]:
    """Return what sample events may name of a seeded shop (events/README.md), making what is not there yet."""
    api = ShopApi(cloud)
    admin, customer = api.sign_in(ADMIN), api.sign_in(CUSTOMER)
    known = {
        "key": str(uuid.uuid4()),
        "now": rfc3339(now()),
        "password": PASSWORD,
        **_goods(cloud, api, customer["access_token"], admin["access_token"]),
        **identity_provider.wait_for_browser(cloud.gateway),
        **_newcomer(api),
        **_programs(api, admin["access_token"]),
        **_pricing(api, admin["access_token"]),
        **_admin(api, admin),
        **_customer(api, customer),
    }
    code = {"code": known["promotion_code"]}
    api.call("POST", f"/carts/{known['cart_id']}/promotions", code, token=customer["access_token"])
    return known


def _admin(api: ShopApi, tokens: Any) -> dict[str, str]:
    token = tokens["access_token"]
    return {
        "admin_email": ADMIN,
        "admin_id": api.call("GET", "/users/me", token=token)["id"],
        "admin_token": token,
    }


def _customer(api: ShopApi, tokens: Any) -> dict[str, str]:
    token = tokens["access_token"]
    customer_id = api.call("GET", "/users/me", token=token)["id"]
    return {
        "customer_email": CUSTOMER,
        "customer_id": customer_id,
        "customer_token": token,
        "refresh_token": tokens["refresh_token"],
        "reset_token": ticket_token("reset", customer_id),
        "verify_token": ticket_token("verify", customer_id),
        "address_id": _address(api, token=token)["id"],
        "session_id": _another_session(api, token=token),
        "job_id": _export_job(customer_id),
    }


def _programs(api: ShopApi, admin: str) -> dict[str, str]:
    """Return an OAuth client and an API key."""
    client = api.call("POST", "/oauth/clients", CLIENT, token=admin)
    wanted = {"name": f"sample {uuid.uuid4().hex[:8]}", "scopes": ["inventory:read"]}
    return {
        "client_id": client["id"],
        "client_secret": client["client_secret"],
        "key_id": api.call("POST", "/api-keys", wanted, token=admin)["id"],
    }


def _pricing(api: ShopApi, admin: str) -> dict[str, str]:
    """Return a promotion, a way to deliver and a rate of tax; a shop that is kept has some from before."""
    fresh = uuid.uuid4().hex[:8].upper()
    wanted: dict[str, tuple[str, dict[str, Any]]] = {
        "promotion_id": (
            "/promotions",
            {
                "name": "Sample",
                "code": f"SAMPLE-{fresh}",
                "kind": "amount",
                "amounts": [{"amount": 100, "currency": "EUR"}],
            },
        ),
        "shipping_method_id": (
            "/shipping-methods",
            {"name": "Sample", "rates": [{"currency": "EUR", "amount": 499}], "active": False},
        ),
        "tax_rate_id": (
            "/tax-rates",
            {"name": "Sample", "country": "US", "region": f"Sample {fresh}", "basis_points": 825},
        ),
    }
    found = {}
    for name, (path, body) in wanted.items():
        kept = [one for one in api.call("GET", path, token=admin) if one["name"] == body["name"]]
        found[name] = (kept[0] if kept else api.call("POST", path, body, token=admin))["id"]
    free = {"name": "Sample delivery", "code": f"FREE-{fresh}", "kind": "free_shipping"}
    return {
        **found,
        "promotion_code": api.call("GET", f"/promotions/{found['promotion_id']}", token=admin)["code"],
        "another_code": api.call("POST", "/promotions", free, token=admin)["code"],
    }


def _goods(cloud: Cloud, api: ShopApi, token: str, admin: str) -> dict[str, str]:
    """Return products, carts, and an order with its payment and what its provider says of it."""
    from pushcart.payments import sandbox

    product = api.call("GET", "/products")[-1]
    draft = create_product(api, DRAFT, admin, sku_suffix=uuid.uuid4().hex[:6].upper())
    sku = api.call("GET", f"/products/{product['id']}")["variants"][0]["sku"]
    sent = sent_goods(cloud, api, [order_for(cloud, sku, token=token) for _ in range(3)], sku, token=token, admin=admin)
    order = order_for(cloud, sku, token=token)
    cart, guest = _filled_cart(api, sku, token=token), _filled_cart(api, sku)
    webhook = sandbox.webhook({"key": f"{order['id']}:1"}, event_id="sbe_sample")
    return {
        "product_id": product["id"],
        "category_id": _category(api, admin)["id"],
        "draft_id": draft["id"],
        **media_facts(api, product["id"], admin=admin),
        "sku": sku,
        "stock_token": waiting_token(sku),
        "cart_id": cart["id"],
        "line_id": cart["items"][0]["id"],
        "guest_cart_id": guest["id"],
        "guest_cart_token": guest["token"],
        "guest_line_id": guest["items"][0]["id"],
        "order_id": order["id"],
        **sent,
        "order_number": order["number"],
        "payment_id": order["payment"]["id"],
        "webhook_body": webhook.body.decode(),
        "webhook_signature": webhook.headers[sandbox.SIGNATURE],
    }


def _another_session(api: ShopApi, *, token: str) -> str:
    """Return a session of the customer's that is not the one of ``token``."""
    api.sign_in(CUSTOMER)
    listed = api.call("GET", "/auth/sessions", token=token)
    return next(str(session["id"]) for session in listed if not session["current"])


def _newcomer(api: ShopApi) -> dict[str, str]:
    """Return the token of somebody new who is about to switch a second factor on, and the code that does so."""
    from pushcart.accounts import totp

    email = f"newcomer-{uuid.uuid4().hex[:12]}@demo.test"
    api.call("POST", "/auth/register", {"email": email, "password": PASSWORD, "name": "Nell Newcomer"})
    token = api.sign_in(email)["access_token"]
    own = api.call("GET", "/users/me", token=token)["id"]
    api.call("POST", "/auth/verify-email", {"token": ticket_token("verify", own)})
    secret = b32decode(api.call("POST", "/auth/mfa/totp", {}, token=token)["secret"])
    return {"newcomer_token": token, "totp_code": totp.code_of(secret, totp.step_of(now()))}


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


def waiting_token(sku: str, email: str = CUSTOMER) -> str:
    """Have somebody ask to be told when ``sku`` can be had again; returns the token that they are mailed."""
    from pushcart.inventory.repository import subscriptions as repository
    from pushcart.inventory.service import subscriptions
    from utils.transaction import Transaction

    code, tx = subscriptions.codes_of(sku, email)[0], Transaction()
    repository.ask(tx, sku=sku, code=code, email=email, title=sku)
    tx.commit()
    return subscriptions.token_of(sku, code, int(now().timestamp()) // 3600 + 24)


def order_for(cloud: Cloud, sku: str, *, token: str, payment_token: str = "tok_success") -> Any:  # noqa: S107
    """Place a customer's order of one unit of ``sku``, paid by a token of the sandbox, and return it."""
    api = ShopApi(cloud)
    cart = _filled_cart(api, sku, token=token)
    payment = {"provider": "sandbox", "token": payment_token}
    return api.call("POST", "/orders", {"cart_id": cart["id"], "payment": payment}, token=token)


def _address(api: ShopApi, *, token: str) -> Any:
    """Return an address of the customer's; a shop that is kept has one from before."""
    path = "/users/me/addresses"
    kept = api.call("GET", path, token=token)
    return kept[0] if kept else api.call("POST", path, ADDRESS, token=token)


def _category(api: ShopApi, admin: str) -> Any:
    """Return a category of its own, since one of the samples archives it."""
    return api.call("POST", "/categories", {"title": f"Sample {uuid.uuid4().hex[:8]}"}, token=admin)


def _filled_cart(api: ShopApi, sku: str, *, token: str = "") -> Any:
    made = api.call("POST", "/carts", {}, token=token)
    guest = {} if token else {"x_cart_token": made["token"]}
    filled = api.call("POST", f"/carts/{made['id']}/items", {"sku": sku, "quantity": 1}, token=token, **guest)
    return {**made, **{name: value for name, value in filled.items() if value is not None}}
