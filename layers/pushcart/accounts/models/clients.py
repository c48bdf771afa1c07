"""OAuth clients: programs that act for people who allowed it, or for themselves; and the codes on their way there."""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from pushcart import tables
from utils.models import Item, Key

CLIENTS_SHARD: Final = "CLIENTS#0"


class ClientItem(Item):
    """What a client may do and where people are sent back to. ``secret_hash`` is that of confidential clients.

    A client that was removed has ``deleted_at`` and is in no list: its id is never another's, and what it did can
    still be told.
    """

    table = tables.accounts
    id = UnicodeAttribute()
    name = UnicodeAttribute()
    kind = UnicodeAttribute()
    secret_hash = UnicodeAttribute(null=True)
    grants = UnicodeSetAttribute()
    redirect_uris: ListAttribute[str] = ListAttribute(of=UnicodeAttribute)  # type: ignore[arg-type]
    scopes = UnicodeSetAttribute()
    first_party = BooleanAttribute(default=False)
    keys_shard = UnicodeAttribute(null=True)
    deleted_at = UnicodeAttribute(null=True)
    sequence = NumberAttribute(default=0)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, client_id: str) -> Key:
        return Key(cls, f"CLIENT#{client_id}", "META")

    @property
    def is_live(self) -> bool:
        """Whether it may still get and use tokens."""
        return not self.deleted_at


class CodeItem(Item):
    """An authorization code, under its hash. ``session_id`` is the session that it opens.

    A code that was used is kept for a while with ``used_at``, so that its second use ends what the first one opened.
    """

    table = tables.accounts
    client_id = UnicodeAttribute()
    redirect_uri = UnicodeAttribute()
    user_id = UnicodeAttribute()
    session_id = UnicodeAttribute()
    scope = UnicodeAttribute()
    code_challenge = UnicodeAttribute()
    nonce = UnicodeAttribute(null=True)
    authenticated_at = UnicodeAttribute()
    expires_at = UnicodeAttribute()
    used_at = UnicodeAttribute(null=True)
    ttl = NumberAttribute()
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, code_hash: str) -> Key:
        return Key(cls, f"CODE#{code_hash}", "META")
