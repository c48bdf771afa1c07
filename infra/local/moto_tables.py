"""What moto's tables hold, read past its API: no call that anybody counts, no pages, and a fiftieth of the time."""

from __future__ import annotations

from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from infra.local import moto_backend
from utils.tables import Table


def moto_dynamodb() -> Any:
    """Return DynamoDB as moto keeps it."""
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][moto_backend.REGION]


def moto_table(physical_name: str) -> Any:
    """Return a table as moto keeps it.

    Raises
    ------
    KeyError
        When there is no such table.
    """
    return moto_dynamodb().tables[physical_name]


def stored_items(table: Table) -> list[dict[str, Any]]:
    """Return every item of a table, as DynamoDB's own JSON.

    Example
    -------
    >>> stored_items(tables.orders)  # doctest: +SKIP
    [{'pk': {'S': 'ORDER#ord_01JZ…'}, 'sk': {'S': 'META'}, …}]
    """
    with moto_backend.lock:
        return [item.to_json()["Attributes"] for item in moto_table(table.physical_name).all_items()]
