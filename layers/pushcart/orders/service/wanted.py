"""What somebody names of an order's goods, held against what there is of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pushcart.orders.goods_schemas import GoodsLine
from utils.errors import ErrorEntry, InvalidState, ValidationFailed, merged


def named_once(lines: Sequence[Any], known: Mapping[str, Any]) -> None:
    """Refuse lines that name a SKU twice, or one that the order does not have.

    Raises
    ------
    ValidationFailed
        One entry for each bad line.
    """
    skus = [line.sku for line in lines]
    faults = [
        ErrorEntry("VALIDATION_ERROR", _fault(sku, known), f"lines.{number}.sku", detail)
        for number, sku in enumerate(skus)
        if (detail := _detail(sku, skus[:number], known))
    ]
    if faults:
        raise ValidationFailed.of(faults)


def _detail(sku: str, before: Sequence[str], known: Mapping[str, Any]) -> str | None:
    if sku not in known:
        return "unknown"
    return "repeated" if sku in before else None


def _fault(sku: str, known: Mapping[str, Any]) -> str:
    return "This SKU is named twice." if sku in known else "The order has no such SKU."


def no_more_than(lines: Sequence[GoodsLine], there: Mapping[str, int], what: str) -> dict[str, int]:
    """Return the units by SKU; refuse more of one than there is.

    Parameters
    ----------
    what
        Says what there is too little to do, as in ``"left to ship"``.

    Raises
    ------
    InvalidState
        One entry for each SKU of which more is wanted, with both figures.
    """
    beyond = [
        InvalidState(
            f"There is less of {line.sku} {what}.", detail=f"{line.sku}: asked {line.quantity}, {count} {what}"
        )
        for line in lines
        if line.quantity > (count := there.get(line.sku, 0))
    ]
    if beyond:
        raise merged(beyond)
    return {line.sku: line.quantity for line in lines}
