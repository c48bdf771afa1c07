"""Ids of what belongs to an order: each carries the order's, so that one read finds it (data.md)."""

from __future__ import annotations

import re
from typing import Final, Literal

Kind = Literal["ful", "ret", "ref"]

_CHILD: Final = re.compile(r"(ful|ret|ref)_([0-9A-HJKMNP-TV-Z]{26})_[1-9]\d{0,2}")


def child_id(kind: Kind, order_id: str, number: int) -> str:
    """Return the id of an order's ``number``-th parcel, return or refund.

    Example
    -------
    >>> child_id("ful", "ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T", 2)
    'ful_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_2'
    """
    return f"{kind}_{order_id.partition('_')[2]}_{number}"


def order_id_of(kind: Kind, child: str) -> str | None:
    """Return the id of the order that something belongs to, ``None`` when it is no id of that kind.

    Example
    -------
    >>> order_id_of("ret", "ret_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1")
    'ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T'
    """
    match = _CHILD.fullmatch(child)
    return f"ord_{match[2]}" if match and match[1] == kind else None
