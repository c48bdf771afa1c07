"""A picture of a product."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from pushcart.catalog.models.products import partition_of
from utils.clock import now
from utils.models import Item, Key

MEDIA_PREFIX: Final = "MEDIA#"
MAX_MEDIA: Final = 20
"""Of one product, those that are waited for among them: they are read with it."""


class MediumStatus(StrEnum):
    """Waited for, shown, or found to be no picture that can be shown."""

    PENDING = "pending"
    READY = "ready"
    REJECTED = "rejected"


class MediaItem(Item):
    """A picture. ``version`` counts its changes, and is the sequence of its events: a product's own does not move.

    One that is waited for has a ``ttl``, after which it is gone, and nothing that arrives late is shown.
    ``thumbnails`` is a list of ``{key, width, height}``, the smallest first; ``original`` is one such. Keys are names
    of objects in the bucket ``media``, which addresses are made of when they are shown.
    """

    table = tables.catalog
    id = UnicodeAttribute()
    product_id = UnicodeAttribute()
    status = UnicodeAttribute(default=MediumStatus.PENDING.value)
    content_type = UnicodeAttribute()
    alt = UnicodeAttribute(default="")
    original = JSONAttribute(null=True)
    thumbnails = JSONAttribute(default=list)
    reason = UnicodeAttribute(null=True)
    ttl = NumberAttribute(null=True)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, product_id: str, media_id: str) -> Key:
        return Key(cls, partition_of(product_id), MEDIA_PREFIX + media_id)

    @property
    def is_ready(self) -> bool:
        return self.status == MediumStatus.READY.value

    @property
    def is_gone(self) -> bool:
        """Whether it was waited for in vain; DynamoDB takes it away some time later."""
        until: float | None = self.ttl
        return until is not None and until <= now().timestamp()
