"""CloudFormation changes one index of a table in one deployment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.released_indexes import TooManyIndexChanges, changes, declared_indexes, guard
from pushcart.tables import TABLES
from utils.tables import Index, Table

BEFORE = Table("orders", indexes=(Index("by_customer", "customer_id", "created_at"), Index("all", "shard")))


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """The record of a release that had ``BEFORE``."""
    file = tmp_path / "released.json"
    file.write_text(json.dumps(declared_indexes([BEFORE])))
    return file


def test_the_declared_tables_can_be_deployed_at_once() -> None:
    guard(TABLES)


def test_one_more_index_is_fine(released: Path) -> None:
    guard([Table("orders", indexes=(*BEFORE.indexes, Index("returns", "returned")))], file=released)


def test_one_index_less_is_fine(released: Path) -> None:
    guard([Table("orders", indexes=BEFORE.indexes[:1])], file=released)


@pytest.mark.parametrize(
    "indexes",
    [
        pytest.param((*BEFORE.indexes, Index("a", "x"), Index("b", "y")), id="two made"),
        pytest.param((), id="two removed"),
        pytest.param((BEFORE.indexes[0], Index("everything", "shard")), id="one renamed"),
        pytest.param((BEFORE.indexes[0], Index("all", "other_shard")), id="another key"),
        pytest.param((BEFORE.indexes[0], Index("all", "shard", projection="KEYS_ONLY")), id="another projection"),
    ],
)
def test_two_changes_are_refused(released: Path, indexes: tuple[Index, ...]) -> None:
    with pytest.raises(TooManyIndexChanges, match="table orders"):
        guard([Table("orders", indexes=indexes)], file=released)


def test_a_new_table_brings_all_its_indexes(released: Path) -> None:
    guard([BEFORE, Table("work", indexes=(Index("a", "x"), Index("b", "y")))], file=released)


def test_a_changed_index_is_removed_and_made() -> None:
    assert changes({"t": {"a": ["x", ""]}}, {"t": {"a": ["y", ""]}}) == {"t": ["remove a", "make a"]}
