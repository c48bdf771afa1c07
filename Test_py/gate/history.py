"""What git's history says about which of two files came first.

File times do not survive a clone, so commits are compared: a file comes later when the commit that brought it has the
other's commit among its ancestors. In a shallow or squashed history both come with one commit, and neither is later.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Order = Literal["not later", "later", "unknown"]


@dataclass(frozen=True, slots=True)
class History:
    """The history of the repository at ``top``.

    Example
    -------
    >>> History.read(Path(".")).order("Test_py/test_routes/orders/test_place_order.py",
    ...                               "functions/orders/place_order.py")  # doctest: +SKIP
    'not later'
    """

    top: Path
    added: dict[str, str] | None

    @classmethod
    def read(cls, top: Path) -> History:
        """Read which commit added each file last; ``added`` is ``None`` where there is no repository."""
        listing = _git(top, "log", "--diff-filter=A", "--no-renames", "--name-only", "--format=commit %H", "HEAD")
        if listing is None:
            return cls(top, None)
        added: dict[str, str] = {}
        commit = ""
        for line in listing.splitlines():
            if line.startswith("commit "):
                commit = line.removeprefix("commit ")
            elif line:
                added.setdefault(line, commit)
        return cls(top, added)

    @property
    def exists(self) -> bool:
        """Whether there is a history at all; an unpacked archive has none."""
        return self.added is not None

    def order(self, test: str, function: str) -> Order:
        """Say whether ``test`` came later than ``function``; ``unknown`` when neither is committed."""
        added = self.added or {}
        test_commit, function_commit = added.get(test), added.get(function)
        if function_commit is None:
            return "not later" if test_commit else "unknown"
        if test_commit is None:
            return "later"
        if test_commit == function_commit:
            return "not later"
        ancestor = _git(self.top, "merge-base", "--is-ancestor", function_commit, test_commit)
        return "not later" if ancestor is None else "later"


def _git(top: Path, *arguments: str) -> str | None:
    """Return what git prints, or ``None`` when it fails or is not there."""
    command = ["git", "-C", str(top), "-c", "core.quotepath=off", *arguments]
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
