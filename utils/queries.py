"""One Query of a table or an index: a page of items and where it ended."""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar

from utils import aws
from utils.errors import InvalidCursor
from utils.models import Item
from utils.tables import PARTITION_KEY, SORT_KEY, Index

T = TypeVar("T")
S = TypeVar("S")


class Page(NamedTuple, Generic[T]):
    """A page of a list; ``last_key`` is DynamoDB's, absent on the last page."""

    items: list[T]
    last_key: dict[str, Any] | None = None


class Found(NamedTuple, Generic[T, S]):
    """A page of what was searched for; ``summary`` is about all that was found, and goes into ``meta``."""

    items: list[T]
    last_key: dict[str, Any] | None
    summary: S


def query(
    model: type[Item],
    pk: str,
    *,
    index: Index | None = None,
    prefix: str = "",
    since: str | None = None,
    until: str | None = None,
    descending: bool = False,
    limit: int | None = None,
    start: dict[str, Any] | None = None,
    consistent: bool = False,
) -> Page[Any]:
    """Read one page of the items under one partition key, in one call.

    Parameters
    ----------
    pk
        The partition key's value, of the index when one is given.
    prefix, since, until
        Only sort keys that begin so, or that are at least and at most so; a prefix goes with neither, and ``since``
        only with ``until``.
    start
        The ``last_key`` of the page before.
    consistent
        Tables only; an index cannot.

    Raises
    ------
    InvalidCursor
        When ``start`` is of another list: DynamoDB would refuse it. A caller's list changes with their roles, and
        an export with the next one.

    Example
    -------
    >>> query(Order, customer_id, index=tables.orders["by_customer"], descending=True, limit=20)  # doctest: +SKIP
    """
    names = {"#p": index.pk if index else PARTITION_KEY}
    sort_key = (index.sk if index else SORT_KEY) or ""
    if start and not _begins_within(start, names["#p"], pk, sort_key, prefix):
        raise InvalidCursor("The cursor does not belong to this list. Start again without it.", field="cursor")
    values: dict[str, Any] = {":p": {"S": pk}}
    condition = "#p = :p"
    if prefix or until is not None:
        names["#s"] = sort_key
        values[":s"] = {"S": prefix or until}
        condition += " AND begins_with(#s, :s)" if prefix else " AND #s <= :s"
    if since is not None:
        values[":f"] = {"S": since}
        condition = "#p = :p AND #s BETWEEN :f AND :s"
    request: dict[str, Any] = {
        "TableName": model.table.physical_name,
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": not descending,
    }
    if index:
        request["IndexName"] = index.name
    elif consistent:
        request["ConsistentRead"] = True
    if limit:
        request["Limit"] = limit
    if start:
        request["ExclusiveStartKey"] = start
    answer = aws.call("dynamodb", "Query", **request)
    return Page([model.from_raw_data(raw) for raw in answer["Items"]], answer.get("LastEvaluatedKey"))


def _begins_within(start: dict[str, Any], partition_key: str, pk: str, sort_key: str, prefix: str) -> bool:
    """Whether DynamoDB takes a start for what is asked: it refuses one outside of the partition or the prefix."""
    within = not prefix or str(start.get(sort_key, {}).get("S", "")).startswith(prefix)
    return start.get(partition_key) == {"S": pk} and within
