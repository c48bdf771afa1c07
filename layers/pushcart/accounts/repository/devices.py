"""Reading and writing what is remembered of sign-ins."""

from __future__ import annotations

from datetime import datetime

from pushcart.accounts.models.devices import DeviceItem, TrailItem
from pushcart.accounts.positions import Position
from utils import sealing
from utils.models import Key
from utils.transaction import Transaction

DEVICE = "device"


def device_keys(user_id: str, network: str, agent: str) -> list[Key]:
    """Return where a device may stand: under the current pepper, or one that came before.

    The code holds the account, so that nobody sees from the table who shares a device.
    """
    return [DeviceItem.key_of(user_id, code) for code in sealing.macs(DEVICE, user_id, network, agent)]


def trail_key(user_id: str) -> Key:
    """Return where somebody's latest sign-in stands."""
    return TrailItem.key_of(user_id)


def put_device(tx: Transaction, key: Key, *, until: datetime) -> None:
    """Append that a device is known from now on, or for longer."""
    tx.put(DeviceItem(key.pk, key.sk, seen_at=tx.moment, ttl=int(until.timestamp())))


def put_trail(
    tx: Transaction, user_id: str, *, seen_at: str, position: Position | None, located_at: str | None
) -> None:
    """Append when and where the latest sign-in was, in the place of what stood there."""
    key = trail_key(user_id)
    latitude, longitude = position or (None, None)
    tx.put(TrailItem(key.pk, key.sk, seen_at=seen_at, latitude=latitude, longitude=longitude, located_at=located_at))
