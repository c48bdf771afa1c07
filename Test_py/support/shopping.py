"""Shopping through the gateway: goods on the shelf, a cart with something in it, an order placed and paid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from zlib import crc32

import pytest

from infra.local.moto_tables import stored_items
from pushcart import tables
from pushcart.carts.models import CartItem, CartLine
from pushcart.catalog.models.products import ProductItem, ProductStatus, status_shard
from pushcart.catalog.models.variants import SkuItem, VariantItem
from pushcart.inventory.models import MovementItem, ReservationItem, StockItem, at_location, movements_of
from pushcart.orders.models import OrderItem
from pushcart.orders.states import OrderState, replay
from pushcart.outbox.service import history
from pushcart.payments.ledger import SandboxCharge
from pushcart.payments.models import PaymentItem
from Test_py.support.client import Api, Reply
from utils import sealing
from utils.clock import now, rfc3339
from utils.ids import new_id
from utils.models import Key
from utils.queries import query
from utils.reads import fetch
from utils.transaction import Transaction

ORDERS = "/api/v1/orders"
EMAIL = "ada@example.org"
ADDRESS = {"name": "Ada Lovelace", "line1": "12 St James's Square", "city": "London", "postal_code": "SW1Y 4JH"} | {
    "country": "GB"
}
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Basket:
    """A cart that somebody may order: a customer by ``token``, a guest by ``cart_token``."""

    id: str
    cart_token: str | None = None
    token: str | None = None

    @property
    def credentials(self) -> dict[str, Any]:
        return {"token": self.token} if self.token else {"cart_token": self.cart_token}


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that was placed, and what shows that it is one's own."""

    id: str
    data: dict[str, Any]
    credentials: dict[str, Any]

    @property
    def path(self) -> str:
        return f"{ORDERS}/{self.id}"

    @property
    def charge_key(self) -> str:
        return f"{self.id}:1"


def shelve(sku: str = "MUG-1", *, price: int = 1250, units: int = 5, status: str = "active") -> str:
    """Put ``units`` of a product with one variant on the shelf, and return its SKU."""
    tx, moment, product_id = Transaction(), rfc3339(now()), f"prd_{sku}"
    times: dict[str, Any] = {"created_at": moment, "updated_at": moment}
    product = ProductItem.key_of(product_id)
    tx.put(
        ProductItem(
            product.pk,
            product.sk,
            id=product_id,
            slug=sku.lower(),
            title=f"The {sku}",
            status=status,
            status_shard=status_shard(ProductStatus(status)),
            **times,
        )
    )
    variant = VariantItem.key_of(product_id, sku)
    tx.put(
        VariantItem(
            variant.pk,
            variant.sk,
            id=f"var_{sku}",
            sku=sku,
            product_id=product_id,
            title=f"The {sku}",
            prices={"EUR": price},
            status=status,
            **times,
        )
    )
    claim = SkuItem.key_of(sku)
    tx.put(SkuItem(claim.pk, claim.sk, sku=sku, product_id=product_id, status=status, created_at=moment))
    stock = StockItem.key_of(sku)
    shard = at_location("main")
    tx.put(StockItem(stock.pk, stock.sk, sku=sku, on_hand=units, available=units, place_shard=shard, **times))
    tx.commit()
    return sku


def fill_cart(api: Api, *skus: str, quantity: int = 1, token: str | None = None, addressed: bool = False) -> Basket:
    """Open a cart with ``quantity`` of each SKU in it: a customer's with ``token``, otherwise a guest's."""
    opened = api.post("/api/v1/carts", json={}, token=token)
    assert opened.status == 201, opened.body
    basket = Basket(opened.data["id"], opened.data["token"], token)
    for sku in skus:
        path = f"/api/v1/carts/{basket.id}/items"
        added = api.post(path, json={"sku": sku, "quantity": quantity}, **basket.credentials)
        assert added.status in {200, 201}, added.body
    if addressed:
        path = f"/api/v1/carts/{basket.id}/addresses"
        assert api.put(path, json={"shipping_address": ADDRESS}, **basket.credentials).status == 200
    return basket


def lay_cart(*skus: str, quantity: int = 1, owner_id: str | None = None) -> Basket:
    """Write a cart with ``quantity`` of each SKU, without the gateway: what a cart of fifty lines takes too long by."""
    cart_id, moment, until = new_id("crt"), rfc3339(now()), now() + timedelta(days=30)
    key = CartItem.key_of(cart_id)
    lines = [CartLine(f"lin_{sku}", f"prd_{sku}", sku, f"The {sku}", quantity, 1250) for sku in skus]
    tx = Transaction()
    tx.put(
        CartItem(
            key.pk,
            key.sk,
            id=cart_id,
            owner_id=owner_id,
            currency="EUR",
            lines=lines,
            expires_at=rfc3339(until),
            ttl=int(until.timestamp()),
            created_at=moment,
            updated_at=moment,
        )
    )
    tx.commit()
    return Basket(cart_id, None if owner_id else sealing.mac("cart", cart_id))


