"""The inbox: a consumer notes each event in the transaction with its effect, so that a second delivery has none."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from pynamodb.attributes import NumberAttribute

from utils.clock import now
from utils.ephemeral import ephemeral
from utils.errors import Problem
from utils.models import Item, Key
from utils.transaction import Transaction

KEPT: Final = timedelta(days=30)
"""Longer than any message can live: 14 days in a queue and as long again in its dead-letter queue."""


class InboxEntry(Item):
    """Says that ``consumer`` has dealt with an event."""

    table = ephemeral
    ttl = NumberAttribute()


class AlreadyDone(Problem):
    """The event was dealt with before: the delivery is done."""

    code = "CONFLICT"


def entry_key(consumer: str, event_id: str) -> Key:
    return Key(InboxEntry, f"INBOX#{consumer}#{event_id}", "META")


def note(tx: Transaction, consumer: str, event_id: str) -> None:
    """Append the entry, ahead of all else; committing raises :class:`AlreadyDone` when there is one."""
    key = entry_key(consumer, event_id)
    entry = InboxEntry(key.pk, key.sk, ttl=int((now() + KEPT).timestamp()))
    tx.lead(entry, when=InboxEntry.pk.does_not_exist(), refused=AlreadyDone("dealt with before"))
