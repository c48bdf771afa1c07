"""The part of the season in which staff places orders for people, who look them up, claim them, and get invoices."""

from __future__ import annotations

from Test_py.conftest import Shop
from Test_py.support import drafts, invoices, people, priced_carts, pricing, shopping, stockkeeping
from Test_py.support.client import Api
from Test_py.support.people import Person

CODE = "DRAFTED"


def live(shop: Shop, api: Api, manager: Person) -> None:
    """Let staff take an order by telephone, and its buyer pay, find and keep it."""
    staff = people.logged_in(api, manager)
    sku = shopping.shelve("DRAFT-1", units=9)
    # Where the first place has too little, all are looked at.
    short = shopping.shelve("DRAFT-2", units=0)
    stockkeeping.shelve(short, 5, location_id="north")
    priced_carts.keep(pricing.taxes("GB", country_wide=2000))
    priced_carts.capped(CODE, 5, basis_points=1000)
    customer = people.customer(api)
    own = drafts.drafted(api, staff, sku, customer_id=customer.id, credentials={"token": customer.token})
    order = drafts.drafted(api, staff, sku, short, codes=[CODE], shipping_address=shopping.ADDRESS, hold_hours=1)
    shop.pumps.drain()
    guests = drafts.mailed(order)
    assert drafts.change(api, staff, order, note="By telephone", shipping_address=shopping.ADDRESS).status == 200
    for placed in (own, guests):
        assert shopping.pay_again(api, placed, "tok_success").status == 202
    shop.pumps.drain()
    for placed in (own, guests):
        reply = invoices.download(api, placed)
        assert (reply.status, reply.headers["content-type"]) == (200, "application/pdf")
    assert drafts.look_up(api, order.data["number"]).status == 202
    shop.pumps.drain()
    grace = drafts.verified(api, drafts.EMAIL)
    assert drafts.claim(api, guests, grace).status == 200
    shop.pumps.drain()
