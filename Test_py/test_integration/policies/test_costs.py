"""What requests cost, counted here from the very calls and items, against the table in docs/ARCHITECTURE.md.

The counter below is another than the one that writes the table: two that agree are hardly both wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from infra.access_patterns.__main__ import ARCHITECTURE, Row, parse
from infra.local.recorder import Call, record
from pushcart import tables
from Test_py.support import people, shopping
from Test_py.support.accounts import items
from Test_py.support.client import Api, Reply
from Test_py.support.shopkeeping import on_sale, session

ROWS: Final = parse(ARCHITECTURE.read_text(encoding="utf-8"))
READ, WRITE = 4096, 1024


def size(value: dict[str, Any]) -> int:
    """Return the bytes of an item, as DynamoDB counts them: names, texts, numbers by pairs of digits."""
    return sum(len(name.encode()) + _value(one) for name, one in value.items())


def _value(value: dict[str, Any]) -> int:
    kind, content = next(iter(value.items()))
    if kind == "S":
        return len(str(content).encode())
    if kind == "N":
        digits = content.replace("-", "").replace(".", "").strip("0")
        return math.ceil(len(digits) / 2) + 1 + int("-" in content)
    if kind in {"M", "L"}:
        inner = content.items() if kind == "M" else (("", one) for one in content)
        return 3 + sum(1 + len(name.encode()) + _value(one) for name, one in inner)
    return 1


def stored() -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return every item by its table and key."""
    return {
        (table.physical_name, item["pk"]["S"], item["sk"]["S"]): item
        for table in tables.TABLES
        for item in items(table)
    }


def written_units(before: dict[Any, Any], after: dict[Any, Any], call: Call) -> int:
    """Return the write units of one transaction: each item twice, and each index entry that came, went or changed."""
    by_name = {table.physical_name: table for table in tables.TABLES}
    total = 0
    for piece in call.parameters["TransactItems"]:
        ((_, body),) = piece.items()
        key = body.get("Key") or body["Item"]
        place = (body["TableName"], key["pk"]["S"], key["sk"]["S"])
        old, new = before.get(place), after.get(place)
        total += 2 * max(1, math.ceil(max(size(one) if one else 0 for one in (old, new)) / WRITE))
        for index in by_name[place[0]].indexes:
            total += _entry_units(_entry(old, index), _entry(new, index), index)
    return total


def _entry(item: dict[str, Any] | None, index: Any) -> dict[str, Any] | None:
    if item is None or index.pk not in item or (index.sk and index.sk not in item):
        return None
    keys = {"pk", "sk", index.pk, index.sk}
    if index.projection == "ALL":
        return item
    names = keys | (set() if index.projection == "KEYS_ONLY" else set(index.projection))
    return {name: value for name, value in item.items() if name in names}


def _entry_units(old: dict[str, Any] | None, new: dict[str, Any] | None, index: Any) -> int:
    if old == new:
        return 0
    moved = old is None or new is None or any(old.get(name) != new.get(name) for name in (index.pk, index.sk) if name)
    each = [math.ceil(size(one) / WRITE) for one in (old, new) if one is not None]
    return sum(each) if moved else max(each)


def batch_units(call: Call, found: dict[Any, Any]) -> float:
    """Return the read units of one batch: each item by its size, and one that is not there as the least."""
    total = 0.0
    for table, asked in call.parameters["RequestItems"].items():
        rate = 1.0 if asked.get("ConsistentRead") else 0.5
        for key in asked["Keys"]:
            item = found.get((table, key["pk"]["S"], key["sk"]["S"]))
            total += rate * max(1, math.ceil((size(item) if item else 0) / READ))
    return total


def warm(request: Callable[[], Reply]) -> tuple[Reply, list[Call]]:
    with record() as calls:
        reply = request()
    assert reply.status < 300, reply.body
    return reply, calls.made


