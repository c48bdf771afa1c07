"""Subscriptions: asked for, confirmed, served, ended."""

from __future__ import annotations

from typing import Any

from pushcart.inventory.models.subscriptions import ASKED, ON, STAYS, TOLD, SubscriptionItem, subscriptions_of
from utils.clock import now
from utils.errors import Overtaken
from utils.models import Key
from utils.queries import Page, query
from utils.transaction import Transaction


def asked_key(sku: str, code: str) -> Key:
    """Return the address of one that is not confirmed."""
    return SubscriptionItem.key_of(sku, ASKED, code)


def confirmed_key(sku: str, code: str) -> Key:
    """Return the address of one that is."""
    return SubscriptionItem.key_of(sku, ON, code)


def told_key(sku: str, code: str) -> Key:
    """Return the address of one that is being served."""
    return SubscriptionItem.key_of(sku, TOLD, code)


def confirmed(sku: str, *, limit: int) -> Page[SubscriptionItem]:
    """Return who is to be told of a SKU, in one call; whoever has been told is in no later page."""
    return query(SubscriptionItem, subscriptions_of(sku), prefix=f"{ON}#", limit=limit, consistent=True)


def is_live(item: SubscriptionItem | None) -> bool:
    """Whether it is there and has not lapsed; TTL deletes late."""
    return item is not None and int(item.ttl) > now().timestamp()


def ask(tx: Transaction, *, sku: str, code: str, email: str, title: str) -> None:
    """Append one that waits to be confirmed. Asking again lets it wait anew."""
    _put(tx, ASKED, {"sku": sku, "code": code, "email": email, "title": title})


def confirm(tx: Transaction, item: SubscriptionItem) -> None:
    """Append that it is confirmed."""
    _move(tx, item, ON)


def serve(tx: Transaction, item: SubscriptionItem) -> None:
    """Append that it is over, but for the mail, which takes the address from what is left of it for two days."""
    _move(tx, item, TOLD)


def forget(tx: Transaction, item: SubscriptionItem) -> None:
    """Append that one which has lapsed is not there any more, unless it was renewed meanwhile."""
    tx.remove(item.key, when=SubscriptionItem.ttl == item.ttl, refused=Overtaken())


def end(tx: Transaction, sku: str, code: str) -> None:
    """Append that there is none, whatever there was."""
    for key in (asked_key(sku, code), confirmed_key(sku, code), told_key(sku, code)):
        tx.remove(key)


def _move(tx: Transaction, item: SubscriptionItem, state: str) -> None:
    tx.remove(item.key, when=SubscriptionItem.pk.exists(), refused=Overtaken())
    _put(tx, state, {"sku": item.sku, "code": item.code, "email": item.email, "title": item.title})


def _put(tx: Transaction, state: str, values: dict[str, Any]) -> None:
    key = SubscriptionItem.key_of(values["sku"], state, values["code"])
    ends = int((now() + STAYS[state]).timestamp())
    tx.put(SubscriptionItem(key.pk, key.sk, created_at=tx.moment, ttl=ends, **values))
