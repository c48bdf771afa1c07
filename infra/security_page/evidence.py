"""Whether the tests that the rows name are there, and how the page names them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
TESTS: Final = "Test_py"
_PREFIX: Final = "test_"


def is_there(node: str, root: Path = ROOT) -> bool:
    """Whether a test file exists, and the test function in it where one is named.

    Example
    -------
    >>> is_there("test_utils/test_access.py::test_no_rule_admits_nobody")
    True
    """
    path, _, name = node.partition("::")
    file = root / TESTS / path
    if not file.is_file() or not file.name.startswith(_PREFIX):
        return False
    tests = _tests_of(file)
    return name in tests if name else bool(tests)


def link(node: str) -> str:
    """Return a link from a page in ``docs`` to a test, in the words of its name.

    Example
    -------
    >>> link("test_utils/test_access.py::test_no_rule_admits_nobody")
    '[no rule admits nobody](../Test_py/test_utils/test_access.py)'
    """
    path, _, name = node.partition("::")
    words = (name or Path(path).stem).removeprefix(_PREFIX).replace("_", " ")
    return f"[{words}](../{TESTS}/{path})"


@cache
def _tests_of(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(one.name for one in functions if one.name.startswith(_PREFIX))