def operations(calls: list[Call]) -> dict[str, int]:
    names = [call.operation for call in calls]
    return {name: names.count(name) for name in dict.fromkeys(names)}


def query_units(call: Call) -> float:
    """Return the read units of a query that may be stale, of everything in its partition that it could read."""
    wanted = next(iter(call.parameters["ExpressionAttributeValues"].values()))["S"]
    index = call.parameters.get("IndexName")
    pk = "pk" if index is None else tables.catalog[index].pk
    projected = [
        item if index is None else _entry(item, tables.catalog[index])
        for item in items(tables.catalog)
        if item.get(pk, {}).get("S") == wanted
    ]
    # A query reads no further than its limit.
    read = [item for item in projected if item][: call.parameters.get("Limit")]
    total = sum(size(item) for item in read)
    rate = 1.0 if call.parameters.get("ConsistentRead") else 0.5
    return rate * max(1, math.ceil(total / READ))


def assert_row(row: Row, calls: list[Call]) -> None:
    assert operations(calls) == row.calls
    assert {call.parameters["IndexName"] for call in calls if "IndexName" in call.parameters} == {
        name.partition(".")[2] for name in row.indexes
    }


@pytest.fixture
def mug(api: Api) -> Any:
    return on_sale(api, session("manager"), "MUG-1", stock=500)


def test_a_product_is_one_query(api: Api, mug: Any) -> None:
    _, calls = warm(lambda: api.get(f"/api/v1/products/{mug['id']}"))
    assert_row(ROWS["get_product"], calls)
    assert query_units(calls[0]) == ROWS["get_product"].read_units


def test_a_list_is_one_query_of_its_index_however_many_there_are(api: Api, mug: Any) -> None:
    row = ROWS["list_products"]
    _, calls = warm(lambda: api.get("/api/v1/products"))
    assert_row(row, calls)
    assert query_units(calls[0]) == row.read_units
    for number in range(25):
        on_sale(api, session("manager"), f"MORE-{number}")
    _, calls = warm(lambda: api.get("/api/v1/products?limit=4"))
    assert_row(row, calls)
    assert query_units(calls[0]) == row.read_units


def checkout(api: Api, lines: int) -> tuple[float, int]:
    """Order a customer's cart of so many lines in a warm process; return its read and write units."""
    ada = people.customer(api)
    skus = [shopping.shelve(f"GARDEN-TWINE-100-M-{number}") for number in range(lines)]
    basket = replace(shopping.lay_cart(*skus, owner_id=ada.id), token=ada.token)
    # Whatever a process keeps is kept from here on.
    assert api.get(f"/api/v1/carts/{basket.id}", token=ada.token).status == 200
    before = stored()
    _, calls = warm(lambda: shopping.place(api, basket))
    assert_row(ROWS["place_order"], calls)
    *reads, commit = calls
    assert len(commit.parameters["TransactItems"]) <= lines + 10
    return sum(batch_units(call, before) for call in reads), written_units(before, stored(), commit)


def test_a_checkout_of_one_line_costs_what_the_table_says(api: Api) -> None:
    row = ROWS["place_order"]
    read, written = checkout(api, 1)
    # The table's cart has an address, so the taxes of its country are read along.
    assert (read + 1, written) == (row.read_units, row.write_units)


def test_a_checkout_of_fifty_lines_is_three_calls_and_grows_by_its_lines_alone(api: Api) -> None:
    row, more = ROWS["place_order"], 49
    read, written = checkout(api, 1 + more)
    # Of each line its variant and its stock; the cart itself is over 4 KB, and over 8.
    assert row.read_units + 2 * more - 1 <= read <= row.read_units + 2 * more + 3
    # Of each line its stock, twice in a transaction, and that one's entries in the indexes of all stock and of its
    # place; beyond these the lines make the order, its entries in the indexes, its events and its kept answer longer:
    # under 3 units each.
    assert row.write_units + 4 * more < written < row.write_units + 7 * more
