"""Who somebody is: profile, password and address.

A password's hash is an item of its own, so that nobody who reads a profile (checkout does) holds a hash.
"""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from pushcart import tables
from pushcart.accounts.models.keys import of_user
from utils.models import Item, Key

USERS_SHARD: Final = "USERS#0"
DELETED_SHARD: Final = "DELETED#0"
"""The place in the index of accounts that staff took away, where nobody lists them."""


class ProfileItem(Item):
    """What is personal about an account, and what it may do. ``sequence`` counts the account's events.

    ``mfa`` says that a second factor is asked for at the log-in. No session that began before ``sessions_from`` lives.
    ``deleted_at`` is set when staff took the account away (its data stay), ``erased_at`` when nothing personal is left.
    """

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
    mfa = BooleanAttribute(default=False)
    sessions_from = UnicodeAttribute(null=True)
    deleted_at = UnicodeAttribute(null=True)
    erased_at = UnicodeAttribute(null=True)
    users_shard = UnicodeAttribute(default=USERS_SHARD)
    sequence = NumberAttribute(default=0)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, user_id: str) -> Key:
        return Key(cls, of_user(user_id), "PROFILE")

    @property
    def is_open(self) -> bool:
        """Whether its owner may sign in, and stay so."""
        return not (self.disabled or self.deleted_at or self.erased_at)


class PasswordItem(Item):
    """The hash of an account's password, in argon2's own encoding."""

    table = tables.accounts
    hash = UnicodeAttribute()
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, user_id: str) -> Key:
        return Key(cls, of_user(user_id), "PASSWORD")


class EmailItem(Item):
    """Whose an address is. That it can be put only once is what makes addresses unique."""

    table = tables.accounts
    user_id = UnicodeAttribute()
    created_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, email_code: str) -> Key:
        return Key(cls, f"EMAIL#{email_code}", "OWNER")
