"""What is out of the ordinary about sign-ins, told as events: for the owner's mail, and for who watches the shop."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pushcart.accounts import events
from pushcart.accounts.events import Signal
from pushcart.accounts.repository import attempts
from pushcart.accounts.service.devices import Memory
from pushcart.accounts.sessions import Client
from pushcart.accounts.throttle import WINDOW, Limit
from pushcart.outbox.service import announce
from utils.clock import now, parse
from utils.errors import Problem
from utils.ids import new_id
from utils.transaction import Transaction

FASTEST_KM_PER_HOUR: Final = 1000
"""No airliner is faster over the ground."""
LEAST_KM: Final = 100
"""Where an address is said to be is off by as much as that."""


def signals_of(memory: Memory, client: Client, moment: datetime) -> list[Signal]:
    """Return what is unusual about a sign-in from ``client`` after what is remembered; nothing for the first one."""
    found: list[Signal] = []
    if memory.trail is not None and not memory.known:
        found.append("new_device")
    if _kilometres(memory, client) > max(LEAST_KM, FASTEST_KM_PER_HOUR * _hours(memory, moment)):
        found.append("impossible_speed")
    return found


def announce_unusual(tx: Transaction, user_id: str, session_id: str, signals: list[Signal]) -> None:
    """Append that a session was opened by a sign-in that is not like those before it."""
    event = events.unusual_sign_in(user_id, session_id, signals)
    # An aggregate of its own: who signs in changes nothing of the account, and is in nobody's way.
    announce(tx, aggregate=new_id("sgn"), sequence=1, type=event.type, data=event.data)


def announce_blocked(limit: Limit, user_id: str | None) -> None:
    """Tell, once for each time that the count of ``limit`` fills up, that strangers have to wait.

    For an address that nobody has, as much is written and nothing is told: time must not tell who has an account.
    """
    tx = Transaction()
    attempts.mark_announced(tx, limit.key, most=limit.most, refused=_Told("told"))
    if user_id is None:
        attempts.mark_nobodys(tx, limit.key, until=int((now() + WINDOW).timestamp()))
    else:
        event = events.sign_in_blocked(user_id)
        announce(tx, aggregate=new_id("sgn"), sequence=1, type=event.type, data=event.data)
    try:
        tx.commit()
    except _Told:
        return


class _Told(Problem):
    """Somebody else told it."""

    code = "CONFLICT"


def _kilometres(memory: Memory, client: Client) -> float:
    if client.position is None or memory.position is None:
        return 0.0
    return memory.position.kilometres_to(client.position)


def _hours(memory: Memory, moment: datetime) -> float:
    since = memory.trail.located_at if memory.trail else None
    return max(0.0, (moment - parse(since)).total_seconds() / 3600) if since else 0.0
