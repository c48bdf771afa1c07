"""The ledger of movements, written from events."""

from __future__ import annotations

from pushcart.inventory import events
from pushcart.inventory.models import MovementItem
from pushcart.inventory.repository import stock as repository
from pushcart.inventory.service.words import bring_words_up_to_date
from utils.messages import EventMessage
from utils.transaction import Transaction


def enter_movements(tx: Transaction, message: EventMessage) -> None:
    """Write what an event did to stock into the ledger, and bring the catalogue's availability words up to date.

    The words are made of the stock as it is now, not as the event left it, so that events may come twice and in any
    order. They are written first, in transactions of their own: 50 lines would not fit into one with the ledger's.
    """
    lines = events.ledger_lines(message.type, message.data)
    bring_words_up_to_date({line.sku for line in lines})
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
