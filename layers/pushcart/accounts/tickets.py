"""Tickets: single-use tokens that go out by mail, derived rather than stored.

An event names the ticket, and the mail's worker derives the token from its name: so no queue, event, log or dead
letter holds anything that opens an account. The table holds the token's hash.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

from pushcart.accounts.hashes import hashed
from pushcart.accounts.models.tickets import TicketItem
from pushcart.accounts.repository import tickets
from utils import sealing
from utils.clock import now, rfc3339
from utils.errors import Problem, ValidationFailed
from utils.ids import new_id
from utils.models import Item, Key
from utils.transaction import Transaction

Purpose = Literal["verify", "reset", "invite"]
"""To show that an address is one's own; to set a forgotten password; to set the first one."""

LIVES: Final[dict[Purpose, timedelta]] = {
    "verify": timedelta(hours=24),
    "reset": timedelta(minutes=15),
    "invite": timedelta(hours=72),
}
PREFIX: Final = "tkt"
MAX_TOKEN: Final = 128


def issue(tx: Transaction, purpose: Purpose, user_id: str) -> str:
    """Append a new ticket and return its name, for the event that has its token mailed.

    The name holds the version of the pepper, so that a rotation between here and the mail changes nothing.

    Example
    -------
    >>> issue(tx, "reset", "usr_01J9…")  # doctest: +SKIP
    'tkt_01J9….v1'
    """
    bare = new_id(PREFIX)
    code = sealing.mac(_mac_purpose(purpose), bare)
    tickets.add_ticket(tx, hashed(f"{bare}.{code}"), user_id=user_id, purpose=purpose, expires=now() + LIVES[purpose])
    return f"{bare}.{code.partition('.')[0]}"


def token_of(purpose: Purpose, ticket: str) -> str:
    """Return the token of a ticket, by its name.

    Example
    -------
    >>> token_of("reset", "tkt_01J9….v1")  # doctest: +SKIP
    'tkt_01J9….v1.J3uG…'
    """
    bare, _, version = ticket.partition(".v")
    return f"{bare}.{sealing.mac(_mac_purpose(purpose), bare, version=version)}"


def key_of(token: str) -> Key:
    """Return where the ticket of a token stands, whatever the token is: it is read along with other items."""
    return tickets.ticket_key(hashed(token))


def refusal() -> Problem:
    """What is said of every token that opens nothing: unknown, used, lapsed, or for something else."""
    return ValidationFailed("This link was used, is too old, or is none of ours. Ask for a new one.", field="token")


def accept(item: Item | None, *purposes: Purpose) -> TicketItem:
    """Return the ticket that was read, if it is good for one of ``purposes``.

    Raises
    ------
    ValidationFailed
        On ``token``.
    """
    found = issued(item, *purposes)
    if found.used_at:
        raise refusal()
    return found


def issued(item: Item | None, *purposes: Purpose) -> TicketItem:
    """Return the ticket that was read, used or not: for an act that can be told again without being done again.

    Raises
    ------
    ValidationFailed
        On ``token``.
    """
    if not isinstance(item, TicketItem) or item.purpose not in purposes or item.expires_at <= rfc3339(now()):
        raise refusal()
    return item


def use(tx: Transaction, found: TicketItem, *, used: Problem | None = None) -> None:
    """Append that the ticket is used up; ``used`` says what it means that somebody was faster."""
    tickets.use_ticket(tx, found, used=used or refusal())


def _mac_purpose(purpose: Purpose) -> str:
    return f"ticket-{purpose}"
