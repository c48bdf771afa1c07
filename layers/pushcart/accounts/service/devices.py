"""What is remembered of where an account is signed in to from, for 30 days.

A device is a network and what the program calls itself. It proves nothing; but whoever guesses at a password from
elsewhere must not lock it out, and its owner is told of a sign-in from one that was not seen before.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, NamedTuple

from pushcart.accounts.models.devices import DeviceItem, TrailItem
from pushcart.accounts.positions import Position
from pushcart.accounts.repository import devices
from pushcart.accounts.sessions import Client
from utils.clock import now, parse, rfc3339
from utils.models import Key
from utils.transaction import Transaction

KNOWN: Final = timedelta(days=30)


class Memory(NamedTuple):
    """What an account's earlier sign-ins left behind.

    ``known``: one of them came from this device. ``trail``: when and where the latest was; ``None`` before the first.
    """

    known: bool = False
    trail: TrailItem | None = None

    @property
    def position(self) -> Position | None:
        """Where the latest sign-in came from, if that is known."""
        trail = self.trail
        if trail is None or trail.located_at is None:
            return None
        return Position(float(trail.latitude), float(trail.longitude))


def keys_of(user_id: str, client: Client) -> list[Key]:
    """Return where to look for what an account remembers of ``client``; the items make :func:`memory_of`."""
    return [*devices.device_keys(user_id, client.network, client.agent), devices.trail_key(user_id)]


def memory_of(items: list[Any]) -> Memory:
    """Return what was found at :func:`keys_of`."""
    moment = now().timestamp()
    known = any(isinstance(item, DeviceItem) and item.ttl > moment for item in items)
    return Memory(known, next((item for item in items if isinstance(item, TrailItem)), None))


def remember(tx: Transaction, user_id: str, client: Client, memory: Memory | None = None) -> None:
    """Append that somebody signed in from ``client`` just now.

    Parameters
    ----------
    memory
        What was remembered before: where nobody can tell where this sign-in is, the last known place stays.
    """
    current = devices.device_keys(user_id, client.network, client.agent)[0]
    devices.put_device(tx, current, until=now() + KNOWN)
    minute = rfc3339(parse(tx.moment).replace(second=0, microsecond=0))
    position, located_at = client.position, minute if client.position else None
    if position is None and memory is not None and memory.trail is not None:
        position, located_at = memory.position, memory.trail.located_at
    devices.put_trail(tx, user_id, seen_at=minute, position=position, located_at=located_at)
