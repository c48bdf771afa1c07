"""The ledger, the plugin that writes it, and `make red`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from Test_py.gate import red
from Test_py.gate.ledger import BrokenLedger, Ledger
from Test_py.gate.recorder import function_of
from Test_py.test_house.repositories import FUNCTION, TEST, Repository

HOUSE = Path(__file__).resolve().parents[2]
LEDGER = "Test_py/ledger.ndjson"
TWO = """import importlib


def test_it():
    assert importlib.import_module("functions.orders.place_order").ANSWER == 42


def test_other():
    assert True
"""
PLUGIN = "from Test_py.gate import recorder\n\n\ndef pytest_configure(config):\n    recorder.register(config)\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A tree with the test of a function, but without the function; the plugin comes from this house."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # plugins are most of the time that a small run takes
    repository = Repository(tmp_path / "tree")
    repository.write("functions/__init__.py", "functions/orders/__init__.py")
    repository.write(TEST, text=TWO)
    repository.write("conftest.py", text=PLUGIN)
    repository.write("pytest.ini", text="[pytest]\naddopts = --import-mode=importlib\npythonpath = .\n")
    return repository


def run(tree: Repository, *arguments: str) -> int:
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{HOUSE}:{HOUSE / 'layers'}",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    return subprocess.run(command, cwd=tree.top, env=environment, check=False, capture_output=True).returncode


def results(tree: Repository) -> list[str]:
    return [entry.result for entry in Ledger(tree.top / LEDGER).entries(FUNCTION)]


def write_function(tree: Repository, answer: int = 42) -> None:
    tree.write(FUNCTION, text=f"ANSWER = {answer}\n")


def test_working_test_first_writes_the_ledger_by_itself(tree: Repository) -> None:
    assert run(tree, TEST) == 1
    assert run(tree, TEST) == 1
    assert results(tree) == ["red"]
    write_function(tree)
    assert run(tree, TEST) == 0
    assert run(tree, TEST) == 0
    assert results(tree) == ["red", "green"]


def test_a_test_that_cannot_even_be_collected_is_red(tree: Repository) -> None:
    tree.write(
        TEST, text="from functions.orders.place_order import ANSWER\n\n\ndef test_it():\n    assert ANSWER == 42\n"
    )
    assert run(tree, TEST) == 2
    assert results(tree) == ["red"]


def test_a_failure_with_the_function_there_is_no_red_run(tree: Repository) -> None:
    write_function(tree, answer=41)
    assert run(tree, TEST) == 1
    assert results(tree) == []


def test_a_part_of_the_file_makes_no_green_run(tree: Repository) -> None:
    assert run(tree, TEST) == 1
    write_function(tree, answer=41)
    assert run(tree, f"{TEST}::test_other") == 0
    assert run(tree, TEST, "-k", "other") == 0
    assert results(tree) == ["red"]


def test_red_hides_a_function_that_is_there_already(tree: Repository) -> None:
    write_function(tree)
    assert red.main(FUNCTION, tree.top) == 0
    assert results(tree) == ["red", "green"]
    assert (tree.top / FUNCTION).exists()


def test_red_before_the_function_is_written(tree: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert red.main(FUNCTION, tree.top) == 0
    assert results(tree) == ["red"]
    assert "Red:" in capsys.readouterr().out


def test_a_test_that_does_not_need_its_function_shows_nothing(
    tree: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    write_function(tree)
    tree.write(TEST, text="def test_it():\n    assert True\n")
    assert red.main(FUNCTION, tree.top) == 1
    assert results(tree) == []
    assert "passes without" in capsys.readouterr().err


def test_a_file_without_tests_shows_nothing(tree: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    tree.write(TEST, text="X = 1\n")
    assert red.main(FUNCTION, tree.top) == 1
    assert results(tree) == []
    assert "cannot be run" in capsys.readouterr().err


def test_a_test_that_fails_with_its_function_too_is_not_green(tree: Repository) -> None:
    write_function(tree, answer=41)
    assert red.main(FUNCTION, tree.top) == 1
    assert results(tree) == ["red"]


@pytest.mark.parametrize("name", ["", "place_order", "../place_order.py", "functions/place_order.py", "utils/ids/x.py"])
def test_red_asks_for_a_function(tree: Repository, name: str) -> None:
    assert red.main(name, tree.top) == 2


def test_red_asks_for_the_test(tree: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert red.main("functions/orders/get_order.py", tree.top) == 2
    assert "Write the test first" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"function": "x"}'])
def test_a_broken_line_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    ledger = tmp_path / "ledger.ndjson"
    ledger.write_text(f"\n{line}\n")
    with pytest.raises(BrokenLedger, match="line 2 "):
        Ledger(ledger).entries()


def test_a_result_is_red_or_green(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.ndjson"
    ledger.write_text('{"function":"f","test":"t","result":"blue","digest":"0","at":"2026-01-01T00:00:00.000Z"}\n')
    with pytest.raises(BrokenLedger, match="blue"):
        Ledger(ledger).entries()


@pytest.mark.parametrize(
    ("test", "function"),
    [
        (TEST, FUNCTION),
        ("Test_py/test_routes/test_matrix.py", None),
        ("Test_py/test_utils/test_ids.py", None),
        ("Test_py/test_routes/orders/conftest.py", None),
    ],
)
def test_which_function_a_test_belongs_to(test: str, function: str | None) -> None:
    assert function_of(test) == function


def test_the_ledger_of_this_house_can_be_read() -> None:
    Ledger(HOUSE / LEDGER).entries()
