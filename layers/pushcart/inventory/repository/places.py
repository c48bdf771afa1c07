"""Locations, and how a SKU's stock is kept."""

from __future__ import annotations

from typing import Any

from pushcart import tables
from pushcart.inventory.models.places import LOCATIONS, LocationItem, StockSettingsItem
from utils.errors import Overtaken, Problem
from utils.models import Key
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend


def location_key(location_id: str) -> Key:
    """Return the address of a location."""
    return LocationItem.key_of(location_id)


def settings_key(sku: str) -> Key:
    """Return the address of a SKU's settings."""
    return StockSettingsItem.key_of(sku)


def list_locations(*, limit: int, start: dict[str, Any] | None) -> Page[LocationItem]:
    """Return a page of locations by id, in one call."""
    return query(LocationItem, LOCATIONS, index=tables.inventory["locations"], limit=limit, start=start)


def location(tx: Transaction, location_id: str, name: str) -> LocationItem:
    """Return a location that nobody has written yet."""
    key, moment = location_key(location_id), tx.moment
    return LocationItem(key.pk, key.sk, id=location_id, name=name, version=0, created_at=moment, updated_at=moment)


def settings(tx: Transaction, sku: str) -> StockSettingsItem:
    """Return the settings of a SKU that nobody has set yet: the defaults."""
    key, moment = settings_key(sku), tx.moment
    return StockSettingsItem(key.pk, key.sk, sku=sku, created_at=moment, updated_at=moment)


def write(tx: Transaction, item: LocationItem | StockSettingsItem, *, refused: Problem, **values: Any) -> None:
    """Append what changes of an item, or all of one that is not there yet; its version moves on by one."""
    if int(item.version) > 0:
        amend(tx, item, refused=refused, **values)
        return
    for name, value in values.items():
        setattr(item, name, value)
    item.version = 1
    tx.create(item, taken=Overtaken())
