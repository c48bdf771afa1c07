"""Tickets: leave to do one thing once, shown by a token that came by mail."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key


class TicketItem(Item):
    """A ticket, which stands under its token's hash, so that the token is in no table.

    A used one stays until it would have lapsed, so that a lost answer can be told from a link that never was.
    """

    table = tables.accounts
    user_id = UnicodeAttribute()
    purpose = UnicodeAttribute()
    expires_at = UnicodeAttribute()
    used_at = UnicodeAttribute(null=True)
    ttl = NumberAttribute()
    created_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, token_hash: str) -> Key:
        return Key(cls, f"TOKEN#{token_hash}", "META")
