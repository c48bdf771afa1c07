"""How far an order has come, as values: what was shipped of it, what arrived, what comes back. Nothing here is read or
written.

``progress`` counts units by SKU: ``fulfilled`` have left the house, ``returned`` came back or are asked to. Summaries
of parcels and returns are dicts, as the order keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from pushcart.states import FulfillmentStatus, ParcelStatus

Progress = dict[str, dict[str, int]]
Summary = dict[str, Any]
Counted = Literal["fulfilled", "returned"]

MOST_PARCELS: Final = 50
"""Parcels of one order, and returns of one: each keeps a summary in the order, which has to stay small."""


def counted(progress: Mapping[str, Mapping[str, int]], what: Counted, sku: str) -> int:
    """Return how many units of a SKU were counted.

    Example
    -------
    >>> counted({"fulfilled": {"MUG": 2}, "returned": {}}, "fulfilled", "MUG")
    2
    """
    return int(progress.get(what, {}).get(sku, 0))


def with_counted(progress: Progress, what: Counted, units: Mapping[str, int]) -> Progress:
    """Return the progress with more units counted; negative ones are taken off.

    Raises
    ------
    ValueError
        When less than nothing would be left.

    Example
    -------
    >>> with_counted({"fulfilled": {"MUG": 1}, "returned": {}}, "fulfilled", {"MUG": 2})["fulfilled"]
    {'MUG': 3}
    """
    counts = {sku: counted(progress, what, sku) + units.get(sku, 0) for sku in {**progress.get(what, {}), **units}}
    if min(counts.values(), default=0) < 0:
        raise ValueError(f"less than nothing is {what}: {counts}")
    return {**progress, what: {sku: count for sku, count in counts.items() if count}}


def left(lines: Sequence[Mapping[str, Any]], progress: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Return what is still to be shipped, by SKU, in the order of the lines."""
    rest = {line["sku"]: int(line["quantity"]) - counted(progress, "fulfilled", line["sku"]) for line in lines}
    return {sku: units for sku, units in rest.items() if units > 0}


def axis(
    lines: Sequence[Mapping[str, Any]], progress: Mapping[str, Mapping[str, int]], parcels: Sequence[Summary]
) -> FulfillmentStatus:
    """Return where the fulfilment of an order stands, given what was shipped of it and where its parcels are."""
    if not progress.get("fulfilled"):
        return FulfillmentStatus.UNFULFILLED
    if left(lines, progress):
        return FulfillmentStatus.PARTIALLY_FULFILLED
    if all(parcel["status"] == ParcelStatus.DELIVERED for parcel in parcels):
        return FulfillmentStatus.DELIVERED
    return FulfillmentStatus.FULFILLED


def with_summary(summaries: Sequence[Summary], changed: Summary) -> list[Summary]:
    """Return the summaries with one of them changed, or added where there was none of that id."""
    if any(one["id"] == changed["id"] for one in summaries):
        return [{**one, **changed} if one["id"] == changed["id"] else one for one in summaries]
    return [*summaries, changed]
