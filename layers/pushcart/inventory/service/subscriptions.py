"""Back in stock: somebody asks to be told, says by a mailed link that it was them, and is told once.

The address is never in an event, a token or a log. A token names SKU, code and hour, under a MAC of the pepper: it
is in mails alone, confirms for 48 hours and ends a subscription for good.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from pushcart.accounts import service as accounts
from pushcart.catalog import service as catalog
from pushcart.inventory import events
from pushcart.inventory.models.subscriptions import ASKED, STAYS
from pushcart.inventory.repository import subscriptions as repository
from pushcart.inventory.schemas.subscriptions import StockSubscription, SubscribeToStock, SubscriptionAsked
from pushcart.outbox.service import announce
from utils import sealing
from utils.clock import now, parse
from utils.errors import NotFound
from utils.ids import new_id
from utils.messages import EventMessage
from utils.models import Key
from utils.transaction import Transaction

PURPOSE: Final = "stock-subscription"
TOKEN: Final = "stock-subscription-link"  # noqa: S105 - what a token is for, not one
CODE_LENGTH: Final = 19
"""Of the code under the pepper: 96 bits, so that a token still fits into a path (128 characters)."""
HOUR: Final = 3600


class Waiting(NamedTuple):
    """Who is to be written to, about what, and the token of the links."""

    email: str
    title: str
    token: str


class _Named(NamedTuple):
    sku: str
    code: str
    until_hour: int


def subscribe(tx: Transaction, data: SubscribeToStock) -> SubscriptionAsked:
    """Have somebody asked by mail whether they want to be told, at most three times an hour for one address.

    The answer is one, whether the SKU is sold, the address waits already, or too much was asked for.
    """
    codes = codes_of(data.sku, data.email)
    asked_key = accounts.asked_mails_key("stock_subscription", data.email)
    claim, asked, *confirmed = tx.read(
        catalog.sku_key(data.sku), asked_key, *(repository.confirmed_key(data.sku, code) for code in codes)
    )
    variant = tx.read_one(catalog.variant_key(claim.product_id if claim else "none", data.sku))
    granted = accounts.note_asked_mail(tx, asked_key, asked)
    if granted and catalog.is_sold(variant) and not any(map(repository.is_live, confirmed)):
        code = codes[0]
        repository.ask(tx, sku=data.sku, code=code, email=data.email, title=variant.title)
        announce(tx, aggregate=new_id("sub"), sequence=1, **events.subscription_asked(sku=data.sku, code=code))
    return SubscriptionAsked(sku=data.sku, email=data.email)


def confirm_subscription(tx: Transaction, token: str) -> StockSubscription:
    """Keep a subscription whose owner followed the link; following it again changes nothing.

    Raises
    ------
    NotFound
        When the token is not ours, lapsed, or of a subscription that ended.
    """
    named = _named(token)
    if named.until_hour * HOUR <= now().timestamp():
        raise NotFound("subscription")
    asked, confirmed = tx.read(
        repository.asked_key(named.sku, named.code), repository.confirmed_key(named.sku, named.code)
    )
    if not repository.is_live(confirmed):
        if not repository.is_live(asked):
            raise NotFound("subscription")
        repository.confirm(tx, asked)
        announce(tx, aggregate=new_id("sub"), sequence=1, **events.subscription_confirmed(named.sku))
    return StockSubscription(sku=named.sku, confirmed=True)


def end_subscription(tx: Transaction, token: str) -> None:
    """End a subscription, whatever has become of it; nothing of it is left, the address neither.

    Raises
    ------
    NotFound
        When the token is not ours.
    """
    named = _named(token)
    repository.end(tx, named.sku, named.code)


def subscription_of(message: EventMessage) -> Key | None:
    """Return the address of the subscription that a mail is due to, ``None`` for any other event."""
    key_of = {events.SUBSCRIPTION_ASKED: repository.asked_key, events.SUBSCRIPTION_DUE: repository.told_key}
    found = key_of.get(message.type)
    return found(message.data["sku"], message.data["code"]) if found else None


def subscription_letter(message: EventMessage, item: object) -> Waiting | None:
    """Return who is to be written to; ``None`` when they ended it in the meantime."""
    if item is None:
        return None
    until = parse(message.occurred_at) + STAYS[ASKED]
    hour = int(until.timestamp()) // HOUR
    token = token_of(message.data["sku"], message.data["code"], hour)
    return Waiting(item.email, item.title, token)  # type: ignore[attr-defined]


def codes_of(sku: str, email: str) -> list[str]:
    """Return the codes that one who waits may be kept under: by the pepper's current key, and by former ones."""
    return [code[:CODE_LENGTH] for code in sealing.macs(PURPOSE, sku, email)]


def token_of(sku: str, code: str, until_hour: int) -> str:
    """Return the token of mailed links. It confirms until that hour (since 1970)."""
    named = f"{sku}~{code}~{until_hour}"
    return f"{named}~{sealing.mac(TOKEN, named)}"


def _named(token: str) -> _Named:
    named, _, code = token.rpartition("~")
    parts = named.split("~")
    if len(parts) != 3 or not sealing.verify(code, TOKEN, named):
        raise NotFound("subscription")
    return _Named(parts[0], parts[1], int(parts[2]))
