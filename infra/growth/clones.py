"""Makes many of what there is one of: every item that an order or a product left in the tables, under other ids.

The items are those that the shop itself wrote, so that a clone is in every index that a real one is in; attributes
that name no id are shared between all clones, without which a hundred thousand orders would not fit into memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from moto.dynamodb.models.dynamo_type import DynamoType, Item

from infra.local import moto_backend
from infra.local.moto_tables import moto_table, stored_items
from pushcart import tables
from utils.tables import PARTITION_KEY, SORT_KEY

ULID: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
TRANSIENT: Final = frozenset({"ephemeral"})
"""Tables whose items are known by their keys alone, and gone after a while."""


BY_NAME: Final = {table.name: table for table in tables.TABLES}


def ulid_of(prefixed: str) -> str:
    """Return the part of an id that is its own: ``ret_01JZ…_1`` → ``01JZ…``."""
    found = ULID.search(prefixed)
    if found is None:
        raise ValueError(f"{prefixed} holds no ULID")
    return found.group()


@dataclass(frozen=True, slots=True)
class _Piece:
    """One item of a template: what all clones share of it, and what names an id."""

    table: Any
    shared: dict[str, DynamoType]
    own: dict[str, dict[str, Any]]


class Template:
    """What one order, or one product, left in the tables.

    Parameters
    ----------
    names
        Texts that are its own and in its items' keys: ids without their prefix, an order's number, a slug, SKUs. The
        ids of its events are found by them.
    """

    def __init__(self, names: Iterable[str]) -> None:
        stored = list(_everything())
        own = set(names)
        own |= {ulid_of(item["id"]["S"]) for _, item in stored if _is_event_of(item, own)}
        # The cart that became the order is the order's own, too.
        own |= {ulid_of(item["id"]["S"]) for table, item in stored if table == "carts" and _names(item, own)}
        self.names: Final[Sequence[str]] = sorted(own)
        self._pattern = re.compile("|".join(re.escape(name) for name in sorted(own, key=len, reverse=True)))
        self._pieces = [_piece(table, item, self._pattern) for table, item in stored if _key_names(item, own)]
        if not self._pieces:
            raise ValueError(f"nothing is stored of {sorted(own)}")

    def clone(self, number: int) -> int:
        """Write one more, whose ids are made of ``number``, and return how many items it has."""
        fresh = {name: _renamed(name, place, number) for place, name in enumerate(self.names)}
        for piece in self._pieces:
            attributes = {name: DynamoType(_replaced(value, self._pattern, fresh)) for name, value in piece.own.items()}
            _insert(piece.table, piece.shared | attributes)
        return len(self._pieces)


def _renamed(name: str, place: int, number: int) -> str:
    """Return another name of the same length: sizes decide on capacity units."""
    if ULID.fullmatch(name):
        return f"{name[:10]}{place:03d}{number:013d}"
    digits = f"{number:0{min(9, len(name))}d}"
    return name[: len(name) - len(digits)] + digits


def _replaced(value: dict[str, Any], pattern: re.Pattern[str], fresh: dict[str, str]) -> dict[str, Any]:
    ((kind, content),) = value.items()
    if isinstance(content, str):
        return {kind: pattern.sub(lambda match: fresh[match.group()], content)}
    if isinstance(content, dict):
        return {kind: {_text(name, pattern, fresh): _replaced(one, pattern, fresh) for name, one in content.items()}}
    if isinstance(content, list):
        return {kind: [one if isinstance(one, str) else _replaced(one, pattern, fresh) for one in content]}
    return value


def _text(name: str, pattern: re.Pattern[str], fresh: dict[str, str]) -> str:
    return pattern.sub(lambda match: fresh[match.group()], name)


def _piece(table: str, item: dict[str, Any], pattern: re.Pattern[str]) -> _Piece:
    own = {name: value for name, value in item.items() if pattern.search(str(value))}
    shared = {name: DynamoType(value) for name, value in item.items() if name not in own}
    return _Piece(moto_table(BY_NAME[table].physical_name), shared, own)


def _insert(table: Any, attributes: dict[str, DynamoType]) -> None:
    """Put an item where moto keeps it: past its checks and its streams, which would take hours and gigabytes."""
    pk, sk = attributes[PARTITION_KEY], attributes[SORT_KEY]
    item = Item(pk, sk, {})
    dict.update(item.attrs, attributes)
    with moto_backend.lock:
        table.items[pk][sk] = item


def _everything() -> Iterable[tuple[str, dict[str, Any]]]:
    for table in tables.TABLES:
        if table.name not in TRANSIENT:
            for item in stored_items(table):
                yield table.name, item


def _is_event_of(item: dict[str, Any], names: set[str]) -> bool:
    return bool(item[PARTITION_KEY]["S"].startswith("AGG#") and _key_names(item, names) and "id" in item)


def _names(item: dict[str, Any], names: set[str]) -> bool:
    text = str(item)
    return any(name in text for name in names)


def _key_names(item: dict[str, Any], names: set[str]) -> bool:
    keys = f"{item[PARTITION_KEY]['S']} {item[SORT_KEY]['S']}"
    return any(name in keys for name in names)
