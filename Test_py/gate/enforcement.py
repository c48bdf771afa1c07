"""Requirement Q3: tests come first, and the gate holds everybody to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from Test_py.gate.history import History
from Test_py.gate.ledger import Ledger
from utils.declarations import Declaration, QueueWorker, Route, Scheduled, StreamWorker

TOP: Final = Path(__file__).resolve().parents[2]


class IntegrationBlocked(Exception):
    """The gate is closed. ``reasons`` says why, one line each."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(self.reasons))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the tests in one file, or of all."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    @property
    def total(self) -> int:
        return self.passed + self.failed + self.skipped


def test_of(declaration: Declaration) -> str:
    """Return where a function's own test file is.

    Example
    -------
    ``functions/orders/place_order.py`` → ``Test_py/test_routes/orders/test_place_order.py``
    """
    return f"Test_py/test_routes/{declaration.context}/test_{declaration.name}.py"


test_of.__test__ = False  # type: ignore[attr-defined]


def endpoint(declaration: Declaration) -> str:
    """Return what people call a function: ``POST /api/v1/orders``, ``queue payments``."""
    match declaration:
        case Route():
            return declaration.key
        case QueueWorker():
            return f"queue {declaration.queue.name}"
        case StreamWorker():
            return f"stream {declaration.table.name}"
        case Scheduled():
            return f"schedule {declaration.name}"
    return f"authorizer {declaration.name}"


class TestFirstEnforcement:
    """Holds each function to a test of its own that came no later than the function.

    The order is shown by the history (the commit that brought the test does not come after the one that brought the
    function) or by the ledger (a red run without the function, then a green one). A test that did come later can make
    good by ``make red``: what the order is for, that a test fails without its function, is then shown. An unpacked
    archive has no history, so there only the test itself is asked for.
    """

    __test__ = False

    def __init__(self, top: Path = TOP, *, history: History | None = None, ledger: Ledger | None = None) -> None:
        self._top = top
        self._history = history or History.read(top)
        self._ledger = ledger or Ledger(top / "Test_py" / "ledger.ndjson")

    def validate_test_first_sequence(self, declarations: Iterable[Declaration]) -> list[str]:
        """Return why the order is wrong, one line for each function that it is wrong for.

        Example
        -------
        >>> TestFirstEnforcement().validate_test_first_sequence([])
        []
        """
        reasons = (self._judge(declaration) for declaration in declarations)
        return [reason for reason in reasons if reason]

    def unproven(self, declarations: Iterable[Declaration]) -> list[str]:
        """Return the functions that have their test, but nothing that shows its order: what ``make red`` is for."""
        return [one.file for one in declarations if (self._top / test_of(one)).is_file() and self._judge(one)]

    def block_integration_on_failures(self, outcome: Outcome, reasons: Iterable[str] = ()) -> None:
        """Close the gate on failed tests, on no test at all, and on whatever else is wrong.

        Raises
        ------
        IntegrationBlocked
            With every reason.
        """
        found = list(reasons)
        if outcome.failed:
            found.insert(0, f"{outcome.failed} of {outcome.total} tests failed")
        elif not outcome.passed:
            found.insert(0, "no test passed, so nothing was shown")
        if found:
            raise IntegrationBlocked(found)

    def log_test_success(self, declaration: Declaration, outcome: Outcome) -> str | None:
        """Print ``✓ Endpoint [X] validated with [Y] tests`` and return it; nothing unless all of them passed."""
        if outcome.failed or not outcome.passed:
            return None
        line = f"✓ Endpoint [{endpoint(declaration)}] validated with [{outcome.passed}] tests"
        print(line)
        return line

    def _judge(self, declaration: Declaration) -> str | None:
        test = test_of(declaration)
        if not (self._top / test).is_file():
            return f"{declaration.file} has no test of its own: {test} is missing"
        if self._ledger.proves(declaration.file) or not self._history.exists:
            return None
        match self._history.order(test, declaration.file):
            case "not later":
                return None
            case "later":
                return (
                    f"{test} came after {declaration.file}: show by `make red FN={declaration.file}` that it can fail"
                )
        return f"nothing shows that {test} came first: commit it, or run `make red FN={declaration.file}`"
