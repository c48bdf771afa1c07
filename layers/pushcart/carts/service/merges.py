"""A guest signs in: what they had chosen goes into their own cart, once."""

from __future__ import annotations

from pushcart.carts import repository
from pushcart.carts.merging import pour
from pushcart.carts.models import CartItem, CartStatus
from pushcart.carts.schemas import Cart, MergedCart
from pushcart.carts.service.access import cart_key, handed_over, open_cart, refuse_over
from pushcart.carts.service.appraisal import appraise, repriced
from pushcart.carts.service.offers import shown, shown_as
from pushcart.carts.views import left_out_of
from utils.access import Principal
from utils.errors import Overtaken
from utils.transaction import Transaction


def merge_cart(tx: Transaction, principal: Principal, cart_id: str, data: MergedCart, cart_token: str | None) -> Cart:
    """Pour a guest's cart into the customer's own, and end it in the same transaction.

    Whatever comes twice (another tab, a try after a crash, another Idempotency-Key) finds it done: it is answered
    with the cart as it is now, and told the same of what did not fit. What did not fit also stays to be seen in the
    guest's cart until that expires.

    Parameters
    ----------
    cart_token
        The guest's, which shows that their cart was the caller's.

    Raises
    ------
    NotFound
        When either cart is not there or not the caller's: the same words.
    InvalidState
        When either is over: an order, expired, or merged into another cart than this.
    """
    read, guests_read = tx.read(cart_key(cart_id), cart_key(data.cart_id))
    cart, guests = open_cart(read, principal), handed_over(guests_read, cart_token)
    if guests.status == CartStatus.MERGED and guests.merged_into == cart.id:
        return shown(tx, cart, told=left_out_of(cart, repository.left_out_of(guests)))
    refuse_over(guests)
    poured = pour(cart.lines, cart.codes, more_lines=guests.lines, more_codes=guests.codes)
    _adopt(cart, guests, poured.codes)
    appraisal = appraise(tx, cart, poured.lines, consistent=True)
    if guests.currency != cart.currency:
        own = {line.sku for line in cart.lines}
        lines = [
            line if line.sku in own else repriced(line, appraisal.offers[line.sku], cart.currency)
            for line in poured.lines
        ]
        poured = poured._replace(lines=lines)
    repository.merge(tx, cart, guests, poured, refused=Overtaken())
    return shown_as(cart, appraisal, told=left_out_of(cart, poured.left_out))


def _adopt(cart: CartItem, guests: CartItem, codes: list[str]) -> None:
    """Let the customer's cart say what the guest's did, where it has said nothing itself."""
    cart.codes = codes
    for name in ("shipping_address", "billing_address", "shipping_method_id"):
        setattr(cart, name, getattr(cart, name) or getattr(guests, name))
