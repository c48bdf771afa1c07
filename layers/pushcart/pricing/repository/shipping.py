"""Ways to deliver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pushcart import tables
from pushcart.pricing.models import SHIPPING_METHODS, ShippingItem
from utils.errors import Overtaken, Problem
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend

MOST: Final = 100
"""So many of them, the latest, are offered to a basket: one page of one Query."""


def methods(*, limit: int = MOST, start: dict[str, Any] | None = None) -> Page[ShippingItem]:
    """Return a page of the ways to deliver, the latest first, in one call."""
    index = tables.pricing["by_kind"]
    return query(ShippingItem, SHIPPING_METHODS, index=index, descending=True, limit=limit, start=start)


def read_method(tx: Transaction, method_id: str) -> ShippingItem | None:
    """Return a way to deliver as it is stored, archived or not."""
    found: ShippingItem | None = tx.read_one(ShippingItem.key_of(method_id))
    return found


def add_method(tx: Transaction, method: ShippingItem) -> None:
    """Append a new way to deliver."""
    tx.create(method, taken=Overtaken())


def set_method(tx: Transaction, method: ShippingItem, values: Mapping[str, Any], *, refused: Problem) -> None:
    """Append new values."""
    amend(tx, method, refused=refused, **values)


def archive_method(tx: Transaction, method: ShippingItem, *, refused: Problem) -> None:
    """Append that it is offered no more and leaves the list; orders name it still."""
    amend(tx, method, refused=refused, archived_at=tx.moment, kind_shard=None)
