"""Counting failed attempts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pushcart.accounts.models.attempts import AttemptsItem
from utils import sealing
from utils.clock import now
from utils.commits import Refusal
from utils.errors import Problem, Unavailable
from utils.models import Key
from utils.transaction import Transaction


def attempts_key(*counted: str) -> Key:
    """Return where sign-ins are counted: under a code, so that no address stands in the table."""
    return AttemptsItem.key_of(sealing.mac("sign-in", *counted))


def count_attempt(key: Key, *, most: int, until: int, refused: Refusal) -> None:
    """Count one up unless ``most`` are counted, and keep the count until then."""
    tx = Transaction()
    running = (AttemptsItem.ttl > _epoch(now())) & (AttemptsItem.used < most)
    tx.adjust(
        key,
        AttemptsItem.used.add(1),
        AttemptsItem.ttl.set(until),
        when=AttemptsItem.pk.does_not_exist() | running,
        refused=refused,
    )
    tx.commit()


def restart_attempts(key: Key, *, until: int, refused: Problem) -> None:
    """Begin at one, where a count has lapsed that TTL has not deleted yet."""
    tx = Transaction()
    lapsed = AttemptsItem.ttl <= _epoch(now())
    tx.adjust(
        key,
        AttemptsItem.used.set(1),
        AttemptsItem.ttl.set(until),
        AttemptsItem.announced.remove(),
        when=lapsed,
        refused=refused,
    )
    tx.commit()


def uncount_attempt(tx: Transaction, key: Key) -> None:
    """Append that a counted sign-in was a good one."""
    tx.adjust(key, AttemptsItem.used.add(-1), when=AttemptsItem.used > 0, refused=Unavailable())


def mark_announced(tx: Transaction, key: Key, *, most: int, refused: Problem) -> None:
    """Append that a count is known to be full, unless it is so already, or is not full any more."""
    full = (AttemptsItem.used >= most) & (AttemptsItem.ttl > _epoch(now()))
    tx.adjust(
        key,
        AttemptsItem.announced.set(True),
        when=full & AttemptsItem.announced.does_not_exist(),
        refused=refused,
    )


def mark_nobodys(tx: Transaction, key: Key, *, until: int) -> None:
    """Append, beside a count that is nobody's, what costs as much as an event would."""
    beside = Key(AttemptsItem, key.pk, "NOBODY")
    anyhow = AttemptsItem.pk.does_not_exist() | AttemptsItem.pk.exists()
    tx.adjust(beside, AttemptsItem.used.set(0), AttemptsItem.ttl.set(until), when=anyhow, refused=Unavailable())


def attempts_of(raw: dict[str, Any]) -> AttemptsItem:
    """Return the count that DynamoDB tells of when it refuses."""
    return AttemptsItem.from_raw_data(raw)


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
