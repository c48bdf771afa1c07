"""What inventory announces, and what the events of others mean for stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

Happening = dict[str, Any]
"""``type`` and ``data`` of an event, as ``announce`` takes them."""


LocationChange = Literal["created", "updated", "opened", "closed"]
"""``updated`` left alone whether it sells."""


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


SETTINGS_CHANGED: Final = "inventory.settings_changed"
AVAILABLE_AGAIN: Final = "inventory.available_again"
LOCATION_OPENED: Final = "location.opened"
LOCATION_CLOSED: Final = "location.closed"
LOCATION_HALF_DONE: Final = "location.half_done"
SUBSCRIPTION_ASKED: Final = "stock_subscription.asked"
SUBSCRIPTION_CONFIRMED: Final = "stock_subscription.confirmed"
SUBSCRIPTION_DUE: Final = "stock_subscription.due"
SUBSCRIPTIONS_LEFT: Final = "stock_subscriptions.left"

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


def settings_changed(sku: str) -> Happening:
    """How a SKU's stock is to be kept was set; its places follow."""
    return {"type": SETTINGS_CHANGED, "data": {"sku": sku}}


def location_written(location_id: str, what: LocationChange) -> Happening:
    """A location is new, or was changed. No name and no address: the id says which."""
    return {"type": f"location.{what}", "data": {"location_id": location_id}}


def location_half_done(location_id: str, start: dict[str, Any]) -> Happening:
    """Of a location that was changed, a page of SKUs has followed; the next begins at ``start``."""
    return {"type": LOCATION_HALF_DONE, "data": {"location_id": location_id, "start": start}}


def low(*, sku: str, location_id: str, available: int, threshold: int) -> Happening:
    """A SKU runs low at a location: once each time that it sinks to the threshold."""
    figures = {"available": available, "low_stock_threshold": threshold}
    return {"type": "inventory.low", "data": {"sku": sku, "location_id": location_id, **figures}}


def available_again(sku: str) -> Happening:
    """A SKU was out of stock, and can be had again."""
    return {"type": AVAILABLE_AGAIN, "data": {"sku": sku}}


def subscription_asked(*, sku: str, code: str) -> Happening:
    """Somebody is to be asked whether they want to be told of a SKU. ``code`` says who, to whoever has the item."""
    return {"type": SUBSCRIPTION_ASKED, "data": {"sku": sku, "code": code}}


def subscription_confirmed(sku: str) -> Happening:
    """Somebody waits for a SKU; it may be there already."""
    return {"type": SUBSCRIPTION_CONFIRMED, "data": {"sku": sku}}


def subscription_due(*, sku: str, code: str) -> Happening:
    """Somebody is to be told, once, that a SKU can be had again."""
    return {"type": SUBSCRIPTION_DUE, "data": {"sku": sku, "code": code}}


def subscriptions_left(sku: str) -> Happening:
    """Some have been told of a SKU; others wait."""
    return {"type": SUBSCRIPTIONS_LEFT, "data": {"sku": sku}}


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
