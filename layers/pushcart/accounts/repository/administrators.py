"""Reading and writing who the admins are."""

from __future__ import annotations

from typing import Any, Final

from pynamodb.expressions.condition import size

from pushcart.accounts.models.administrators import AdministratorsItem
from utils.commits import Refusal
from utils.models import Key
from utils.transaction import Transaction

KEY: Final[Key] = AdministratorsItem.the_key()
_ids: Final[Any] = AdministratorsItem.ids
_ALWAYS: Final = AdministratorsItem.pk.exists() | AdministratorsItem.pk.does_not_exist()


def add(tx: Transaction, user_id: str, *, by: str | None, refused: Refusal) -> None:
    """Append one more admin; ``by`` is the admin who says so, ``None`` the operator."""
    tx.adjust(KEY, _ids.add({user_id}), when=_ALWAYS if by is None else _ids.contains(by), refused=refused)


def take_off(tx: Transaction, user_id: str, *, by: str | None, refused: Refusal) -> None:
    """Append that somebody is an admin no more, on condition that another one stays: ``by``, or anybody at all."""
    stays = size(_ids) > 1 if by is None else _ids.contains(by)  # type: ignore[no-untyped-call]
    tx.adjust(KEY, _ids.delete({user_id}), when=stays, refused=refused)


def require(tx: Transaction, by: str, *, refused: Refusal) -> None:
    """Append that ``by`` is an admin at the moment of the commit."""
    tx.require(KEY, _ids.contains(by), refused=refused)


def ids_of(raw: dict[str, Any] | None) -> set[str]:
    """Return the admins of an item as DynamoDB gives it."""
    return set(AdministratorsItem.from_raw_data(raw).ids or ()) if raw else set()
