"""Every table. One stack, so that code can go back and forth while the data stays."""

from __future__ import annotations

from typing import Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.acknowledged import FORGETFUL_TABLE, acknowledge
from infra.constructs.kit import Kit
from infra.stacks.base import ShopStack
from utils.tables import PARTITION_KEY, SORT_KEY, Index, Table

TTL_ATTRIBUTE: Final = "ttl"

_Key = dynamodb.CfnTable.KeySchemaProperty


class DataStack(ShopStack):
    """The declared tables: on demand, encrypted by KMS, and outside dev recoverable and not to be deleted."""

    def __init__(self, scope: Construct, *, kit: Kit) -> None:
        super().__init__(scope, "data", kit=kit, description="tables")
        for table in kit.shop.resources.tables:
            made = self._table(table)
            if table.stream:
                self.export("table", table.name, "stream", value=made.attr_stream_arn)

    def _table(self, table: Table) -> dynamodb.CfnTable:
        settings = self.kit.settings
        recovery = settings.recovery and table.recovery
        generation = settings.generation(table.name)
        made = dynamodb.CfnTable(
            self,
            # A restored table is adopted beside the one that it follows, so it must be another resource.
            table.name if generation == 1 else f"{table.name}-{generation}",
            table_name=self.kit.names.table(table.name),
            billing_mode="PAY_PER_REQUEST",
            key_schema=_key_schema(PARTITION_KEY, SORT_KEY),
            attribute_definitions=_attributes(table),
            global_secondary_indexes=[_index(index) for index in table.indexes] or None,
            stream_specification={"streamViewType": "NEW_IMAGE"} if table.stream else None,
            time_to_live_specification={"attributeName": TTL_ATTRIBUTE, "enabled": True} if table.ttl else None,
            point_in_time_recovery_specification={"pointInTimeRecoveryEnabled": recovery},
            deletion_protection_enabled=settings.protect,
            sse_specification={"sseEnabled": True, "sseType": "KMS"},
        )
        keep = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if settings.protect else RemovalPolicy.DESTROY
        made.apply_removal_policy(keep)
        if not recovery:
            acknowledge(made, FORGETFUL_TABLE)
        return made


def _attributes(table: Table) -> list[dynamodb.CfnTable.AttributeDefinitionProperty]:
    names = {PARTITION_KEY, SORT_KEY} | {key for index in table.indexes for key in (index.pk, index.sk) if key}
    return [
        dynamodb.CfnTable.AttributeDefinitionProperty(attribute_name=name, attribute_type="S") for name in sorted(names)
    ]


def _key_schema(partition: str, sort: str | None) -> list[_Key]:
    keys = [_Key(attribute_name=partition, key_type="HASH")]
    return keys + ([_Key(attribute_name=sort, key_type="RANGE")] if sort else [])


def _index(index: Index) -> dynamodb.CfnTable.GlobalSecondaryIndexProperty:
    projected = index.projection if isinstance(index.projection, tuple) else None
    kind = "INCLUDE" if isinstance(index.projection, tuple) else index.projection
    return dynamodb.CfnTable.GlobalSecondaryIndexProperty(
        index_name=index.name,
        key_schema=_key_schema(index.pk, index.sk),
        projection=dynamodb.CfnTable.ProjectionProperty(
            projection_type=kind, non_key_attributes=list(projected) if projected else None
        ),
    )
