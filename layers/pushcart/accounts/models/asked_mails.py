"""How often a mail to somebody was asked for by whoever."""

from __future__ import annotations

from pynamodb.attributes import ListAttribute, NumberAttribute

from pushcart import tables
from utils.models import Item, Key


class AskedMailsItem(Item):
    """When mails of one kind to one address were asked for in the last hour (epoch seconds), account or none."""

    table = tables.ephemeral
    moments: ListAttribute[int] = ListAttribute(of=NumberAttribute)  # type: ignore[arg-type]
    version = NumberAttribute(default=1)
    ttl = NumberAttribute()

    @classmethod
    def key_of(cls, asked: str) -> Key:
        return Key(cls, f"RATE#mail#{asked}", "META")
