"""What pricing announces: names and what goes with them. The version of what changed is the sequence of its events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pushcart.outbox.service import announce
from utils.transaction import Transaction

Subject = Literal["promotion", "shipping_method", "tax_rate"]


def created(tx: Transaction, subject: Subject, item: Any) -> None:
    """Announce that there is a new one."""
    _tell(tx, f"{subject}.created", item, {})


def updated(tx: Transaction, subject: Subject, item: Any, fields: Iterable[str]) -> None:
    """Announce that ``fields`` of one were changed."""
    _tell(tx, f"{subject}.updated", item, {"fields": sorted(fields)})


def archived(tx: Transaction, subject: Subject, item: Any) -> None:
    """Announce that one is used no more."""
    _tell(tx, f"{subject}.archived", item, {})


def _tell(tx: Transaction, kind: str, item: Any, data: dict[str, Any]) -> None:
    announce(tx, aggregate=item.id, sequence=int(item.version), type=kind, data=data)
