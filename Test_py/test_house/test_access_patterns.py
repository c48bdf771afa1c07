"""The table of access patterns: measured, current, and within what performance.md allows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from infra.access_patterns import __main__ as command
from infra.access_patterns.capacity import Cost, read_cost, targets, write_cost
from infra.access_patterns.sizes import entry, item_bytes, units
from utils.declarations import Loaded, Route
from utils.tables import Index, Table

TOP = Path(__file__).resolve().parents[2]
ROWS = command.parse(command.ARCHITECTURE.read_text(encoding="utf-8"))
READS = {"GetItem", "BatchGetItem", "Query"}


def test_each_function_has_its_row(functions: list[Loaded]) -> None:
    assert list(ROWS) == [one.declaration.name for one in functions], "run `make openapi`"


@pytest.mark.integration
def test_the_table_is_what_the_functions_do() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "infra.access_patterns", "--check"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert ran.returncode == 0, ran.stderr


def test_nothing_scans() -> None:
    assert not any("Scan" in row.calls for row in ROWS.values())


SIGN_INS = {"start_oidc", "finish_oidc"}
"""What a browser is led through to sign in at a provider: GET by the standard, though it leaves something behind."""


IN_THREE: Final = {"list_shipping_options"}
"""A cart, what is in it at today's prices, and the ways of sending: each depends on the one before."""


def test_reads_cost_what_they_may(functions: list[Loaded]) -> None:
    routes = {one.declaration.name: one.declaration for one in functions if isinstance(one.declaration, Route)}
    for name, route in routes.items():
        if route.method == "GET" and name not in SIGN_INS:
            assert ROWS[name].write_units == 0, name
            assert sum(ROWS[name].calls.values()) <= (3 if name in IN_THREE else 2), name
    assert ROWS["get_product"].calls == {"Query": 1}
    assert ROWS["list_products"].calls == {"Query": 1}


def test_a_checkout_is_two_reads_and_one_transaction() -> None:
    assert ROWS["place_order"].calls == {"BatchGetItem": 2, "TransactWriteItems": 1}


def test_a_row_is_read_back_as_it_was_written() -> None:
    text = f"{command.BEGIN}\n{command.render(ROWS.values())}\n{command.END}"
    assert command.parse(text) == ROWS


@pytest.mark.parametrize("text", ["", command.BEGIN, f"{command.BEGIN}\na\nb\n| no row |\n{command.END}"])
def test_a_document_without_a_table_is_said(text: str) -> None:
    with pytest.raises(command.NoTable):
        command.parse(text)


def test_an_items_size_is_its_names_and_values() -> None:
    assert item_bytes({"name": {"S": "Größe"}}) == 4 + 7
    assert item_bytes({"n": {"N": "-120"}}) == 1 + 3
    assert item_bytes({"b": {"BOOL": True}, "x": {"NULL": True}}) == 4
    assert item_bytes({"m": {"M": {"a": {"S": "bc"}}}}) == 1 + 3 + 1 + 1 + 2
    assert item_bytes({"l": {"L": [{"S": "ab"}, {"N": "1"}]}}) == 1 + 3 + (1 + 2) + (1 + 2)
    assert item_bytes({"s": {"SS": ["ab", "c"]}, "t": {"NS": ["12"]}}) == 1 + 3 + 1 + 2
    assert item_bytes({"b": {"B": b"abc"}}) == 4


@pytest.mark.parametrize(("size", "cost"), [(0, 1), (1, 1), (1024, 1), (1025, 2)])
def test_units_are_begun_ones(size: int, cost: int) -> None:
    assert units(size, 1024) == cost


def test_reads_cost_by_size_and_freshness() -> None:
    large = {"pk": {"S": "x" * 5000}}
    assert read_cost("GetItem", {"ConsistentRead": True}, {"Item": large}) == Cost(read=2)
    assert read_cost("GetItem", {}, {}) == Cost(read=0.5)
    batch = {"RequestItems": {"t": {"Keys": [{}, {}, {}], "ConsistentRead": True}}}
    assert read_cost("BatchGetItem", batch, {"Responses": {"t": [large]}}) == Cost(read=4)
    assert read_cost("Query", {}, {"Items": [large, large]}) == Cost(read=1.5)
    assert read_cost("Query", {}, {"Items": []}) == Cost(read=0.5)


def test_writes_cost_the_larger_image_twice_in_a_transaction_and_each_index_that_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TABLE_NOTES", "notes-1")
    table = Table("notes", indexes=(Index("by_owner", "owner", "at", projection=("title",)), Index("all", "shard")))
    key = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    item = {**key, "owner": {"S": "o"}, "at": {"S": "1"}, "title": {"S": "t"}, "text": {"S": "x" * 1500}}
    held: dict[str, dict[str, dict[str, str]]] = {}

    def look(_: str, __: object) -> dict[str, dict[str, str]] | None:
        return held.get("now")

    put = targets("PutItem", {"TableName": "notes-1", "Item": item}, [table], look)
    held["now"] = item
    assert write_cost(put, look, transaction=False) == Cost(write=2 + 1), "item and one sparse entry"
    pieces = {"TransactItems": [{"Update": {"TableName": "notes-1", "Key": key}}]}
    update = targets("TransactWriteItems", pieces, [table], look)
    held["now"] = {**item, "text": {"S": "y"}}
    assert write_cost(update, look, transaction=True) == Cost(write=4), "the index holds nothing of it"
    update = targets("TransactWriteItems", pieces, [table], look)
    held["now"] = {**item, "text": {"S": "y"}, "title": {"S": "u"}}
    assert write_cost(update, look, transaction=True) == Cost(write=2 + 1), "the entry is written over"
    update = targets("TransactWriteItems", pieces, [table], look)
    held["now"] = {**held["now"], "at": {"S": "2"}}
    assert write_cost(update, look, transaction=True) == Cost(write=2 + 2), "one entry goes, one comes"
    gone = targets("DeleteItem", {"TableName": "notes-1", "Key": key}, [table], look)
    held.clear()
    assert write_cost(gone, look, transaction=False) == Cost(write=1 + 1)


def test_an_index_holds_what_it_projects() -> None:
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}, "k": {"S": "c"}, "x": {"S": "d"}}
    assert entry(item, Index("all", "k")) == item
    assert set(entry(item, Index("keys", "k", projection="KEYS_ONLY")) or ()) == {"pk", "sk", "k"}
    assert entry(item, Index("sparse", "missing")) is None
    assert entry(None, Index("all", "k")) is None


def test_the_command_writes_and_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = tmp_path / "ARCHITECTURE.md"
    document.write_text(f"before\n{command.BEGIN}\n{command.END}\nafter\n")
    monkeypatch.setattr(command, "measured", lambda: list(ROWS.values()))
    assert command.main(["--check"], document) == 1
    assert command.main([], document) == 0
    assert command.main(["--check"], document) == 0
    assert command.parse(document.read_text()) == ROWS
    assert document.read_text().startswith("before\n")
    assert document.read_text().endswith("after\n")
