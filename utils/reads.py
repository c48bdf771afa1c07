"""Reading items by their keys: of any tables, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from utils import aws
from utils.backoff import tries
from utils.errors import Unavailable
from utils.models import Key


def fetch(keys: Sequence[Key], *, consistent: bool = True, batch: bool = False) -> dict[Key, Any]:
    """Return the items that exist at ``keys``, across tables, in one call; more only when DynamoDB leaves some over."""
    if not keys:
        return {}
    if len(keys) == 1 and not batch:
        return _fetch_one(keys[0], consistent=consistent)
    by_address = {(key.model.table.physical_name, key.pk, key.sk): key for key in keys}
    pending: dict[str, Any] = {}
    for (table, _, _), key in by_address.items():
        request = pending.setdefault(table, {"Keys": [], "ConsistentRead": consistent})
        request["Keys"].append(key.raw)
    items: dict[Key, Any] = {}
    for _ in tries():
        answer = aws.call("dynamodb", "BatchGetItem", RequestItems=pending)
        for table, found in answer["Responses"].items():
            for raw in found:
                key = by_address[table, raw["pk"]["S"], raw["sk"]["S"]]
                items[key] = key.model.from_raw_data(raw)
        pending = answer.get("UnprocessedKeys") or {}
        if not pending:
            return items
    raise Unavailable


def _fetch_one(key: Key, *, consistent: bool) -> dict[Key, Any]:
    answer = aws.call(
        "dynamodb", "GetItem", TableName=key.model.table.physical_name, Key=key.raw, ConsistentRead=consistent
    )
    raw = answer.get("Item")
    return {key: key.model.from_raw_data(raw)} if raw else {}
