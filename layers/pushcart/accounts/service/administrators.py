"""The admins of the shop: there is always one, however many act at the same moment.

An admin who acts is one at the moment of the commit, whatever an older token says, and stays one by acting on others
alone. So the last one is never taken away.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pushcart.accounts.models.administrators import ADMIN, AdministratorsItem
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.repository import administrators
from utils.errors import Forbidden, InvalidState, Problem
from utils.transaction import Transaction

KEY = administrators.KEY


def reigns(profile: ProfileItem, *, roles: Iterable[str] | None = None) -> bool:
    """Whether an account counts as an admin, or would with these ``roles``."""
    return profile.is_open and ADMIN in (profile.roles if roles is None else roles)


def refuse_last(found: AdministratorsItem | None, user_id: str) -> None:
    """Raise when ``user_id`` is the only admin, as read: the telling refusal, ahead of all others.

    Raises
    ------
    InvalidState
        The last admin stays.
    """
    if found is not None and set(found.ids or ()) == {user_id}:
        raise _last()


def move(tx: Transaction, user_id: str, *, was: bool, becomes: bool, by: str | None) -> None:
    """Append that somebody becomes an admin or ceases to be one; where neither is so, nothing.

    Parameters
    ----------
    by
        The admin who does it, another than ``user_id``; ``None`` for the operator.
    """
    if becomes and (by is None or not was):
        # What an operator says holds also where the list does not have them yet.
        administrators.add(tx, user_id, by=by, refused=Forbidden("You are no admin any more."))
    elif was and not becomes:
        administrators.take_off(tx, user_id, by=by, refused=lambda raw: _told(raw, user_id))


def settle(tx: Transaction, user_id: str, *, was: bool, becomes: bool, by: str) -> None:
    """Append what :func:`move` does, and in any case that ``by`` is an admin: for the giving of roles."""
    if was == becomes:
        administrators.require(tx, by, refused=Forbidden("You are no admin any more."))
    move(tx, user_id, was=was, becomes=becomes, by=by)


def _told(raw: dict[str, Any] | None, user_id: str) -> Problem:
    others = administrators.ids_of(raw) - {user_id}
    return Forbidden("You are no admin any more.") if others else _last()


def _last() -> InvalidState:
    return InvalidState("The last admin stays. Make somebody else an admin first.", detail=ADMIN)
