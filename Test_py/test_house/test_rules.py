"""The rules of the tree: layers, rooms, sizes; each with a case that breaks it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from grimp import ImportGraph

from Test_py.gate import sizes
from Test_py.gate.rooms import violations

HOUSE = Path(__file__).resolve().parents[2]
CONTEXTS = ("orders", "catalog")
ROOMS = ("models", "schemas", "goods_schemas", "events", "repository", "service")


def graph(*imports: tuple[str, str]) -> ImportGraph:
    made = ImportGraph()
    for module in ("pushcart", "pushcart.tables", "functions.orders.place_order", "infra.tool", "utils.clock"):
        made.add_module(module)
    for context in CONTEXTS:
        made.add_module(f"pushcart.{context}")
        for room in ROOMS:
            made.add_module(f"pushcart.{context}.{room}")
    for importer, imported in imports:
        made.add_import(importer=importer, imported=imported)
    return made


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("pushcart.orders.service", "pushcart.orders.repository"),
        ("pushcart.orders.service", "pushcart.orders.schemas"),
        ("pushcart.orders.service", "pushcart.catalog.service"),
        ("pushcart.orders.service", "pushcart.catalog.schemas"),
        ("pushcart.orders.service", "pushcart.catalog.goods_schemas"),
        ("pushcart.orders.repository", "pushcart.orders.models"),
        ("pushcart.orders.repository", "pushcart.tables"),
        ("pushcart.orders.models", "utils.clock"),
        ("functions.orders.place_order", "pushcart.orders.service"),
        ("functions.orders.place_order", "pushcart.orders.schemas"),
        ("infra.tool", "pushcart.orders.models"),
    ],
)
def test_imports_that_are_fine(importer: str, imported: str) -> None:
    assert list(violations(graph((importer, imported)), "pushcart")) == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("pushcart.orders.models", "pushcart.orders.repository"),
        ("pushcart.orders.models", "pushcart.orders.service"),
        ("pushcart.orders.repository", "pushcart.orders.service"),
        ("pushcart.orders.schemas", "pushcart.orders.models"),
        ("pushcart.orders.goods_schemas", "pushcart.orders.models"),
        ("pushcart.orders.events", "pushcart.orders.service"),
        ("pushcart.orders.service", "pushcart.catalog.models"),
        ("pushcart.orders.service", "pushcart.catalog.repository"),
        ("pushcart.orders.repository", "pushcart.catalog.repository"),
        ("pushcart.orders.repository", "pushcart.catalog.service"),
        ("pushcart.orders.schemas", "pushcart.catalog.schemas"),
        ("functions.orders.place_order", "pushcart.orders.repository"),
        ("functions.orders.place_order", "pushcart.orders.models"),
        ("pushcart.tables", "pushcart.orders.models"),
    ],
)
def test_imports_that_break_a_rule(importer: str, imported: str) -> None:
    found = list(violations(graph((importer, imported)), "pushcart"))
    assert [(one, other) for one, other, _ in found] == [(importer, imported)]


def test_the_contracts_hold_for_this_house(tmp_path: Path) -> None:
    # In a process of its own: import-linter sets up logging, and switches off every logger that is there.
    command = [str(Path(sys.executable).with_name("lint-imports")), "--cache-dir", str(tmp_path)]
    checked = subprocess.run(command, cwd=HOUSE, check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


def test_every_folder_of_code_is_a_package() -> None:
    """A folder without ``__init__.py`` is invisible to the import graph, so its imports would be unchecked."""
    folders = {
        path.parent
        for root in ("functions", "layers/pushcart", "utils", "infra")
        for path in (HOUSE / root).rglob("*.py")
    }
    assert [str(folder.relative_to(HOUSE)) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_functions_do_not_hide_their_types() -> None:
    """The decorators read the annotations, and this import would make strings of them."""
    hidden = "from __future__ import annotations"
    assert [path.name for path in (HOUSE / "functions").rglob("*.py") if hidden in path.read_text()] == []


def test_every_file_and_function_is_within_the_limits(capsys: pytest.CaptureFixture[str]) -> None:
    assert sizes.main() == 0, capsys.readouterr().err


def test_a_long_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "long.py"
    path.write_text("x = 1\n" * 600)
    assert list(sizes.excesses(path)) == []
    path.write_text("x = 1\n" * 601)
    assert list(sizes.excesses(path)) == [f"{path}:1: 601 lines; a file has at most 600"]


def test_a_long_function_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "long.py"
    path.write_text("\nasync def fits():\n" + "    pass\n" * 149)
    assert list(sizes.excesses(path)) == []
    path.write_text("\ndef does_not():\n" + "    pass\n" * 150)
    assert list(sizes.excesses(path)) == [f"{path}:2: does_not has 151 lines; a function has at most 150"]


def test_the_check_of_sizes_fails_on_an_excess(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "utils").mkdir()
    (tmp_path / "utils" / "long.py").write_text("x = 1\n" * 601)
    assert sizes.main(tmp_path) == 1
    assert "601 lines" in capsys.readouterr().err
