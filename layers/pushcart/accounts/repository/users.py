"""Reading and writing accounts as staff does."""

from __future__ import annotations

from typing import Any, Final

from pushcart import tables
from pushcart.accounts.models.people import USERS_SHARD, ProfileItem
from utils.errors import Problem
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend

_BY_CREATED: Final = tables.accounts["by_created"]


def newest(*, limit: int, start: dict[str, Any] | None) -> Page[ProfileItem]:
    """Return a page of all accounts that staff has not taken away, the newest first, in one call."""
    return query(ProfileItem, USERS_SHARD, index=_BY_CREATED, descending=True, limit=limit, start=start)


def change(tx: Transaction, found: ProfileItem, *, refused: Problem, **values: Any) -> None:
    """Append new values of an account that was read, show them in it, and count the event that tells of them."""
    amend(tx, found, refused=refused, sequence=int(found.sequence) + 1, **values)
