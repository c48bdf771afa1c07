"""Carts that something is taken off, that are sent somewhere, and whose goods lie in more than one place."""

from __future__ import annotations

from typing import Any

from pushcart.carts.models import CartItem
from pushcart.catalog.models.variants import VariantItem
from pushcart.pricing.models import CodeItem, UsesItem
from Test_py.support.carts import Shopper
from Test_py.support.pricing import promotion, taxes
from Test_py.support.shopkeeping import stored
from Test_py.support.stockkeeping import shelve
from utils.errors import Overtaken
from utils.models import Item
from utils.transaction import Transaction

HOME = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postal_code": "SW1Y",
    "country": "GB",
}


def keep(*items: Item) -> None:
    """Store items of pricing as staff's routes do."""
    tx = Transaction()
    for item in items:
        for name in ("created_at", "updated_at"):
            if hasattr(type(item), name) and getattr(item, name) is None:
                setattr(item, name, tx.moment)
        tx.put(item)
    tx.commit()


def capped(code: str, most: int, *, used: int = 0, **terms: Any) -> CodeItem:
    """Return a promotion of which so many uses are counted, and keep both."""
    terms = {"kind": "percentage"} | terms
    item = promotion(code, max_uses=most, **terms)
    key = UsesItem.key_of(item.promotion_id)
    keep(item, UsesItem(key.pk, key.sk, used=used, most=most))
    return item


def uses(code: str) -> int:
    """Return how many uses of a promotion are counted."""
    return int(stored(UsesItem.key_of(f"prm_{code}")).used)


def lay_elsewhere(sku: str, product_id: str, units: int, *, location_id: str = "north") -> None:
    """Put units of a SKU into another place than the first, and let its word say that there are some."""
    shelve(sku, units, location_id=location_id)
    tx = Transaction()
    key = VariantItem.key_of(product_id, sku)
    tx.adjust(key, VariantItem.availability.set("in_stock"), when=VariantItem.pk.exists(), refused=Overtaken())
    tx.commit()


def ask_for_all(shopper: Shopper, sku: str, product_id: str) -> None:
    """Bring a cart into the state in which showing it reads all that it ever does: prices, taxes, every place."""
    keep(taxes("GB", country_wide=2000))
    lay_elsewhere(sku, product_id, 5)
    reply = shopper.api.put(f"{shopper.path}/addresses", json={"shipping_address": HOME}, **shopper.credentials)
    assert reply.status == 200, reply.body


def item_of(shopper: Shopper) -> CartItem:
    """Return a cart as it is stored."""
    item: CartItem = stored(CartItem.key_of(shopper.cart_id))
    return item
