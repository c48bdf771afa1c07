"""What a call costs in capacity units, by the sizes of the items (moto reports 1.0 for anything).

Reads: an item 1 unit for each 4 KB begun, half when it may be stale; a query the sum of what it read. Writes: an item
1 unit for each 1 KB begun of the larger of before and after, twice in a transaction; an index entry that changes 1
for each 1 KB begun, for the old and the new one when its key changes. An item that is not there costs as one that is.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from infra.access_patterns.sizes import READ_BYTES, WRITE_BYTES, RawItem, entry, item_bytes, units
from utils.tables import PARTITION_KEY, SORT_KEY, Table

READS: Final = frozenset({"GetItem", "BatchGetItem", "Query"})
WRITES: Final[dict[str, str]] = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}
Look = Callable[[str, RawItem], RawItem | None]
"""Returns the item of a table (physical name) at a key, without being counted."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Units of one call, or of many."""

    read: float = 0.0
    write: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.read + other.read, self.write + other.write)


@dataclass(frozen=True, slots=True)
class Target:
    """One item that a call writes, and how it stood before."""

    table: Table
    kind: str
    key: RawItem
    before: RawItem | None


def read_cost(operation: str, request: dict[str, Any], answer: dict[str, Any]) -> Cost:
    """Return what a read cost."""
    if operation == "GetItem":
        return Cost(read=_items([answer.get("Item", {})]) * _rate(request))
    if operation == "BatchGetItem":
        total = 0.0
        for table, asked in request["RequestItems"].items():
            found = answer["Responses"].get(table, [])
            missing = len(asked["Keys"]) - len(found)
            total += (_items(found) + missing) * _rate(asked)
        return Cost(read=total)
    size = sum(item_bytes(item) for item in answer["Items"])
    return Cost(read=max(1, math.ceil(size / READ_BYTES)) * _rate(request))


def targets(operation: str, request: dict[str, Any], tables: Iterable[Table], look: Look) -> list[Target]:
    """Return the items that a call is about to write, as they stand."""
    by_name = {table.physical_name: table for table in tables}
    if operation == "TransactWriteItems":
        pieces = [next(iter(piece.items())) for piece in request["TransactItems"]]
    else:
        pieces = [(WRITES[operation], request)]
    found = []
    for kind, body in pieces:
        key = body.get("Key") or {name: body["Item"][name] for name in (PARTITION_KEY, SORT_KEY)}
        found.append(Target(by_name[body["TableName"]], kind, key, look(body["TableName"], key)))
    return found


def write_cost(written: list[Target], look: Look, *, transaction: bool) -> Cost:
    """Return what a write cost that was done."""
    total = 0
    for target in written:
        after = look(target.table.physical_name, target.key)
        size = max(item_bytes(one) if one else 0 for one in (target.before, after))
        total += units(size, WRITE_BYTES) * (2 if transaction else 1)
        total += sum(_index_units(entry(target.before, one), entry(after, one), one) for one in target.table.indexes)
    return Cost(write=total)


def _items(found: Iterable[RawItem]) -> int:
    return sum(units(item_bytes(item), READ_BYTES) for item in found)


def _rate(request: dict[str, Any]) -> float:
    return 1.0 if request.get("ConsistentRead") else 0.5


def _index_units(before: RawItem | None, after: RawItem | None, index: Any) -> int:
    if before == after:
        return 0
    if before and after and all(before.get(name) == after.get(name) for name in (index.pk, index.sk) if name):
        return units(max(item_bytes(before), item_bytes(after)), WRITE_BYTES)
    return sum(units(item_bytes(one), WRITE_BYTES) for one in (before, after) if one)
