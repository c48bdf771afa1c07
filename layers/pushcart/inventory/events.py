"""What inventory announces, and what the events of others mean for stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

Happening = dict[str, Any]
"""``type`` and ``data`` of an event, as ``announce`` takes them."""


class Effect(NamedTuple):
    """What one unit of an event's line does to a SKU's figures. ``on_hand == available + reserved`` here too."""

    on_hand: int
    available: int
    reserved: int


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of an event, as the ledger keeps it."""

    sku: str
    location_id: str
    change: Effect


CAME_IN: Final = Effect(1, 1, 0)
TAKEN: Final = Effect(0, -1, 1)
GIVEN_BACK: Final = Effect(0, 1, -1)
SHIPPED: Final = Effect(-1, 0, -1)
EFFECTS: Final[Mapping[str, Effect]] = {
    "inventory.adjusted": CAME_IN,
    "order.placed": TAKEN,
    "order.expired": GIVEN_BACK,
    "order.cancelled": GIVEN_BACK,
}
MEANINGS: Final[Mapping[str, Effect]] = {
    "taken": TAKEN,
    "given_back": GIVEN_BACK,
    "shipped": SHIPPED,
    "came_back": CAME_IN,
}
"""An event whose type alone does not tell says so in ``data.stock``; ``"kept"`` means that nothing moved."""


def adjusted(*, sku: str, location_id: str, delta: int, reason: str) -> Happening:
    """Units came or went. No note: it may name people."""
    line = {"sku": sku, "location_id": location_id, "quantity": delta}
    return {"type": "inventory.adjusted", "data": {"reason": reason, "lines": [line]}}


def ledger_lines(type: str, data: Mapping[str, Any]) -> list[LedgerLine]:  # noqa: A002 - the field's name in events
    """Return what an event did to stock, line by line; nothing for an event that left it alone.

    Example
    -------
    >>> ledger_lines("order.placed", {"lines": [{"sku": "MUG", "location_id": "main", "quantity": 2}]})
    [LedgerLine(sku='MUG', location_id='main', change=Effect(on_hand=0, available=-2, reserved=2))]
    """
    effect = MEANINGS.get(data["stock"]) if "stock" in data else EFFECTS.get(type)
    if effect is None:
        return []
    return [
        LedgerLine(line["sku"], line["location_id"], Effect(*(one * int(line["quantity"]) for one in effect)))
        for line in data.get("lines", ())
    ]
