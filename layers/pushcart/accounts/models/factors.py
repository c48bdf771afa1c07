"""Second factors."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from pushcart import tables
from pushcart.accounts.models.keys import of_user
from utils.models import Item, Key


class FactorItem(Item):
    """The authenticator app of an account, and the codes for whoever loses it.

    ``secret`` is sealed by KMS. Until ``confirmed_at`` is set the factor is asked for nowhere. ``last_step`` is the
    youngest time step that was used, ``recovery_codes`` the codes (under the pepper) of those that were not.
    ``before_verified``: it was switched on before the account's address was shown to be its owner's, so it may be that
    of somebody who registered with another's address; a new password by mail ends it.
    """

    table = tables.accounts
    user_id = UnicodeAttribute()
    secret = UnicodeAttribute()
    confirmed_at = UnicodeAttribute(null=True)
    before_verified = BooleanAttribute(default=False)
    last_step = NumberAttribute(default=0)
    recovery_codes = UnicodeSetAttribute(null=True)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, user_id: str) -> Key:
        return Key(cls, of_user(user_id), "MFA")
