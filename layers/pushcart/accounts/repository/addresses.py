"""Reading and writing addresses."""

from __future__ import annotations

from typing import Any

from pushcart.accounts.models.addresses import PREFIX, AddressBookItem, AddressItem
from pushcart.accounts.models.keys import of_user
from utils.errors import Overtaken, Problem
from utils.models import Key
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend


def address_key(user_id: str, address_id: str) -> Key:
    """Return where an address stands."""
    return AddressItem.key_of(user_id, address_id)


def book_key(user_id: str) -> Key:
    """Return where the list of somebody's addresses stands."""
    return AddressBookItem.key_of(user_id)


def addresses_of(user_id: str, *, limit: int, start: dict[str, Any] | None) -> Page[AddressItem]:
    """Return a page of somebody's addresses, the latest first, in one call."""
    return query(
        AddressItem, of_user(user_id), prefix=PREFIX, descending=True, limit=limit, start=start, consistent=True
    )


def add_address(
    tx: Transaction, user_id: str, address_id: str, particulars: dict[str, Any], *, is_default: bool
) -> AddressItem:
    """Append a new address; the book is written by :func:`open_book` or :func:`write_book`."""
    key = address_key(user_id, address_id)
    made = AddressItem(
        key.pk,
        key.sk,
        id=address_id,
        user_id=user_id,
        is_default=is_default,
        created_at=tx.moment,
        updated_at=tx.moment,
        **particulars,
    )
    tx.create(made, taken=Overtaken())
    return made


def change_address(tx: Transaction, found: AddressItem, *, refused: Problem, **values: Any) -> None:
    """Append new particulars of an address that was read, and show them in it."""
    amend(tx, found, refused=refused, **values)


def remove_address(tx: Transaction, found: AddressItem, *, refused: Problem) -> None:
    """Append that an address goes, on condition that nobody changed it since it was read."""
    tx.remove(found.key, when=AddressItem.version == found.version, refused=refused)


def mark(tx: Transaction, user_id: str, address_id: str, *, is_default: bool) -> None:
    """Append that an address which was not read is the default, or is it no longer. The book's version guards it."""
    tx.adjust(
        address_key(user_id, address_id),
        AddressItem.is_default.set(is_default),
        AddressItem.updated_at.set(tx.moment),
        AddressItem.version.set(AddressItem.version + 1),
        when=AddressItem.pk.exists(),
        refused=Overtaken(),
    )


def open_book(tx: Transaction, user_id: str, first_id: str) -> None:
    """Append the book of somebody's first address."""
    key = book_key(user_id)
    book = AddressBookItem(
        key.pk, key.sk, ids=[first_id], default_id=first_id, created_at=tx.moment, updated_at=tx.moment
    )
    tx.create(book, taken=Overtaken())


def write_book(tx: Transaction, book: AddressBookItem, *, ids: list[str], default_id: str) -> None:
    """Append what the book says from now on, on condition that nobody wrote in it since it was read."""
    amend(tx, book, refused=Overtaken(), ids=ids, default_id=default_id)


def close_book(tx: Transaction, book: AddressBookItem) -> None:
    """Append that no address is left."""
    tx.remove(book.key, when=AddressBookItem.version == book.version, refused=Overtaken())
