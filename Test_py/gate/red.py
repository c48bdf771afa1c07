"""``make red FN=functions/orders/place_order.py``: show that a function's test fails without the function.

Before the function is written, the test is simply run. When the function is there already, it is run in a copy of the
tree from which the function is missing, and then in the tree itself: red, then green. ``FN=all`` does so for every
function whose test has nothing yet that shows its order.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from Test_py.gate.ledger import Ledger

TOP: Final = Path(__file__).resolve().parents[2]
LEFT_OUT: Final = (
    ".git",
    ".venv",
    ".cache",
    ".build",
    ".state",
    ".hypothesis",
    "build",
    "node_modules",
    "cdk.out",
    "coverage",
    "__pycache__",
)
PASSED, FAILED, INTERRUPTED = 0, 1, 2
FUNCTION: Final = re.compile(r"functions/(?P<context>\w+)/(?P<name>\w+)\.py")


def main(function: str, top: Path = TOP) -> int:
    """Run and record; return 0 when the test is red without the function and, if it is there, green with it."""
    match = FUNCTION.fullmatch(function.removeprefix("./"))
    if not match:
        print(f"{function} is no function: name it as functions/<context>/<name>.py", file=sys.stderr)
        return 2
    test = f"Test_py/test_routes/{match['context']}/test_{match['name']}.py"
    if not (top / test).is_file():
        print(f"Write the test first: {test} is not there", file=sys.stderr)
        return 2
    ledger, present = Ledger(top / "Test_py" / "ledger.ndjson"), (top / function).exists()
    red = _run_without(function, test, top) if present else _run(test, top)
    if red not in (FAILED, INTERRUPTED):
        said = "passes" if red == PASSED else f"cannot be run (pytest answered {red})"
        print(f"{test} {said} without {function}, so it shows nothing", file=sys.stderr)
        return 1
    ledger.record(function, top / test, top, "red")
    print(f"Red: {test} fails without {function}")
    if not present:
        return 0
    if _run(test, top) != PASSED:
        print(f"{test} fails with {function} too", file=sys.stderr)
        return 1
    ledger.record(function, top / test, top, "green")
    print(f"Green: {test} passes with {function}")
    return 0


def _run_without(function: str, test: str, top: Path) -> int:
    with tempfile.TemporaryDirectory(prefix="pushcart-red-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(top, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        (copy / function).unlink()
        return _run(test, copy)


def _run(test: str, top: Path) -> int:
    environment = {**os.environ, "PUSHCART_LEDGER": "off"}
    environment["PYTHONPATH"] = f"{top}{os.pathsep}{top / 'layers'}"
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "--tb=line", test]
    return subprocess.run(command, cwd=top, env=environment, check=False).returncode


def every(top: Path = TOP) -> int:
    """Do :func:`main` for each function that needs it; return 1 when one of them cannot show its order."""
    from Test_py.gate.enforcement import TestFirstEnforcement
    from Test_py.gate.run import declared

    return max((main(function, top) for function in TestFirstEnforcement(top).unproven(declared())), default=0)


if __name__ == "__main__":
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    sys.exit(every() if asked == "all" else main(asked))
