"""Who the admins are, in one place."""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import UnicodeSetAttribute

from pushcart import tables
from utils.models import Item, Key


class AdministratorsItem(Item):
    """The ids of all accounts that are admins and open.

    Whatever makes or ends an admin is conditional on this item, so that two who take each other's role away at the
    same moment cannot both succeed: the last admin stays.
    """

    table = tables.accounts
    ids = UnicodeSetAttribute(null=True)

    @classmethod
    def the_key(cls) -> Key:
        return Key(cls, "ADMINS", "META")


ADMIN: Final = "admin"
