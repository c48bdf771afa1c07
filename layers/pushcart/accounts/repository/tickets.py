"""Reading and writing tickets."""

from __future__ import annotations

from datetime import datetime

from pushcart.accounts.models.tickets import TicketItem
from utils.clock import rfc3339
from utils.errors import Problem, Unavailable
from utils.models import Key
from utils.transaction import Transaction


def ticket_key(token_hash: str) -> Key:
    """Return where a ticket stands, by the hash of its token."""
    return TicketItem.key_of(token_hash)


def add_ticket(tx: Transaction, token_hash: str, *, user_id: str, purpose: str, expires: datetime) -> None:
    """Append a new ticket."""
    key = ticket_key(token_hash)
    made = TicketItem(
        key.pk,
        key.sk,
        user_id=user_id,
        purpose=purpose,
        expires_at=rfc3339(expires),
        ttl=int(expires.timestamp()),
        created_at=tx.moment,
    )
    tx.create(made, taken=Unavailable())


def use_ticket(tx: Transaction, found: TicketItem, *, used: Problem) -> None:
    """Append that a ticket is used: of two who show one token at once, one gets through."""
    unused = TicketItem.pk.exists() & TicketItem.used_at.does_not_exist()
    tx.adjust(found.key, TicketItem.used_at.set(tx.moment), when=unused, refused=used)
