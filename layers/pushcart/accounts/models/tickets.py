"""Tickets: leave to do one thing once, shown by a token that came by mail."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key


class TicketItem(Item):
    """A ticket that has not been used yet; it stands under its token's hash, so the token is in no table."""

    table = tables.accounts
    user_id = UnicodeAttribute()
    purpose = UnicodeAttribute()
    expires_at = UnicodeAttribute()
    ttl = NumberAttribute()
    created_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, token_hash: str) -> Key:
        return Key(cls, f"TOKEN#{token_hash}", "META")
