"""Announcing what became of products and categories: the one place that knows who is told besides the topic."""

from __future__ import annotations

from pushcart.catalog import events
from pushcart.catalog.models.categories import CategoryItem
from pushcart.catalog.models.products import ProductItem
from pushcart.outbox.service import announce
from utils.transaction import Transaction


def announce_change(tx: Transaction, item: ProductItem | CategoryItem, happening: events.Happening) -> None:
    """Append the event of a change, whose sequence is the version that the change made."""
    announce(tx, aggregate=item.id, sequence=int(item.version), **happening)
