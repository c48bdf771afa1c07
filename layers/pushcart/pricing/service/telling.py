"""Announcing what staff wrote."""

from __future__ import annotations

from typing import Any

from pushcart.outbox.service import announce
from pushcart.pricing.events import Happening
from utils.transaction import Transaction


def tell(tx: Transaction, item: Any, happening: Happening) -> None:
    """Append an event of a promotion, a way to deliver or a rate, as its version stands now."""
    announce(tx, aggregate=item.id, sequence=int(item.version), **happening)