def order_body(basket: Basket, payment_token: str = "tok_success", **fields: Any) -> dict[str, Any]:
    """Return the body of POST /orders for a basket."""
    body: dict[str, Any] = {"cart_id": basket.id, "payment": {"provider": "sandbox", "token": payment_token}}
    return body | ({} if basket.token else {"email": EMAIL}) | fields


def place(api: Api, basket: Basket, payment_token: str = "tok_success", *, key: str | None = None) -> Reply:
    """Order what is in a basket; with a fresh key unless one is given."""
    body = order_body(basket, payment_token)
    key = key or f"order-{next(_numbers)}"
    return api.post(ORDERS, json=body, key=key, source_ip=_home_of(basket), **basket.credentials)


def _home_of(basket: Basket) -> str:
    """Return the address that a shopper orders from: each has one of their own."""
    number = crc32(basket.id.encode())
    return f"198.{18 + number % 2}.{number // 2 % 256}.{number // 512 % 256}"


def buy(
    api: Api, *skus: str, payment_token: str = "tok_success", quantity: int = 1, token: str | None = None
) -> Placed:
    """Order one of each SKU and return the order; nothing is delivered to any queue yet."""
    return placed(place(api, fill_cart(api, *skus, quantity=quantity, token=token), payment_token), token)


def placed(reply: Reply, token: str | None = None) -> Placed:
    """Return the order that an answer to POST /orders tells of."""
    assert reply.status == 201, reply.body
    shown = {"token": token} if token else {"order_token": reply.data["order_token"]}
    return Placed(reply.data["id"], reply.data, shown)


def look(api: Api, order: Placed) -> dict[str, Any]:
    """Return the order as it is shown now."""
    reply = api.get(order.path, **order.credentials)
    assert reply.status == 200, reply.body
    data: dict[str, Any] = reply.data
    return data


def pay_again(api: Api, order: Placed, payment_token: str, *, key: str | None = None) -> Reply:
    body = {"payment": {"provider": "sandbox", "token": payment_token}}
    return api.post(f"{order.path}/payments", json=body, key=key or f"pay-{next(_numbers)}", **order.credentials)


def cancel(api: Api, order: Placed, *, key: str | None = None) -> Reply:
    return api.post(f"{order.path}/cancel", key=key or f"cancel-{next(_numbers)}", **order.credentials)


@contextmanager
def captured_by_staff() -> Iterator[None]:
    """Let charges be authorised only, for a block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAYMENT_CAPTURE", "manual")
        yield


def send_webhook(api: Api, webhook: Any) -> Reply:
    return api.post(webhook.path, body=webhook.body, headers=webhook.headers)


def stored(key: Key) -> Any:
    """Return an item, ``None`` when there is none."""
    return fetch([key]).get(key)


def stock(sku: str) -> tuple[int, int, int]:
    """Return on hand, available and reserved."""
    item = stored(StockItem.key_of(sku))
    return int(item.on_hand), int(item.available), int(item.reserved)


def ledger(sku: str) -> tuple[int, int, int]:
    """Return what the movements of a SKU add up to: on hand, available and reserved."""
    lines = query(MovementItem, movements_of(sku)).items
    return (
        sum(int(line.on_hand) for line in lines),
        sum(int(line.available) for line in lines),
        sum(int(line.reserved) for line in lines),
    )


def reservation(order: Placed) -> str:
    return str(stored(ReservationItem.key_of(order.id)).status)


def charge(order: Placed, attempt: int = 1) -> Any:
    """Return the provider's own book of an attempt: an independent witness of what was charged."""
    return stored(SandboxCharge.key_of(f"{order.id}:{attempt}"))


def captured() -> list[int]:
    """Return what the provider took for each charge."""
    return [int(one.captured) for one in charges()]


def charges() -> list[SandboxCharge]:
    """Return all the provider's books."""
    raw = stored_items(tables.ephemeral)
    return [SandboxCharge.from_raw_data(one) for one in raw if one["pk"]["S"].startswith("SANDBOX#")]


def types(order: Placed) -> list[str]:
    """Return the types of what happened to an order, oldest first."""
    return [event.type for event in history(order.id, limit=100).items]


def assert_told_by_events(order: Placed) -> OrderState:
    """Hold an order's item against what its events replay to (invariant 4), and return that."""
    item, state = stored(OrderItem.key_of(order.id)), replay(history(order.id, limit=100).items)
    assert (item.status, item.payment_status, item.fulfillment_status) == (
        state.status,
        state.payment_status,
        state.fulfillment_status,
    )
    assert (int(item.sequence), int(item.attempt), item.payment["id"]) == (
        state.sequence,
        state.attempt,
        state.payment_id,
    )
    assert bool(item.cancel_requested) == state.cancel_requested
    return state


def stored_attempts(order: Placed) -> int:
    """Return how many attempts to pay an order there are."""
    key = OrderItem.key_of(order.id)
    return len(query(PaymentItem, key.pk, prefix="PAYMENT#").items)
