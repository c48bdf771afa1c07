"""The season's part of carts and checkout: all that their functions ever do."""

from __future__ import annotations

from typing import Any

from pushcart.carts.models import MAIN, CartItem
from pushcart.pricing.models import SHIPPING_METHODS
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.client import Api, Reply
from Test_py.support.people import Person
from Test_py.support.priced_carts import HOME, capped, keep, lay_elsewhere
from Test_py.support.pricing import delivery, taxes
from Test_py.support.shopkeeping import on_sale
from utils.transaction import Transaction

API = "/api/v1"


def live(shop: Shop, api: Api, manager: Person) -> None:
    """Let people fill carts with what lies elsewhere, choose codes and deliveries, sign in, buy, and think again."""
    token = people.logged_in(api, manager).token
    product = on_sale(api, token, "TEAPOT-1")
    lay_elsewhere("TEAPOT-1", product["id"], 50)
    capped("TEATIME", 9)
    capped("FREEPOT", 9, kind="free_shipping")
    keep(taxes("GB", country_wide=2000))
    for method_id in ("shp_1", "shp_2"):
        keep(delivery(method_id, kind_shard=SHIPPING_METHODS))
    ada = people.customer(api)
    guest = _opened(api)
    _fill(api, guest)
    own = _opened(api, ada.token)
    merged = {"token": ada.token, "cart_token": guest.cart_token}
    _done(api.post(f"{API}/carts/{own.id}/merge", json={"cart_id": guest.id}, **merged))
    order = shopping.placed(shopping.place(api, own, "tok_declined"), ada.token)
    shop.pumps.drain()
    assert shopping.cancel(api, order).status == 202
    shop.pumps.drain()


def _opened(api: Api, token: str | None = None) -> shopping.Basket:
    return shopping.fill_cart(api, token=token)


def _fill(api: Api, basket: shopping.Basket) -> None:
    path, known = f"{API}/carts/{basket.id}", basket.credentials
    _done(api.put(f"{path}/addresses", json={"shipping_address": HOME}, **known))
    line = _done(api.post(f"{path}/items", json={"sku": "TEAPOT-1", "quantity": 1}, **known), 201)["items"][0]
    # More than there are anywhere: every place is looked at each time the cart is shown.
    _done(api.patch(f"{path}/items/{line['id']}", json={"quantity": 99}, **known))
    _done(api.get(path, **known))
    _done(api.put(f"{path}/addresses", json={"shipping_address": HOME}, **known))
    for code in ("TEATIME", "FREEPOT"):
        _done(api.post(f"{path}/promotions", json={"code": code}, **known), 201)
    assert api.get(f"{path}/shipping-options", query={"limit": 1}, **known).meta["next_cursor"]
    _done(api.put(f"{path}/shipping", json={"shipping_method_id": "shp_1"}, **known))
    assert api.delete(f"{path}/promotions/FREEPOT", **known).status == 204
    for currency in ("USD", "EUR"):
        _done(api.patch(path, json={"currency": currency}, **known))
    _done(api.patch(f"{path}/items/{line['id']}", json={"quantity": 2}, **known))
    # The hint leads to where there are enough; it is forgotten, so that checkout has to look, too.
    _forget_hints(basket.id)


def _forget_hints(cart_id: str) -> None:
    """Let a cart's lines say that their goods lie in the first place."""
    tx = Transaction()
    cart = tx.read_one(CartItem.key_of(cart_id))
    tx.change(cart, CartItem.lines.set([line._replace(location_id=MAIN, bucket=0) for line in cart.lines]))
    tx.commit()


def _done(reply: Reply, status: int = 200) -> Any:
    assert reply.status == status, reply.body
    return reply.data
