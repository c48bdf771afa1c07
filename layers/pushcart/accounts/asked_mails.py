"""How many mails strangers may have sent to one address: three of a kind in any hour.

Who asks is not known, and the address is what suffers, so it is counted by address, whether or not it has an account.
"""

from __future__ import annotations

from typing import Final, Literal

from pushcart.accounts.models.asked_mails import AskedMailsItem
from pushcart.accounts.repository import asked_mails as repository
from utils.clock import now
from utils.models import Key
from utils.transaction import Transaction

Kind = Literal["reset", "registration", "welcome", "stock_subscription", "order_link"]

MOST: Final = 3
WINDOW_SECONDS: Final = 3600

key_of = repository.asked_key


def note(tx: Transaction, key: Key, found: AskedMailsItem | None) -> bool:
    """Append that one more mail was asked for, and return whether it may be sent.

    One too many is not counted, and is written all the same: it is to cost what one that is sent does.

    Example
    -------
    >>> note(tx, key_of("reset", "ada@example.org"), found)  # doctest: +SKIP
    True
    """
    recent = _recent(found)
    granted = len(recent) < MOST
    moments = [*recent, int(now().timestamp())] if granted else recent
    repository.note_asked(tx, key, found, moments, until=max(moments) + WINDOW_SECONDS)
    return granted


def _recent(found: AskedMailsItem | None) -> list[int]:
    """Return when it was asked in the last hour. What lapsed counts no more, even where TTL has not deleted it."""
    oldest = int(now().timestamp()) - WINDOW_SECONDS
    return [int(moment) for moment in found.moments if moment >= oldest] if found else []
