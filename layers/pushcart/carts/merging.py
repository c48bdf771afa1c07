"""Pouring one cart into another: what adds up, and what does not fit. Nothing is lost without being told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from pushcart.carts.models import MAX_CODES, MAX_LINES, MAX_QUANTITY, CartLine

Reason = Literal["quantity_limit", "line_limit", "promotion_limit"]


class LeftOut(NamedTuple):
    """Something that did not fit: so many of a SKU, or a promotion's code."""

    reason: Reason
    sku: str = ""
    quantity: int = 0
    code: str = ""

    def as_data(self) -> dict[str, Any]:
        """Return it as an item holds it."""
        return self._asdict()


class Poured(NamedTuple):
    """What two carts come to: lines and codes that fit, and what is left out."""

    lines: list[CartLine]
    codes: list[str]
    left_out: tuple[LeftOut, ...]


def pour(
    lines: Sequence[CartLine], codes: Sequence[str], *, more_lines: Sequence[CartLine], more_codes: Sequence[str]
) -> Poured:
    """Add the lines and codes of one cart to those of another.

    Quantities of one SKU add up to at most 999, different SKUs to at most 50, codes to 3; what was there stays. Of
    every SKU, what is in the result and what is left out is together what both carts held.

    Parameters
    ----------
    lines, codes
        Of the cart that is kept.
    more_lines, more_codes
        Of the cart that ends; a line of a SKU that is new keeps its id.

    Example
    -------
    >>> mug = CartLine("lin_1", "prd_1", "MUG-1", "Mug", 998, 1250)
    >>> poured = pour([mug], [], more_lines=[mug._replace(id="lin_2", quantity=3)], more_codes=[])
    >>> poured.lines[0].quantity, poured.left_out[0].quantity
    (999, 2)
    """
    held = {line.sku: line for line in lines}
    left_out: list[LeftOut] = []
    for line in more_lines:
        former = held.get(line.sku)
        if former is None and len(held) >= MAX_LINES:
            left_out.append(LeftOut("line_limit", sku=line.sku, quantity=line.quantity))
            continue
        wanted = line.quantity + (former.quantity if former else 0)
        held[line.sku] = (former or line)._replace(quantity=min(wanted, MAX_QUANTITY))
        if wanted > MAX_QUANTITY:
            left_out.append(LeftOut("quantity_limit", sku=line.sku, quantity=wanted - MAX_QUANTITY))
    together = list(dict.fromkeys((*codes, *more_codes)))
    left_out += [LeftOut("promotion_limit", code=code) for code in together[MAX_CODES:]]
    return Poured(list(held.values()), together[:MAX_CODES], tuple(left_out))
