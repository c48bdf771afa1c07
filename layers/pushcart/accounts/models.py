"""The items of the ``accounts`` table, and the counters of failed sign-ins.

A password's hash is an item of its own, so that nobody who reads a profile (checkout does) holds a hash.
"""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from pushcart import tables
from utils.models import Item, Key

USERS_SHARD: Final = "USERS#0"


class ProfileItem(Item):
    """What is personal about an account, and what it may do. ``sequence`` counts the account's events."""

    table = tables.accounts
    id = UnicodeAttribute()
    email = UnicodeAttribute()
    email_code = UnicodeAttribute()
    name = UnicodeAttribute()
    phone = UnicodeAttribute(null=True)
    locale = UnicodeAttribute()
    roles = UnicodeSetAttribute()
    email_verified = BooleanAttribute(default=False)
    disabled = BooleanAttribute(default=False)
    users_shard = UnicodeAttribute(default=USERS_SHARD)
    sequence = NumberAttribute(default=0)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, user_id: str) -> Key:
        return Key(cls, _user(user_id), "PROFILE")


class PasswordItem(Item):
    """The hash of an account's password, in argon2's own encoding."""

    table = tables.accounts
    hash = UnicodeAttribute()
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, user_id: str) -> Key:
        return Key(cls, _user(user_id), "PASSWORD")


class EmailItem(Item):
    """Whose an address is. That it can be put only once is what makes addresses unique."""

    table = tables.accounts
    user_id = UnicodeAttribute()
    created_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, email_code: str) -> Key:
        return Key(cls, f"EMAIL#{email_code}", "OWNER")


class SessionItem(Item):
    """One sign-in and all refresh tokens that descend from it: a family, of which ``rotation`` is the youngest.

    ``client`` is a code of the address and agent that last rotated. ``ttl`` lets DynamoDB forget it when it ends.
    """

    table = tables.accounts
    id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    scope = UnicodeAttribute()
    token_hash = UnicodeAttribute()
    rotation = NumberAttribute(default=1)
    rotated_at = UnicodeAttribute()
    client = UnicodeAttribute()
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
        return Key(cls, _user(user_id), f"SESSION#{session_id}")


class AttemptsItem(Item):
    """How many sign-ins failed, or are being tried, since there were none for a while."""

    table = tables.ephemeral
    used = NumberAttribute()
    ttl = NumberAttribute()

    @classmethod
    def key_of(cls, counted: str) -> Key:
        return Key(cls, f"RATE#sign-in#{counted}", "META")


def _user(user_id: str) -> str:
    return f"USER#{user_id}"
