"""Runs every test and lets the gate decide: ``python Test_py/run_all_tests.py [--unit] [pytest options]``.

Prints how many tests ran, the coverage and the decision; ends with 1, and ``IntegrationBlocked`` with its reasons,
unless every test passed, coverage is high enough, and each function's test came first.
"""

from __future__ import annotations

import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
# As a script, Python puts this folder on the path and not the top, and outside of .venv there is no .pth either.
sys.path[:0] = [str(TOP), str(TOP / "layers")]

if __name__ == "__main__":
    from Test_py.gate.run import main

    sys.exit(main(sys.argv[1:]))
