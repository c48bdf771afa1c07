"""The generations of the key that signs access tokens, and whoever is making one."""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key

KEYS: Final = "KEYS"
GENERATION: Final = "KID#"


class SigningKeyItem(Item):
    """One generation: which key of KMS, from when it signs, and until when its tokens are taken.

    Which keys there are is told here; what a key's public half is, KMS alone tells. So whoever could write here could
    still not have a key of their own taken: the functions may ask for keys with the shop's tags only.

    ``deleted_at`` is when its deletion was scheduled; the item outlives the key, so that no search takes it for a new
    one. The key that came with the deployment has no ``deleted_at``.
    """

    table = tables.accounts
    kid = UnicodeAttribute()
    key_id = UnicodeAttribute()
    signs_from = UnicodeAttribute()
    retires_at = UnicodeAttribute(null=True)
    deleted_at = UnicodeAttribute(null=True)
    ttl = NumberAttribute(null=True)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, kid: str) -> Key:
        return Key(cls, KEYS, f"{GENERATION}{kid}")


class RotationItem(Item):
    """That a rotation is under way: there is one at a time, until ``until``, and it knows itself by ``fence``.

    One whose time is over has crashed: a key that it made may stand in no item.
    """

    table = tables.accounts
    fence = UnicodeAttribute()
    until = UnicodeAttribute()

    @classmethod
    def key_of(cls) -> Key:
        return Key(cls, KEYS, "ROTATION")
