"""Telling whoever waits for a SKU that it can be had again: each once."""

from __future__ import annotations

from typing import Final

from pushcart.catalog import service as catalog
from pushcart.inventory import events
from pushcart.inventory.repository import stock as stocks
from pushcart.inventory.repository import subscriptions as repository
from pushcart.inventory.service.words import OUT, best_word
from pushcart.outbox.service import announce
from utils.ids import new_id
from utils.transaction import Transaction

PAGE: Final = 25
"""Three pieces each: what is over, what is left of it for the mail, and the event that the mail is sent by."""


def tell_subscribers(tx: Transaction, sku: str) -> None:
    """Append, for a page of those who wait for a SKU, that each is to be told and waits no more.

    Each gets an event of their own, which the mail worker heeds as any other: a crash loses nobody, and whoever was
    told is not found again. Nor is who waited too long, whom DynamoDB may take away days later: they are forgotten
    here, or a page that is full of them would be looked at for ever. What is sold out once more by now, or not sold, is
    told to nobody; they wait on.
    """
    page = repository.confirmed(sku, limit=PAGE)
    if not page.items:
        return
    if (
        not catalog.is_sold(Transaction(batch=True).read_one(catalog.sku_key(sku)))
        or best_word(stocks.everywhere(sku)) == OUT
    ):
        return
    for one in page.items:
        if not repository.is_live(one):
            repository.forget(tx, one)
            continue
        repository.serve(tx, one)
        announce(tx, aggregate=new_id("sub"), sequence=1, **events.subscription_due(sku=sku, code=one.code))
    if page.last_key:
        announce(tx, aggregate=new_id("sub"), sequence=1, **events.subscriptions_left(sku))
