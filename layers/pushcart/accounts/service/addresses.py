"""One's own addresses: at most 50, and exactly one of them the default while there are any."""

from __future__ import annotations

from typing import Any, Final

from pushcart.accounts.models.addresses import AddressBookItem, AddressItem
from pushcart.accounts.repository import addresses
from pushcart.accounts.schemas.addresses import Address, ChangeAddress, NewAddress
from utils.errors import InvalidState, NotFound, Overtaken
from utils.ids import new_id
from utils.queries import Page
from utils.transaction import Transaction
from utils.versions import expect, overtaken_by

MOST: Final = 50


def list_addresses(user_id: str, *, limit: int, start: dict[str, Any] | None) -> Page[Address]:
    """List somebody's addresses, the latest first, in one call a page."""
    page = addresses.addresses_of(user_id, limit=limit, start=start)
    return Page([_shown(item) for item in page.items], page.last_key)


def show_address(tx: Transaction, user_id: str, address_id: str) -> Address:
    """Return one address.

    Raises
    ------
    NotFound
        When there is none, or it is somebody else's: it is looked for among the caller's own.
    """
    return _shown(_theirs(tx.read_one(addresses.address_key(user_id, address_id))))


def add_address(tx: Transaction, user_id: str, given: NewAddress) -> Address:
    """Keep an address; the first is the default.

    Raises
    ------
    InvalidState
        When the account has 50 already.
    """
    book = tx.read_one(addresses.book_key(user_id))
    address_id, becomes = new_id("adr"), given.is_default or book is None
    if book is None:
        addresses.open_book(tx, user_id, address_id)
    else:
        if len(book.ids) >= MOST:
            raise InvalidState(f"An account keeps at most {MOST} addresses. Delete one first.")
        if becomes:
            addresses.mark(tx, user_id, book.default_id, is_default=False)
        default_id = address_id if becomes else book.default_id
        addresses.write_book(tx, book, ids=[*book.ids, address_id], default_id=default_id)
    particulars = given.model_dump(exclude={"is_default"})
    return _shown(addresses.add_address(tx, user_id, address_id, particulars, is_default=becomes))


def change_address(
    tx: Transaction, user_id: str, address_id: str, wanted: ChangeAddress, *, if_match: int | None
) -> Address:
    """Change what is named of an address; what changes nothing writes nothing.

    Raises
    ------
    NotFound
        When there is none, or it is somebody else's.
    StaleVersion
        When ``if_match`` is not its version.
    InvalidState
        When the default is to be none: another one has to take its place.
    """
    found, book = _with_book(tx, user_id, address_id)
    expect(found, if_match)
    given = wanted.model_dump(exclude_unset=True)
    values = {name: value for name, value in given.items() if value != getattr(found, name)}
    if values.get("is_default") is False:
        raise InvalidState("Make another address the default instead; there is always one.")
    if not values:
        return _shown(found)
    if "is_default" in values:
        addresses.mark(tx, user_id, book.default_id, is_default=False)
        addresses.write_book(tx, book, ids=list(book.ids), default_id=address_id)
    addresses.change_address(tx, found, refused=overtaken_by(if_match), **values)
    return _shown(found)


def delete_address(tx: Transaction, user_id: str, address_id: str, *, if_match: int | None) -> None:
    """Forget an address. When it was the default, the latest of the others is from now on.

    Raises
    ------
    NotFound
        When there is none, or it is somebody else's.
    StaleVersion
        When ``if_match`` is not its version.
    """
    found, book = _with_book(tx, user_id, address_id)
    expect(found, if_match)
    left = [one for one in book.ids if one != address_id]
    addresses.remove_address(tx, found, refused=overtaken_by(if_match))
    if not left:
        addresses.close_book(tx, book)
        return
    if book.default_id == address_id:
        addresses.mark(tx, user_id, left[-1], is_default=True)
        addresses.write_book(tx, book, ids=left, default_id=left[-1])
    else:
        addresses.write_book(tx, book, ids=left, default_id=book.default_id)


def _with_book(tx: Transaction, user_id: str, address_id: str) -> tuple[AddressItem, AddressBookItem]:
    """Return an address beside its book. The two are read in one call, but not at one moment: where they do not agree,
    somebody wrote in between."""
    item, book = tx.read(addresses.address_key(user_id, address_id), addresses.book_key(user_id))
    found = _theirs(item)
    if book is None or address_id not in book.ids or (book.default_id == address_id) != found.is_default:
        raise Overtaken
    return found, book


def _theirs(item: AddressItem | None) -> AddressItem:
    if item is None:
        raise NotFound("address")
    return item


def _shown(item: AddressItem) -> Address:
    fields = {name: getattr(item, name) for name in Address.model_fields if name != "version"}
    return Address(**fields, version=int(item.version))
