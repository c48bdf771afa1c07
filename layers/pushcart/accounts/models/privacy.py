"""What is kept of a wish for one's own data, or for their end."""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from pushcart.accounts.models.keys import of_user
from utils.models import Item, Key

ERASURES: Final = "ERASURES#0"
"""Stands where others have their owner, in the index ``by_owner``: all erasures, by the time they were asked for."""

RECORDS: Final = "EXPORT#"


class ErasureItem(Item):
    """That somebody is to be erased. In another table than what is erased, so that it outlives a restore of that.

    An id and times only; it is never deleted.
    """

    table = tables.work
    user_id = UnicodeAttribute()
    job_id = UnicodeAttribute()
    owner_id = UnicodeAttribute(default=ERASURES)
    created_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, user_id: str) -> Key:
        return Key(cls, f"ERASURE#{user_id}", "META")


class ExportItem(Item):
    """The latest export of an account that is ready."""

    table = tables.accounts
    job_id = UnicodeAttribute()
    expires_at = UnicodeAttribute()
    ttl = NumberAttribute()

    @classmethod
    def key_of(cls, user_id: str) -> Key:
        return Key(cls, of_user(user_id), "EXPORT")


class ExportedItem(Item):
    """One record of an export. It goes when the account goes, and by itself after a week."""

    table = tables.accounts
    kind = UnicodeAttribute()
    data = JSONAttribute()
    ttl = NumberAttribute()

    @classmethod
    def key_of(cls, user_id: str, job_id: str, number: int) -> Key:
        return Key(cls, of_user(user_id), f"{RECORDS}{job_id}#{number:08}")


class PartItem(Item):
    """Any item of an account, by its key alone."""

    table = tables.accounts
