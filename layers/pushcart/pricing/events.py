"""What pricing announces: names and what goes with them. The version of what changed is the sequence of its events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

Happening = dict[str, Any]
"""``type`` and ``data`` of an event, as ``announce`` takes them."""

Subject = Literal["promotion", "shipping_method", "tax_rate"]


def created(subject: Subject) -> Happening:
    """There is a new one."""
    return {"type": f"{subject}.created", "data": {}}


def updated(subject: Subject, fields: Iterable[str]) -> Happening:
    """``fields`` of one were changed."""
    return {"type": f"{subject}.updated", "data": {"fields": sorted(fields)}}


def archived(subject: Subject) -> Happening:
    """One is used no more."""
    return {"type": f"{subject}.archived", "data": {}}
