"""``python -m infra.access_patterns``: writes the table of access patterns into docs/ARCHITECTURE.md.

``--check`` writes nothing and fails when it is stale. The table stands between two marks, a row for each function, in
a form that a program can read back (:func:`parse`).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

ARCHITECTURE: Final = Path(__file__).resolve().parents[2] / "docs" / "ARCHITECTURE.md"
BEGIN, END = "<!-- access patterns: begin -->", "<!-- access patterns: end -->"
HEAD: Final = (
    "| function | for | AWS calls | indexes | read units | write units |\n| --- | --- | --- | --- | --- | --- |"
)
_ROW: Final = re.compile(r"^\| `(\w+)` \| `([^`]+)` \| ([^|]*) \| ([^|]*) \| ([\d.]+) \| (\d+) \|$")


class Row(NamedTuple):
    """One row, read back: how often each operation is called, and through which indexes."""

    function: str
    source: str
    calls: dict[str, int]
    indexes: tuple[str, ...]
    read_units: float
    write_units: int


class NoTable(ValueError):
    """The document holds no table between its marks, or a row that cannot be read."""


def parse(text: str) -> dict[str, Row]:
    """Return the rows of a document by their function.

    Example
    -------
    >>> parse(ARCHITECTURE.read_text())["get_product"].calls  # doctest: +SKIP
    {'Query': 1}
    """
    rows = {}
    for line in _between(text).splitlines()[2:]:
        match = _ROW.fullmatch(line)
        if match is None:
            raise NoTable(f"no row of access patterns: {line}")
        name, source, calls, indexes, read, write = match.groups()
        rows[name] = Row(name, source, dict(_counts(calls)), _listed(indexes), float(read), int(write))
    return rows


def render(rows: Iterable[Row]) -> str:
    """Return the table."""
    lines = []
    for row in rows:
        calls = ", ".join(f"{operation} {count}" for operation, count in row.calls.items()) or "none"
        indexes = ", ".join(row.indexes) or "none"
        units = f"{row.read_units:g} | {row.write_units}"
        lines.append(f"| `{row.function}` | `{row.source}` | {calls} | {indexes} | {units} |")
    return "\n".join([HEAD, *lines])


def measured() -> list[Row]:
    """Return the rows as they are now, by running every sample."""
    from infra.access_patterns.measure import measure

    return [
        Row(one.function, one.source, dict(one.calls), one.indexes, one.cost.read, int(one.cost.write))
        for one in measure()
    ]


def main(arguments: list[str] | None = None, path: Path = ARCHITECTURE) -> int:
    """Write or check; return 0 when all is well, 1 when the table is stale."""
    parser = argparse.ArgumentParser(prog="python -m infra.access_patterns", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when the table is stale")
    options = parser.parse_args(arguments)
    text = path.read_text(encoding="utf-8")
    _between(text)
    wanted = _replaced(text, render(measured()))
    if wanted == text:
        print("The access patterns are current.")
        return 0
    if options.check:
        print(f"{path} is not what the functions do: run `make openapi`", file=sys.stderr)
        return 1
    path.write_text(wanted, encoding="utf-8")
    print(f"Wrote the access patterns into {path}")
    return 0


def _between(text: str) -> str:
    _, begin, rest = text.partition(BEGIN)
    table, end, _ = rest.partition(END)
    if not begin or not end:
        raise NoTable(f"the document needs {BEGIN} and {END}")
    return table.strip()


def _replaced(text: str, table: str) -> str:
    before, rest = text.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{table}\n{END}{rest.split(END, 1)[1]}"


def _counts(cell: str) -> Iterable[tuple[str, int]]:
    for part in _listed(cell):
        operation, _, count = part.rpartition(" ")
        yield operation, int(count)


def _listed(cell: str) -> tuple[str, ...]:
    return () if cell == "none" else tuple(part.strip() for part in cell.split(","))


if __name__ == "__main__":
    sys.exit(main())
