"""DynamoDB tables and their indexes, declared once.

Every table has a string partition key ``pk`` and a string sort key ``sk`` (docs/ARCHITECTURE.md lists what is in
them). An index bears the name of the question that it answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from utils.resources import Grant
from utils.settings import setting, variable

PARTITION_KEY = "pk"
SORT_KEY = "sk"


class Index(NamedTuple):
    """A global secondary index.

    Parameters
    ----------
    name
        The question that it answers, such as ``by_customer``.
    pk, sk
        Names of the item attributes (strings) that are its keys. An item without ``pk`` is not in it (sparse).
    projection
        ``"ALL"``, ``"KEYS_ONLY"``, or the attributes to copy beside the keys.
    """

    name: str
    pk: str
    sk: str | None = None
    projection: Literal["ALL", "KEYS_ONLY"] | tuple[str, ...] = "ALL"
    table: str = ""

    @property
    def query(self) -> Grant:
        return Grant(self, "query", ("dynamodb:Query",))


@dataclass(frozen=True)
class Table:
    """A table of one bounded context.

    Parameters
    ----------
    name
        Logical name; the physical one is stage, table and generation, from the environment.
    indexes
        Its global secondary indexes.
    stream
        Whether inserts and changes are streamed (only ``events`` is).
    ttl
        Whether items expire by the number attribute ``ttl`` (epoch seconds).
    recovery
        Whether point-in-time recovery is on.

    Example
    -------
    >>> orders = Table("orders", indexes=(Index("by_customer", "customer_id", "created_at"),))
    >>> orders["by_customer"].query.actions
    ('dynamodb:Query',)
    """

    name: str
    indexes: tuple[Index, ...] = ()
    stream: bool = False
    ttl: bool = False
    recovery: bool = True

    def __getitem__(self, index: str) -> Index:
        for candidate in self.indexes:
            if candidate.name == index:
                return Index(candidate.name, candidate.pk, candidate.sk, candidate.projection, self.name)
        raise KeyError(f"{self.name} has no index {index}")

    @property
    def env(self) -> str:
        return variable("table", self.name)

    @property
    def physical_name(self) -> str:
        return setting(self.env)

    @property
    def get(self) -> Grant:
        return Grant(self, "get", ("dynamodb:GetItem",))

    @property
    def batch_get(self) -> Grant:
        return Grant(self, "batch_get", ("dynamodb:BatchGetItem",))

    @property
    def query(self) -> Grant:
        return Grant(self, "query", ("dynamodb:Query",))

    @property
    def put(self) -> Grant:
        return Grant(self, "put", ("dynamodb:PutItem",))

    @property
    def update(self) -> Grant:
        return Grant(self, "update", ("dynamodb:UpdateItem",))

    @property
    def delete(self) -> Grant:
        return Grant(self, "delete", ("dynamodb:DeleteItem",))

    @property
    def check(self) -> Grant:
        return Grant(self, "check", ("dynamodb:ConditionCheckItem",))

    @property
    def read_stream(self) -> Grant:
        return Grant(
            self,
            "read_stream",
            ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
        )
