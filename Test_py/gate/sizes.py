"""Requirement Q5: a file has at most 600 lines and a function at most 150. ``python -m Test_py.gate.sizes`` checks."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MAX_FILE_LINES: Final = 600
MAX_FUNCTION_LINES: Final = 150
AIM_FILE_LINES: Final = 150
ROOTS: Final = ("functions", "layers", "utils", "infra", "bench", "Test_py")
TOP: Final = Path(__file__).resolve().parents[2]


def files(top: Path = TOP) -> Iterator[Path]:
    """Yield every Python file of the repository, in order."""
    for root in ROOTS:
        yield from sorted(path for path in (top / root).rglob("*.py") if not {"cdk.out", ".build"} & set(path.parts))


def excesses(path: Path) -> Iterator[str]:
    """Yield one line for each limit that ``path`` breaks, as ``file:line: what``."""
    text = path.read_text(encoding="utf-8")
    length = len(text.splitlines())
    if length > MAX_FILE_LINES:
        yield f"{path}:1: {length} lines; a file has at most {MAX_FILE_LINES}"
    for node in ast.walk(ast.parse(text, filename=str(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                said = f"{node.name} has {lines} lines; a function has at most {MAX_FUNCTION_LINES}"
                yield f"{path}:{node.lineno}: {said}"


def main(top: Path = TOP) -> int:
    """Print every excess and return 1 when there is one."""
    every = list(files(top))
    broken = [line for path in every for line in excesses(path)]
    for line in broken:
        print(line, file=sys.stderr)
    if not broken:
        long = sum(len(path.read_text(encoding="utf-8").splitlines()) > AIM_FILE_LINES for path in every)
        print(f"Sizes: {len(every)} files within the limits; {long} over the aim of {AIM_FILE_LINES} lines.")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
