"""Sessions."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from pushcart import tables
from pushcart.accounts.models.keys import of_user
from utils.models import Item, Key


class SessionItem(Item):
    """One sign-in and all refresh tokens that descend from it: a family, of which ``rotation`` is the youngest.

    ``client`` is a code of the address and agent that last rotated, ``agent`` what the program called itself at the
    sign-in. ``authenticated_at`` is when its owner last proved who they are. ``client_id`` is the OAuth client that it
    was opened for. ``ttl`` lets DynamoDB forget it when it ends.
    """

    table = tables.accounts
    id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    scope = UnicodeAttribute()
    token_hash = UnicodeAttribute()
    rotation = NumberAttribute(default=1)
    rotated_at = UnicodeAttribute()
    client = UnicodeAttribute()
    agent = UnicodeAttribute(default="")
    client_id = UnicodeAttribute(null=True)
    authenticated_at = UnicodeAttribute(null=True)
    idle_until = UnicodeAttribute()
    expires_at = UnicodeAttribute()
    revoked_at = UnicodeAttribute(null=True)
    revoked_for = UnicodeAttribute(null=True)
    ttl = NumberAttribute()
    sequence = NumberAttribute(default=0)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, user_id: str, session_id: str) -> Key:
        return Key(cls, of_user(user_id), f"SESSION#{session_id}")
