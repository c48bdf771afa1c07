"""Runs all tests in two parts and lets the gate decide. ``Test_py/run_all_tests.py`` and ``make test`` come here."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from Test_py.gate import results
from Test_py.gate.coverage import Coverage
from Test_py.gate.enforcement import IntegrationBlocked, Outcome, TestFirstEnforcement, test_of
from utils.declarations import Declaration

TOP: Final = Path(__file__).resolve().parents[2]
REPORTS: Final = TOP / "Test_py" / "coverage"
INTEGRATION: Final = ("Test_py/test_integration", "Test_py/test_infra")
"""What needs tools of the machine (Node, pip, an emulator), ports and folders of its own, or minutes."""
UNIT_SECONDS: Final = 120.0
_LEFT_OUT: Final = [f"--ignore={folder}" for folder in INTEGRATION]
UNIT: Final = ["Test_py", *_LEFT_OUT, "-m", "not integration and not torture", "-n", "2", "--dist=loadfile"]
"""Two processes, each test file in one of them."""
WHOLE: Final = [*INTEGRATION, "Test_py/test_house", "-m", "integration and not torture", "-n", "2", "--dist=loadgroup"]
"""Two processes again; what shares ports, folders or an emulator stays together in one (``scheduling.py``)."""


@dataclass(slots=True)
class Part:
    """One run of pytest and what came of it."""

    name: str
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    seconds: float = 0.0
    crashed: bool = False

    @property
    def outcome(self) -> Outcome:
        return results.total(self.outcomes)


def main(arguments: Sequence[str] = ()) -> int:
    """Run the unit part, then (if it passed) the integration part, and print what the gate decides.

    Parameters
    ----------
    arguments
        ``--unit`` leaves the integration part out; the gate then judges all but coverage over everything. What else
        is given goes to pytest.

    Returns
    -------
    int
        0 when the gate is open, 1 when it is closed.
    """
    options = [argument for argument in arguments if argument != "--unit"]
    started = time.monotonic()
    REPORTS.mkdir(parents=True, exist_ok=True)
    parts = [_pytest("unit", [*UNIT, *options])]
    unit_alone = "--unit" in arguments
    if parts[0].outcome.failed or parts[0].crashed:
        print("The unit part failed, so the integration part is not run.")
    elif not unit_alone:
        parts.append(_pytest("integration", [*WHOLE, "--cov-append", *options]))
    code = _decide(parts, unit_alone=unit_alone)
    _closing_line(parts, time.monotonic() - started)
    return code


def _decide(parts: Sequence[Part], *, unit_alone: bool) -> int:
    enforcement = TestFirstEnforcement(TOP)
    declarations = declared()
    outcomes = {path: outcome for part in parts for path, outcome in part.outcomes.items()}
    reasons = [f"the {part.name} part did not run to its end" for part in parts if part.crashed]
    reasons += enforcement.validate_test_first_sequence(declarations)
    for declaration in declarations:
        test = test_of(declaration)
        outcome = outcomes.get(test, Outcome())
        logged = enforcement.log_test_success(declaration, outcome)
        if not logged and not outcome.failed and (TOP / test).exists():
            reasons.append(f"{test} shows nothing: no test in it passed")
    coverage = _coverage()
    overall = sum((part.outcome for part in parts), Outcome())
    print(f"\nTests: {overall.total} ran: {overall.passed} passed, {overall.failed} failed, {overall.skipped} skipped")
    for part in parts:
        late = f", over the aim of {UNIT_SECONDS:.0f} s" if part.name == "unit" and part.seconds > UNIT_SECONDS else ""
        print(f"  {part.name}: {part.outcome.total} in {part.seconds:.1f} s{late}")
    if coverage is None:
        reasons.append("coverage was not measured")
    else:
        print(f"Coverage: {coverage}")
        reasons += (
            coverage.shortfalls() if not unit_alone else [line for line in coverage.shortfalls() if "business" in line]
        )
    try:
        enforcement.block_integration_on_failures(overall, dict.fromkeys(reasons))
    except IntegrationBlocked as blocked:
        print("Gate: IntegrationBlocked")
        for reason in blocked.reasons:
            print(f"  ✗ {reason}")
        return 1
    print("Gate: open, the code may be integrated")
    return 0


def declared() -> list[Declaration]:
    """Return what every function declares, in this process, with no AWS behind it."""
    from infra.local import moto_backend
    from utils.discovery import discover

    os.environ.update(moto_backend.ENVIRONMENT)
    return [loaded.declaration for loaded in discover()]


def _pytest(name: str, options: Sequence[str]) -> Part:
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "--cov", "--cov-report=", f"--junitxml={report}", *options]
    print(f"\n--- The {name} part ---", flush=True)
    started = time.monotonic()
    code = subprocess.run(command, cwd=TOP, check=False).returncode
    part = Part(name, seconds=time.monotonic() - started)
    if code == 5:  # pytest: no tests were collected
        return part
    part.outcomes = results.read(report)
    part.crashed = code not in (0, 1)
    return part


def _coverage() -> Coverage | None:
    report = REPORTS / "coverage.json"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "coverage", "json", "-q", "-o", str(report)]
    subprocess.run(command, cwd=TOP, check=False, stderr=subprocess.DEVNULL)
    return Coverage.read(report) if report.exists() else None


def _closing_line(parts: Sequence[Part], seconds: float) -> None:
    overall = sum((part.outcome for part in parts), Outcome())
    counts = {"failed": overall.failed, "passed": overall.passed, "skipped": overall.skipped}
    said = ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "no tests ran"
    print(f" {said} in {seconds:.2f}s ".center(80, "="))
