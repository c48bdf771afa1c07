"""The ledger of red-then-green runs: that a function's test failed without the function, and passed with it.

One JSON object per line in ``Test_py/ledger.ndjson``, committed, appended to and never rewritten; git merges two
branches' lines by ``merge=union``. It outlives what git's history does not: a squash, a shallow clone.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from utils.clock import now, rfc3339

Result = Literal["red", "green"]


class BrokenLedger(ValueError):
    """A line of the ledger is no entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One run of one function's test.

    Parameters
    ----------
    function, test
        Paths from the top of the repository.
    result
        ``red``: the test failed while the function was not there. ``green``: it passed.
    digest
        SHA-256 of the test file, as it was run.
    at
        When, RFC 3339.
    """

    function: str
    test: str
    result: Result
    digest: str
    at: str


class Ledger:
    """The entries in ``path``; a file that is not there holds none.

    Example
    -------
    >>> Ledger(Path("Test_py/ledger.ndjson")).proves("functions/orders/place_order.py")  # doctest: +SKIP
    True
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self, function: str | None = None) -> list[Entry]:
        """Return the entries, of one function if it is given, in the order in which they were written.

        Raises
        ------
        BrokenLedger
            With the number of the line that cannot be read.
        """
        if not self.path.exists():
            return []
        found = [_read(number, line) for number, line in enumerate(self.path.read_text().splitlines(), 1) if line]
        return [entry for entry in found if function is None or entry.function == function]

    def awaits_green(self, function: str) -> bool:
        """Whether a red run was recorded that no green one has followed."""
        entries = self.entries(function)
        return bool(entries) and entries[-1].result == "red"

    def proves(self, function: str) -> bool:
        """Whether a red run is followed by a green one."""
        results = [entry.result for entry in self.entries(function)]
        return "red" in results and "green" in results[results.index("red") :]

    def record(self, function: str, test: Path, top: Path, result: Result) -> Entry:
        """Append one run and return it."""
        digest = hashlib.sha256(test.read_bytes()).hexdigest()
        relative = test.relative_to(top).as_posix()
        entry = Entry(function=function, test=relative, result=result, digest=digest, at=rfc3339(now()))
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(entry), separators=(",", ":")) + "\n")
        return entry


def _read(number: int, line: str) -> Entry:
    try:
        entry = Entry(**json.loads(line))
    except (TypeError, ValueError) as error:
        raise BrokenLedger(f"line {number} of the ledger cannot be read: {error}") from error
    if entry.result not in ("red", "green"):
        raise BrokenLedger(f"line {number} of the ledger has the result {entry.result!r}")
    return entry
