"""The job items of the ``work`` table."""

from __future__ import annotations

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key


class JobItem(Item):
    """One job. ``subject`` is the id of what it is about, ``checkpoint`` where its next step begins. Nothing personal.

    ``owner_id`` is who asked for it.
    """

    table = tables.work
    id = UnicodeAttribute()
    kind = UnicodeAttribute()
    title = UnicodeAttribute()
    subject = UnicodeAttribute()
    owner_id = UnicodeAttribute()
    status = UnicodeAttribute()
    done = NumberAttribute(default=0)
    total = NumberAttribute(default=0)
    checkpoint = JSONAttribute(null=True)
    result = JSONAttribute(null=True)
    errors = JSONAttribute(default=list)
    sequence = NumberAttribute(default=1)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, job_id: str) -> Key:
        return Key(cls, f"JOB#{job_id}", "META")
