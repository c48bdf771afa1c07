"""Carts in tests: who has one, and how they ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pushcart.carts.models import CartItem, CartLine
from Test_py.support.client import Api, Reply
from Test_py.support.shopkeeping import session
from utils.transaction import Transaction

CARTS = "/api/v1/carts"


@dataclass(frozen=True, slots=True)
class Shopper:
    """Somebody with an open cart: a guest by its token, a customer by theirs."""

    api: Api
    cart_id: str
    credentials: dict[str, str]

    @property
    def path(self) -> str:
        return f"{CARTS}/{self.cart_id}"

    def cart(self) -> Any:
        """Return the cart as it is shown now."""
        reply = self.api.get(self.path, **self.credentials)
        assert reply.status == 200, reply.body
        return reply.data

    def add(self, sku: str, quantity: int = 1, **options: Any) -> Reply:
        body = {"sku": sku, "quantity": quantity}
        return self.api.post(f"{self.path}/items", json=body, **self.credentials, **options)

    def put(self, sku: str, quantity: int = 1) -> Any:
        """Put something in, and return its line."""
        reply = self.add(sku, quantity)
        assert reply.status == 201, reply.body
        return next(item for item in reply.data["items"] if item["sku"] == sku)


def guest(api: Api, **body: Any) -> Shopper:
    """Open a cart without an account."""
    reply = api.post(CARTS, json=body)
    assert reply.status == 201, reply.body
    return Shopper(api, reply.data["id"], {"cart_token": reply.data["token"]})


def customer(api: Api) -> Shopper:
    """Open a cart as a signed-in customer."""
    token = session()
    reply = api.post(CARTS, json={}, token=token)
    assert reply.status == 201, reply.body
    return Shopper(api, reply.data["id"], {"token": token})


def strangers(api: Api) -> list[dict[str, str]]:
    """Return the credentials of those whose cart it is not: other customers, staff, other guests, nobody, forgers."""
    other = guest(api)
    forged = "v1." + "A" * 32
    return [
        {"token": session()},
        {"token": session("admin")},
        other.credentials,
        {},
        {"cart_token": forged},
        {"cart_token": "v1.ä"},
        {"cart_token": "x" * 300},
        {"order_token": other.credentials["cart_token"]},
    ]


def fill(shopper: Shopper, product_ids: dict[str, str], *, quantity: int = 1, unit_price: int = 1) -> None:
    """Put many SKUs into a cart at once (SKU → product), past the API: fifty requests would take moto a minute."""
    tx = Transaction()
    cart: CartItem = tx.read_one(CartItem.key_of(shopper.cart_id))
    lines = [
        CartLine(f"lin_{sku}", product_id, sku, f"Product {sku}", quantity, unit_price)
        for sku, product_id in product_ids.items()
    ]
    tx.change(cart, CartItem.lines.set(lines))
    tx.commit()


def converted(shopper: Shopper, order_id: str = "ord_1") -> None:
    """Turn a cart into an order, as checkout does."""
    from pushcart.carts.service import convert

    tx = Transaction()
    cart: CartItem = tx.read_one(CartItem.key_of(shopper.cart_id))
    convert(tx, cart, order_id)
    tx.commit()
