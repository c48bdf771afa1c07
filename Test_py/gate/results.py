"""Reads what pytest reports (JUnit XML) into outcomes by test file."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from pathlib import Path

from Test_py.gate.enforcement import Outcome


def read(report: Path) -> dict[str, Outcome]:
    """Return the outcome of each test file, by its path from the top of the repository.

    A report that is not there, because pytest did not come so far, is one failure.
    """
    if not report.exists():
        return {"": Outcome(failed=1)}
    found: dict[str, Outcome] = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):  # noqa: S314 - pytest wrote it just now
        path = _path(case.get("classname", ""), case.get("name", ""))
        found[path] = found.get(path, Outcome()) + _outcome(case)
    return found


def total(outcomes: Mapping[str, Outcome]) -> Outcome:
    """Add them all up."""
    return sum(outcomes.values(), Outcome())


def _outcome(case: ElementTree.Element) -> Outcome:
    kinds = {child.tag for child in case}
    if kinds & {"failure", "error"}:
        return Outcome(failed=1)
    return Outcome(skipped=1) if "skipped" in kinds else Outcome(passed=1)


def _path(classname: str, name: str) -> str:
    """``Test_py.test_utils.test_ids.TestUlid`` → ``Test_py/test_utils/test_ids.py``; a broken file has no class."""
    parts = (classname or name).split(".")
    last = max((at for at, part in enumerate(parts) if part.startswith("test_")), default=len(parts) - 1)
    return "/".join(parts[: last + 1]) + ".py"
