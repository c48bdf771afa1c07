"""``python -m bench [--quick]``: builds the contestants, measures them in turn, prints ratios against the budgets."""

from __future__ import annotations

import argparse
import platform
from typing import Final

from bench import lanes, report, trees

FULL: Final = {"cold": 40, "warm": 40, "times": 100}
QUICK: Final = {"cold": 7, "warm": 10, "times": 50}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds: half a minute, and coarser figures")
    rounds = QUICK if parser.parse_args().quick else FULL

    print("making the demo shop that the stub answers from …", flush=True)
    environment = lanes.prepare()
    contestants = trees.build()
    with lanes.stub() as endpoint:
        environment["AWS_ENDPOINT_URL"] = endpoint
        print(f"cold: {rounds['cold']} rounds of fresh interpreters …", flush=True)
        cold = lanes.cold(contestants, environment, rounds["cold"])
        print(f"warm: {rounds['warm']} rounds of {rounds['times']} answers …", flush=True)
        warm = lanes.warm(contestants, environment, rounds["warm"], rounds["times"])

    print(f"\nPython {platform.python_version()}, {platform.machine()}; medians, and quartiles of the rounds' ratios\n")
    print("\n".join(report.table(cold, warm)))
    print()
    print("\n".join(report.sizes(contestants)))


if __name__ == "__main__":
    main()
