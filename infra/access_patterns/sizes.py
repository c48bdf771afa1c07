"""How large an item is, as DynamoDB counts it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from utils.tables import PARTITION_KEY, SORT_KEY, Index

RawItem = Mapping[str, Mapping[str, Any]]
READ_BYTES, WRITE_BYTES = 4096, 1024


def item_bytes(item: RawItem) -> int:
    """Return the size of an item in DynamoDB's JSON: its names and its values.

    Example
    -------
    >>> item_bytes({"pk": {"S": "ORDER#1"}, "n": {"N": "100"}})
    13
    """
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(str(content).encode())
        case "N":
            return _number_bytes(str(content))
        case "B":
            return len(content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_bytes(inner) for name, inner in content.items())
        case "L":
            return 3 + sum(1 + _value_bytes(inner) for inner in content)
        case "SS" | "BS":
            return sum(len(one if isinstance(one, bytes) else one.encode()) for one in content)
        case "NS":
            return sum(_number_bytes(one) for one in content)
    return 1


def _number_bytes(text: str) -> int:
    """One byte for two significant digits, and one more; a sign takes another."""
    digits = text.lstrip("-").replace(".", "").strip("0")
    return math.ceil(len(digits) / 2) + 1 + text.startswith("-")


def units(size: int, step: int) -> int:
    """Return the units of one item; nothing costs less than one."""
    return max(1, math.ceil(size / step))


def entry(item: RawItem | None, index: Index) -> RawItem | None:
    """Return what of an item an index holds; ``None`` when it is not in it (sparse)."""
    if item is None or index.pk not in item or (index.sk is not None and index.sk not in item):
        return None
    if index.projection == "ALL":
        return item
    keys = {PARTITION_KEY, SORT_KEY, index.pk, index.sk}
    copied = keys if index.projection == "KEYS_ONLY" else keys | set(index.projection)
    return {name: value for name, value in item.items() if name in copied}
