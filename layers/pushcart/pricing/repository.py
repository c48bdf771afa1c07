"""Every read and write of the ``pricing`` table."""

from __future__ import annotations

from typing import Any, Final

from pushcart import tables
from pushcart.pricing.models import SHIPPING_METHODS, ShippingItem, UsesItem
from utils.errors import Conflict, Problem
from utils.queries import query
from utils.transaction import Transaction

_BY_KIND: Final = tables.pricing["by_kind"]
MOST_METHODS: Final = 100


def methods() -> list[ShippingItem]:
    """Return the ways to deliver, the latest hundred of them, in one call."""
    return query(ShippingItem, SHIPPING_METHODS, index=_BY_KIND, descending=True, limit=MOST_METHODS).items


def take_use(tx: Transaction, promotion_id: str, *, refused: Problem) -> None:
    """Append one use more, if one is left. Blind, since many check out at once."""
    _count(tx, promotion_id, 1, when=UsesItem.used < UsesItem.most, refused=refused)


def give_use_back(tx: Transaction, promotion_id: str) -> None:
    """Append one use less."""
    _count(tx, promotion_id, -1, when=UsesItem.used >= 1, refused=Conflict("No use of this promotion is counted."))


def take_use_again(tx: Transaction, promotion_id: str) -> None:
    """Append one use more, whether or not one is left."""
    _count(tx, promotion_id, 1, when=UsesItem.pk.exists(), refused=Conflict("There is no such promotion."))


def _count(tx: Transaction, promotion_id: str, step: int, *, when: Any, refused: Problem) -> None:
    tx.adjust(UsesItem.key_of(promotion_id), UsesItem.used.set(UsesItem.used + step), when=when, refused=refused)
