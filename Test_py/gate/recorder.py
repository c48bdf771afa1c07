"""A pytest plugin that writes the ledger by itself while somebody works test first.

A function's test that fails while the function's file is not there is a red run; the first run after that in which
the whole file passes is the green one. Nothing is written in any other case, so a finished function leaves the
ledger alone. ``PUSHCART_LEDGER=off`` switches it off.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

import pytest

from Test_py.gate.ledger import Ledger

TEST_FILE: Final = re.compile(r"Test_py/test_routes/(?P<context>\w+)/test_(?P<name>\w+)\.py")


def function_of(test: str) -> str | None:
    """Return the function that a test file belongs to, by their paths.

    Example
    -------
    >>> function_of("Test_py/test_routes/orders/test_place_order.py")
    'functions/orders/place_order.py'
    """
    match = TEST_FILE.fullmatch(test)
    return f"functions/{match['context']}/{match['name']}.py" if match else None


class Recorder:
    """Watches one run of pytest whose top folder is ``top``."""

    def __init__(self, top: Path, *, whole_files: bool) -> None:
        self._top = top
        self._ledger = Ledger(top / "Test_py" / "ledger.ndjson")
        self._whole_files = whole_files
        self._results: dict[str, bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.failed:
            self._note(report.nodeid, passed=report.passed)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._note(report.nodeid, passed=False)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self._whole_files = False

    def pytest_sessionfinish(self) -> None:
        for test, passed in sorted(self._results.items()):
            function = function_of(test)
            if function is None:
                continue
            present = (self._top / function).exists()
            waiting = self._ledger.awaits_green(function)
            if not passed and not present and not waiting:
                self._ledger.record(function, self._top / test, self._top, "red")
            elif passed and present and waiting and self._whole_files:
                self._ledger.record(function, self._top / test, self._top, "green")

    def _note(self, node: str, *, passed: bool) -> None:
        test = node.partition("::")[0]
        self._results[test] = self._results.get(test, True) and passed


def register(config: pytest.Config) -> None:
    """Watch this run, unless it is a worker of another or the ledger is switched off."""
    if os.environ.get("PUSHCART_LEDGER") == "off" or hasattr(config, "workerinput"):
        return
    whole = not any("::" in argument for argument in config.args)
    config.pluginmanager.register(Recorder(config.rootpath, whole_files=whole), "pushcart-ledger")
