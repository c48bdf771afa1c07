"""What follows from what happened to stock: the ledger's lines, places in shape, words, and mails to who waits."""

from __future__ import annotations

from typing import Final

from pushcart.inventory import events
from pushcart.inventory.models import MovementItem
from pushcart.inventory.repository import stock as repository
from pushcart.inventory.service.subscribers import tell_subscribers
from pushcart.inventory.service.words import bring_up_to_date
from pushcart.outbox.service import announce
from utils.ids import new_id
from utils.messages import EventMessage
from utils.transaction import Transaction

LOCATIONS: Final = {events.LOCATION_OPENED, events.LOCATION_CLOSED, events.LOCATION_HALF_DONE}
SUBSCRIBERS: Final = {events.AVAILABLE_AGAIN, events.SUBSCRIPTION_CONFIRMED, events.SUBSCRIPTIONS_LEFT}
PAGE: Final = 50
"""How many SKUs of a location follow in one go: some hundred calls, well within a worker's time."""


def heed(tx: Transaction, message: EventMessage) -> None:
    """Do what an event asks of stock."""
    if message.type in LOCATIONS:
        _follow_location(tx, message)
    elif message.type in SUBSCRIBERS:
        tell_subscribers(tx, message.data["sku"])
    elif message.type == events.SETTINGS_CHANGED:
        bring_up_to_date([message.data["sku"]])
    else:
        enter_movements(tx, message)


def enter_movements(tx: Transaction, message: EventMessage) -> None:
    """Write what an event did to stock into the ledger, and bring up to date what hangs on the stock that it moved.

    That is made of the stock as it is now, not as the event left it, so that events may come twice and in any order.
    It is written first, in transactions of its own: 50 lines would not fit into one with the ledger's.
    """
    lines = events.ledger_lines(message.type, message.data)
    bring_up_to_date(line.sku for line in lines)
    for number, line in enumerate(lines):
        key = MovementItem.key_of(line.sku, message.id, number)
        movement = MovementItem(
            key.pk,
            key.sk,
            sku=line.sku,
            location_id=line.location_id,
            event_id=message.id,
            type=message.type,
            source=message.aggregate,
            reason=message.data.get("reason"),
            on_hand=line.change.on_hand,
            available=line.change.available,
            reserved=line.change.reserved,
            occurred_at=message.occurred_at,
        )
        repository.enter(tx, movement)


def _follow_location(tx: Transaction, message: EventMessage) -> None:
    """Bring a page of what lies at a location up to date; what is left is another event's."""
    location_id = message.data["location_id"]
    page = repository.list_stock(location_id=location_id, limit=PAGE, start=message.data.get("start"))
    bring_up_to_date(stock.sku for stock in page.items)
    if page.last_key:
        rest = events.location_half_done(location_id, page.last_key)
        announce(tx, aggregate=new_id("lsw"), sequence=1, **rest)
