"""The base of every DynamoDB item: PynamoDB's declarations, types and expressions over the one seam to AWS.

PynamoDB's own calls are closed. Its connections make a botocore session for each model, which costs 100 ms over
three models (performance.md); its ``save()`` drops attributes that this version of the code does not know, while a
rolling deployment runs two versions at once; and it does not retry a transaction's conflict (data.md). Reading and
writing go through :mod:`utils.transaction`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, NoReturn

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action, Update
from pynamodb.models import Model

from utils.tables import PARTITION_KEY, SORT_KEY, Table


class Item(Model):
    """An item of a table. A subclass names its ``table`` and makes its keys in classmethods.

    Example
    -------
    >>> class Cart(Item):  # doctest: +SKIP
    ...     table = tables.carts
    ...     version = NumberAttribute(default=1)
    ...     @classmethod
    ...     def key_of(cls, cart_id): return Key(cls, f"CART#{cart_id}", "META")
    """

    table: ClassVar[Table]
    pk = UnicodeAttribute(hash_key=True, attr_name=PARTITION_KEY)
    sk = UnicodeAttribute(range_key=True, attr_name=SORT_KEY)

    @property
    def key(self) -> Key:
        return Key(type(self), self.pk, self.sk)

    @classmethod
    def _get_connection(cls) -> NoReturn:
        raise NotImplementedError(f"{cls.__name__}: read and write through utils.transaction, not by PynamoDB's calls")


class Key(NamedTuple):
    """The address of one item: its model, partition key and sort key."""

    model: type[Item]
    pk: str
    sk: str

    @property
    def raw(self) -> dict[str, Any]:
        """The key as DynamoDB takes it."""
        return {PARTITION_KEY: {"S": self.pk}, SORT_KEY: {"S": self.sk}}


def put_request(item: Item, condition: Condition | None) -> dict[str, Any]:
    """Return PutItem's parameters for ``item``."""
    return {
        "TableName": item.table.physical_name,
        "Item": item.serialize(null_check=True),
        **_expressions(condition, ()),
    }


def key_request(key: Key, condition: Condition | None, actions: Sequence[Action] = ()) -> dict[str, Any]:
    """Return the parameters of UpdateItem (with ``actions``), DeleteItem or ConditionCheck for the item at ``key``."""
    return {"TableName": key.model.table.physical_name, "Key": key.raw, **_expressions(condition, actions)}


def _expressions(condition: Condition | None, actions: Sequence[Action]) -> dict[str, Any]:
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    request: dict[str, Any] = {}
    if condition is not None:
        request["ConditionExpression"] = condition.serialize(names, values)
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if actions:
        request["UpdateExpression"] = Update(*actions).serialize(names, values)
    if names:
        request["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in names.items()}
    if values:
        request["ExpressionAttributeValues"] = values
    return request
