"""The notification items of the ``work`` table."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key


class NoteItem(Item):
    """One notification: that it was sent, about what. Ids only, so that erasing a person leaves nothing here.

    ``owner_id`` is the customer's id; a guest's note has none and is in no index.
    """

    table = tables.work
    id = UnicodeAttribute()
    kind = UnicodeAttribute()
    channel = UnicodeAttribute(default="email")
    status = UnicodeAttribute()
    about = UnicodeAttribute()
    owner_id = UnicodeAttribute(null=True)
    provider_id = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, note_id: str) -> Key:
        return Key(cls, f"NOTE#{note_id}", "META")
